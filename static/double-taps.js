/* A second tap of the thumb must not press what the answer to the first one put under it: for a
   second such buttons take no press that begins with a pointer. Keys and scans go on. */

"use strict";

const DoubleTaps = (() => {
  const LASTS = 1000; // ms
  const BUTTONS = "main button:not([data-type-toggle])";
  const HALF = 24; // px, of the lowest button: a thumb in the middle of another is not on this one
  const ANEW = ["client_id", "sequence", "csrfmiddlewaretoken"]; // differ on the same screen too

  // Changes the screen; buttons that are new, or lie where another one was, are held, or all.
  function during(change, isAll = false) {
    const before = isAll ? [] : places();
    const result = change();
    const after = places();
    hold(after.filter((place) => !isFree(place, before)).map(({ button }) => button));
    return result;
  }

  function hold(buttons, since = performance.now()) {
    const until = since + LASTS;
    const left = until - performance.now();
    if (left <= 0) return;
    for (const button of buttons) {
      button.dataset.held = until;
      button.setAttribute("aria-disabled", "true");
    }
    setTimeout(() => buttons.forEach((button) => release(button, until)), left);
  }

  function release(button, until) {
    if (Number(button.dataset.held) > until) return; // held anew meanwhile
    delete button.dataset.held;
    button.removeAttribute("aria-disabled");
  }

  function places() {
    return Array.from(document.querySelectorAll(BUTTONS), (button) => {
      return { button, box: button.getBoundingClientRect(), does: whatItDoes(button) };
    });
  }

  function isFree({ box, does }, before) {
    const [same, others] = [true, false].map((is) => before.filter((old) => (old.does === does) === is));
    return same.length > 0 && !others.some((old) => isOver(old.box, box));
  }

  function isOver(one, other) {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    return across > HALF && down > HALF;
  }

  function whatItDoes(button) {
    const fields = Array.from(button.form?.querySelectorAll("input[type=hidden]") || []);
    const sent = fields.filter(({ name }) => !ANEW.includes(name));
    const pairs = [...sent, button].map(({ name, value }) => [name, value]);
    return JSON.stringify([button.formAction, button.textContent, pairs]);
  }

  let isHeld = false; // whether the pointer went down on a held button

  document.addEventListener("pointerdown", (event) => {
    isHeld = Boolean(event.target.closest("[data-held]"));
  }, true);
  document.addEventListener("click", (event) => {
    if (!isHeld || !event.detail) return; // keys press without a pointer
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  return { during, hold };
})();
