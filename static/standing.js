/* Refused scans stand below the answers that follow, until a tap, or a scan by somebody who can
   have seen them: in a burst, or when a queue drains, the next answer would wipe them off. */

"use strict";

const Standing = (() => {
  const STANDS = 600; // ms: who scans sooner has not seen the alarm yet
  const MOST_STANDING = 3; // a small screen; further ones are only counted
  let standing = [];
  let stoodAt = 0;

  function wordsOfAlarm() {
    const words = document.querySelector("[data-answer] .outcome-alarm p")?.textContent || "";
    return words.replace(/\s+/g, " ").trim();
  }

  function stand() {
    standing.push(wordsOfAlarm());
    stoodAt = performance.now();
  }

  function showStanding() {
    document.querySelector("[data-standing]")?.remove();
    // The last one is not shown twice.
    const before = wordsOfAlarm() === standing.at(-1) ? standing.slice(0, -1) : standing;
    if (!before.length) return;
    const list = document.createElement("ul");
    list.className = "outcome outcome-alarm outcome-standing";
    list.dataset.standing = "";
    list.setAttribute("role", "alert");
    const texts = before.slice(0, MOST_STANDING);
    const more = before.length - texts.length;
    if (more) texts.push(`Refused too: ${more}.`);
    for (const text of texts) {
      const item = document.createElement("li");
      item.textContent = text;
      list.append(item);
    }
    document.querySelector("[data-answers]")?.append(list);
  }

  function acknowledge() {
    standing = [];
    document.querySelector("[data-standing]")?.remove();
  }

  // A scan at this time, with none waiting before it.
  function acknowledgeAt(at) {
    if (at - stoodAt >= STANDS) acknowledge();
  }

  function isAlarm() {
    return standing.length > 0;
  }

  // Not before the click: the list takes its room away, and the press would hit what moved there.
  document.addEventListener("click", acknowledge);

  return { stand, showStanding, isAlarm, acknowledgeAt };
})();
