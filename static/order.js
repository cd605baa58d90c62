/* The order page: J and K, and the arrows, go to the next and the previous order of the list. */
const [onward, back] = document.dir === "rtl" ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
const KEYS = { j: "next", [onward]: "next", k: "prev", [back]: "prev" };

function turn(event) {
  const isTyping = event.target.closest("input, select, textarea, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
  const rel = KEYS[latin(event) || event.key];
  const link = rel && document.querySelector(`.order-beside a[rel="${rel}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
}

if ("shortcuts" in document.querySelector("[data-page]").dataset) {
  document.addEventListener("keydown", turn);
}
