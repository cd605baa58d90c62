/* While a text is written: how long its text message is, as the server counts it. */
const form = document.querySelector("[data-size]");
const shown = document.getElementById("size");
let waits, asked = 0;

async function count() {
  const number = ++asked;
  const answer = await fetch(form.dataset.size, { method: "POST", body: new FormData(form) });
  const words = await answer.text();
  if (answer.ok && number === asked) shown.textContent = new DOMParser().parseFromString(words, "text/html").body.textContent.trim();
}

form.querySelector("[name=sms]").addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(() => count().catch(() => {}), 400);
});
