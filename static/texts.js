/* Beside a text as it is written: what the customer sees, what is to be corrected, variables by click. */
const form = document.getElementById("writing");
const frame = document.getElementById("look-frame");
const state = document.getElementById("live-state");
const PAUSE_MS = 350;  // of typing
let waits, asking, newest, isUnsaved = "unsaved" in form.dataset;
let field = document.getElementById("part-body");

function say(words) {
  if (state.textContent !== words) state.textContent = words;
}

function words(id, text, answer) {
  const place = document.getElementById(id);
  place.textContent = text;
  if (answer) [place.lang, place.dir] = [answer.language, answer.direction];
}

/* The page in the frame may have no script, and styles of its own: it is written, not loaded.
   Before it has come, a page of ours is there, whose policy has no such styles. */
function fill(answer) {
  newest = answer;
  const inside = frame.contentDocument;
  if (!inside || inside.URL === "about:blank" || inside.readyState === "loading") return;
  const page = inside.documentElement;
  const place = frame.contentWindow.scrollY;
  page.innerHTML = answer.html;
  [page.lang, page.dir] = [answer.language, answer.direction];
  frame.contentWindow.scrollTo(0, place);
}

function plainly(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

/* A part that was refused stays marked until nothing of what was said of it is left. */
function unmark(part) {
  document.getElementById(`${part}-problems`)?.remove();
  form.elements[part].removeAttribute("aria-invalid");
  form.elements[part].classList.remove("is-invalid");
}

function mark(found) {
  for (const list of form.querySelectorAll(".findings")) {
    const part = list.id.replace("-found", "");
    const told = [...form.querySelectorAll(`#${part}-problems > li`)].map(row => row.textContent);
    const all = found[part] ?? [];
    const isSame = all.some(sentence => told.includes(sentence));
    if (!isSame) unmark(part);
    list.replaceChildren(...all.filter(sentence => !isSame || !told.includes(sentence)).map(sentence => {
      const row = document.createElement("li");
      row.textContent = sentence;
      return row;
    }));
    list.hidden = !list.children.length;
  }
}

function show(answer) {
  mark(answer.found);
  const n = answer.number;
  if (!("html" in answer)) {
    say(n
      ? Words.count(n, "No new preview: {n} thing to look at.", "No new preview: {n} things to look at.", { n })
      : Words.of("No new preview: the text is too long with the facts of this order."));
    return;
  }
  say(n
    ? Words.count(n, "{n} thing to look at: see the marked parts.", "{n} things to look at: see the marked parts.", { n })
    : Words.of("Checked: no mistake found in your text."));
  words("live-sender", answer.sender);
  words("live-subject", answer.subject, answer);
  words("look-text", answer.text, answer);
  words("live-sms", answer.sms, answer);
  words("live-about", plainly(answer.about));
  words("live-size", plainly(answer.size));
  if (form.elements.shown_language.value === form.elements.language.value) words("size", plainly(answer.size));
  fill(answer);
}

async function look() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(form.dataset.live, {
      method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, signal,
    });
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    if (!signal.aborted) show(found);
  } catch {
    if (!signal.aborted) say(Words.of("The preview is not up to date: no answer. It is asked again when you type."));
  }
}

function soon(pause) {
  clearTimeout(waits);
  waits = setTimeout(look, pause);
}

function choose() {
  const view = form.elements.view.value;
  document.getElementById("look-mail").hidden = !["light", "dark"].includes(view);
  for (const name of ["text", "sms"]) document.getElementById(`look-${name}`).hidden = name !== view;
}

/* Writes a variable at the cursor; one that only asks goes around what is marked. */
function write(what) {
  const [from, to] = [field.selectionStart, field.selectionEnd];
  const [before, after] = what.split("…");
  const isAround = after !== undefined;
  const marked = isAround ? field.value.slice(from, to) : "";
  field.setRangeText(isAround ? before + marked + after : what, from, to, "end");
  if (isAround) field.setSelectionRange(from + before.length, from + before.length + marked.length);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const name of document.querySelectorAll("[data-writes]")) {
  const button = document.createElement("button");
  [button.type, button.className, button.textContent] = ["button", "btn btn-quiet", name.textContent];
  button.addEventListener("click", () => write(name.dataset.writes));
  name.replaceWith(button);
}
document.getElementById("by-click").hidden = false;
document.getElementById("look").hidden = true;
form.addEventListener("focusin", event => { if (event.target.matches("textarea")) field = event.target; });
form.addEventListener("input", event => {
  if (!event.target.matches("textarea")) return;
  isUnsaved = true;
  soon(PAUSE_MS);
});
form.addEventListener("submit", () => { isUnsaved = false; });
addEventListener("beforeunload", event => { if (isUnsaved) event.preventDefault(); });
for (const part of form.elements) {
  if (["view", "shown_language", "order"].includes(part.name)) part.addEventListener("change", () => { choose(); soon(0); });
}
frame.addEventListener("load", () => { if (newest) fill(newest); });
choose();
if (isUnsaved || form.elements.view.value !== "light" || form.elements.shown_language.value !== form.elements.language.value) soon(0);
