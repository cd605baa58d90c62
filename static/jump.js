/* Ctrl+K on every page of the dashboard: go to a page by its name, or search orders. Without a script it is a page. */
const { jump: source, search, label } = document.currentScript.dataset;
let dialog = null;

/* The field is there at once, for who types on; the names of the pages follow. */
function make() {
  dialog = document.createElement("dialog");
  dialog.className = "jump-dialog";
  dialog.setAttribute("aria-label", label);
  dialog.innerHTML = '<form method="get" role="search"><input class="form-control" name="q" maxlength="100" autocomplete="off"><input type="hidden" name="open" value="1"></form><div></div>';
  dialog.querySelector("form").action = search;
  const field = dialog.querySelector("input");
  field.placeholder = label;
  field.setAttribute("aria-label", label);
  field.addEventListener("input", filter);
  dialog.addEventListener("keydown", walk);
  dialog.querySelector("form").addEventListener("submit", go);
  document.body.append(dialog);
}

let isFilling = false;

async function fill() {
  if (isFilling || links().length) return;
  isFilling = true;
  try {
    const answer = await fetch(source, { signal: AbortSignal.timeout(5000) });
    const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
    dialog.lastElementChild.append(...page.querySelectorAll("[data-jump] .jump-pages, [data-jump] nav"));
    filter();
  } catch {
    // Without the names one can still search; they are asked for again when it is opened again.
  } finally {
    isFilling = false;
  }
}

function open() {
  if (document.querySelector("dialog[open]")) return;
  if (!dialog) make();
  fill();
  dialog.querySelector("input").value = "";
  filter();
  dialog.showModal();
  dialog.querySelector("input").focus();
}

const links = () => [...dialog.querySelectorAll("a")];
const shown = () => links().filter((link) => !link.hidden);
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").trim().toLowerCase();

function filter() {
  const typed = plain(dialog.querySelector("input").value);
  for (const link of links()) {
    const name = plain(link.textContent);
    link.hidden = !name.startsWith(typed) && !name.split(/\s+/).some((word) => word.startsWith(typed));
  }
  for (const link of links()) link.classList.toggle("is-first", Boolean(typed) && link === first());
}

/* The page that is meant: the first whose name begins with what is typed. */
function first() {
  const typed = plain(dialog.querySelector("input").value);
  return typed && shown().find((link) => plain(link.textContent).startsWith(typed));
}

function go(event) {
  const page = first();
  if (!page) return;
  event.preventDefault();
  window.location.assign(page.href);
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.isComposing) return;
  const places = [dialog.querySelector("input"), ...shown()];
  const at = places.indexOf(document.activeElement);
  event.preventDefault();
  places[Math.min(Math.max(at + step, 0), places.length - 1)].focus();
}

document.querySelector("[data-opens-jump]")?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a tab of its own it is a page
  event.preventDefault();
  open();
});

document.addEventListener("keydown", (event) => {
  if (!event.key || latin(event) !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open();
});
