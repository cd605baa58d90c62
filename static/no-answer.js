/* The page of the floor while the portal cannot be reached: it asks anew until there is an answer, as
   the board on a wall has nobody who taps. A scan is heard, and said to be lost. */

"use strict";

(() => {
  const ASKED_EVERY = 3000; // ms
  const LONGEST = 10000; // ms for the answer
  const BADGE = /^FB\d{24}$/; // opens the floor: never shown
  const { asked } = document.querySelector("[data-asked]").dataset;
  let isBusy = false;

  readKeys({ hear, take });
  setInterval(ask, ASKED_EVERY);

  function hear() {
    Feedback.hush();
    return false;
  }

  function take(code) {
    const what = BADGE.test(code) ? "a badge" : code;
    Feedback.say("alarm", Words.of("You scanned {code}. Not saved: the portal cannot be reached.", { code: what }));
  }

  // What was said of a scan stays until somebody taps.
  const isAlarm = () => Boolean(document.querySelector("[data-answer] .outcome-alarm"));

  async function ask() {
    if (isBusy || isAlarm()) return;
    isBusy = true;
    const signal = AbortSignal.timeout(LONGEST);
    const answer = await fetch(asked, { cache: "no-store", signal }).catch(() => null);
    isBusy = false;
    if (answer?.ok && !isAlarm()) location.reload();
  }
})();
