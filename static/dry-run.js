/* Asks for one part of a comparison after the other, and adds its examples to those before. */
async function next(form) {
  const asked = new FormData(form);
  asked.append("part", "on");
  const answer = await fetch(form.action, { method: "POST", body: asked });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.getElementById("compared");
  part.querySelector("#examples").prepend(...document.querySelectorAll("#examples > li"));
  document.getElementById("compared").replaceWith(part);
  follow();
}

function follow() {
  const form = document.querySelector("[data-parts]");
  if (form) next(form).catch(() => {});  // what is shown so far stays, with its button
}

follow();
