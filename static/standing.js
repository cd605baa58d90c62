/* Refused scans stand below the answers that follow, until a tap, or a scan by somebody who can
   have seen them: in a burst, or when a queue drains, the next answer would wipe them off. What was
   scanned before somebody could see them waits for that tap. */

"use strict";

const Standing = (() => {
  const STANDS = 600; // ms: who scans sooner has not seen the alarm yet
  const MOST_STANDING = 3; // a small screen; further ones are only counted
  let standing = [];
  let foreseen = 0; // how many of these stop no line
  let stoodAt = 0;
  let stop = null; // {waiting(): how many scans wait, end(isSent), since: when it was asked}

  function wordsOfAlarm() {
    const words = document.querySelector("[data-answer] .outcome-alarm p")?.textContent || "";
    return words.replace(/\s+/g, " ").trim();
  }

  // `isForeseen`: said at the scan itself, without the server; what waits was scanned before it.
  function stand(isForeseen) {
    standing.push(wordsOfAlarm());
    if (isForeseen) foreseen += 1;
    stoodAt = performance.now();
  }

  // The line stands still until a tap: true where what waits is to be sent, false where it is not.
  function stopped(waiting) {
    return new Promise((resolve) => {
      stop = { waiting, end: resolve, since: performance.now() };
      showStanding();
    });
  }

  function showStanding() {
    document.querySelector("[data-standing]")?.remove();
    // The last one is not shown twice.
    const before = wordsOfAlarm() === standing.at(-1) ? standing.slice(0, -1) : standing;
    if (!before.length && !stop) return;
    const box = document.createElement("div");
    box.className = "outcome outcome-alarm outcome-standing";
    box.dataset.standing = "";
    box.setAttribute("role", "alert");
    if (before.length) box.append(listOf(before));
    if (stop) box.append(...waitingIn(stop));
    document.querySelector("[data-answers]")?.append(box);
  }

  function listOf(words) {
    const list = document.createElement("ul");
    const texts = words.slice(0, MOST_STANDING);
    const more = words.length - texts.length;
    if (more) texts.push(Words.of("Refused too: {more}.", { more }));
    for (const text of texts) list.append(element("li", text));
    return list;
  }

  function waitingIn({ waiting, since }) {
    const number = waiting();
    const buttons = element("div", "");
    buttons.className = "button-pair";
    for (const [text, isSent] of [[Words.of("Go on"), true], [Words.of("Do not save"), false]]) {
      const button = element("button", text);
      button.className = "btn btn-light btn-floor";
      button.type = "button";
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        acknowledge(isSent);
      });
      buttons.append(button);
    }
    // The second tap on the one before must not send what nobody has seen.
    DoubleTaps.hold([...buttons.children], since);
    return [element("p", Words.of("Not saved yet, scanned after it: {number}.", { number })), buttons];
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function acknowledge(isSent) {
    standing = [];
    foreseen = 0;
    document.querySelector("[data-standing]")?.remove();
    const { end } = stop || {};
    stop = null;
    end?.(isSent);
  }

  // A scan at this time, with none waiting before it.
  function acknowledgeAt(at) {
    if (at - stoodAt >= STANDS) acknowledge(true);
  }

  // The scan of the card that says OK: as the tap on “Go on”. Whether the line stood still.
  function goOn(at) {
    if (!stop) return false;
    if (at - stop.since >= STANDS) acknowledge(true);
    return true;
  }

  // Whether somebody who scanned at this time cannot have seen the alarm.
  function isUnseen(at) {
    return standing.length > 0 && at - stoodAt < STANDS;
  }

  // The alarms of before a reload: nobody has answered them.
  function restore(words) {
    standing = [...words, ...standing];
    stoodAt = performance.now();
    showStanding();
  }

  function isAlarm() {
    return standing.length > 0;
  }

  // Not before the click: the list takes its room away, and the press would hit what moved there.
  // While scans wait only the two buttons answer: any other tap has not read the question.
  document.addEventListener("click", () => stop || acknowledge(true));

  const alarms = () => [...standing];
  const isStop = () => standing.length > foreseen;

  return {
    alarms, acknowledgeAt, goOn, isAlarm, isStop, isUnseen, restore, showStanding, stand, stopped,
  };
})();
