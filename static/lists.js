/* The order list: tick all on the page, and keys (/ J K X ?) unless the person has switched them off. */
const list = document.querySelector("[data-list]");
const rows = list ? [...list.querySelectorAll("tbody tr")] : [];
const ticks = rows.map((row) => row.querySelector(".tick"));
const head = document.getElementById("tick-page");
let at = -1;

function summarize() {
  const ticked = ticks.filter((tick) => tick.checked).length;
  head.checked = ticked > 0 && ticked === ticks.length;
  head.indeterminate = ticked > 0 && ticked < ticks.length;
}

function move(step) {
  if (!rows.length) return;
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[at].querySelector("th a").focus();
}

const keys = {
  "/": () => document.getElementById("q").select(),
  j: () => move(1),
  k: () => move(-1),
  x: () => ticks[at]?.click(),
  "?": () => document.getElementById("keys").showModal(),
};

function press(event) {
  const isTyping = event.target.closest("input:not(.tick), select, textarea, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = keys[latin(event)];
  if (!act) return;
  event.preventDefault();
  act();
}

if (head) {
  head.hidden = false;
  head.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = head.checked;
  });
  list.addEventListener("change", summarize);
  summarize();
}
rows.forEach((row, number) => row.addEventListener("focusin", () => { at = number; }));
if ("shortcuts" in document.getElementById("content").querySelector("[data-page]").dataset) {
  document.addEventListener("keydown", press);
}
