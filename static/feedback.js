/* Feedback on the screens of the floor: words and colour on the screen, a tone, and on phones a shake. */

"use strict";

const Feedback = (() => {
  const ALARM_EVERY = 1500; // ms
  const ALARM_REPEATS = 4;

  // [hertz, starts after seconds, lasts seconds, shape]
  const TONES = {
    read: [[1400, 0, 0.03, "sine"]],
    note: [[660, 0, 0.12, "sine"]],
    good: [[880, 0, 0.09, "sine"], [1320, 0.09, 0.12, "sine"]],
    alarm: [[196, 0, 0.22, "square"], [147, 0.26, 0.34, "square"]],
  };
  const LOUD = { sine: 0.25, square: 0.12 };
  let audio = null;
  let repeating = 0;

  // An alarm repeats until the next key or touch, but not for ever.
  function sound(kind) {
    clearInterval(repeating);
    play(kind);
    if (kind !== "alarm") return;
    let left = ALARM_REPEATS;
    repeating = setInterval(() => {
      if (left-- > 0) play(kind);
      else clearInterval(repeating);
    }, ALARM_EVERY);
  }

  function play(kind) {
    if (kind === "alarm" && navigator.vibrate) navigator.vibrate([80, 60, 160]);
    if (!window.AudioContext) return;
    audio = audio || new AudioContext();
    if (audio.state === "suspended") audio.resume();
    for (const [frequency, after, length, shape] of TONES[kind] || []) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.type = shape;
      tone.frequency.value = frequency;
      volume.gain.value = LOUD[shape];
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + after);
      tone.stop(audio.currentTime + after + length);
    }
  }

  // Words by textContent only: a scanned code is somebody else's text.
  function say(kind, words) {
    document.querySelector("[data-answer]")?.replaceChildren(boxOf(kind, words));
    sound(kind);
  }

  function boxOf(kind, words) {
    const box = document.createElement("div");
    box.className = `outcome outcome-${kind}`;
    box.setAttribute("role", kind === "alarm" ? "alert" : "status");
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    box.append(paragraph);
    return box;
  }

  // Until the next key or touch an alarm goes on.
  function hush() {
    clearInterval(repeating);
  }

  return { say, boxOf, sound, hush };
})();
