/* The colour that is picked stands in the field, and the other way round; the button shows it. */
const picker = document.querySelector("[data-picks]");
const field = document.getElementById(picker.dataset.picks);
const button = document.querySelector(".swatch rect");

function show(colour) {
  button.setAttribute("fill", colour);
}

picker.addEventListener("input", () => { field.value = picker.value; show(picker.value); });
field.addEventListener("input", () => {
  if (!/^#[0-9a-f]{6}$/i.test(field.value)) return;
  picker.value = field.value;
  show(field.value);
});
