// A page that answered a form is in the history as that form, sent: Back and then Forward would have to
// send it again, as no browser stores the page. Its entry becomes a plain look at the address instead,
// and keeps what was typed: in this tab, and nowhere else. Without this script all else works the same.

const page = document.querySelector("main");
const FIELDS = "input:not([type=hidden], [type=file], [autocomplete=one-time-code]), select, textarea";
const fields = [...page.querySelectorAll(FIELDS)].filter((field) => field.name);

function isTicked(field) {
  return field.type === "radio" || field.type === "checkbox";
}

function key(field) {
  return isTicked(field) ? `${field.name} ${field.value}` : field.name;
}

function keep() {
  const address = new URL(location.href);
  for (const name of (page.dataset.done ?? "").split(" ")) address.searchParams.delete(name);
  const typed = fields.map((field) => [key(field), isTicked(field) ? field.checked : field.value]);
  history.replaceState({ typed }, "", address);
}

const typed = new Map(history.state?.typed);

if ("posted" in page.dataset) {
  keep();
} else {
  for (const field of fields.filter((field) => typed.has(key(field)))) {
    if (isTicked(field)) field.checked = typed.get(key(field));
    else field.value = typed.get(key(field));
  }
}
if ("posted" in page.dataset || typed.size) addEventListener("change", keep);
