/* Reads what a hand-held scanner types, as a fast keyboard does: every key on the page, whatever
   has the focus, until Enter or Tab. A code never stays in a field. */

"use strict";

/* `hear(event)` is told of every key, and answers whether it is none of a scan; `take(code, at)` gets
   each code. */
function readKeys({ hear, take }) {
  const FAST = 50; // ms between two keys: no finger is as fast
  const SHORTEST = 3; // so many fast keys in a row are a scanner
  const SLOW = 90; // ms: a slow wedge; a finger is as fast for a while, but not for a whole code
  const SLOW_SHORTEST = 6; // so many slow keys, and no slower one, are a scanner
  const HITCH = 500; // ms that a known scanner may pause in the middle of a code
  const OF_IME = 229; // the key code of a key that an input method has taken
  const PLACES = { Minus: "-_", Period: ".>", Slash: "/?", Comma: ",<", Space: "  ", Equal: "=+", Semicolon: ";:" };
  const PAUSE = 1000; // ms after which a key outside of other fields begins a new code

  // What was typed last: {keys, at, fast, slow, isScanner, field, before: what stood in the field,
  // others: the same by field, of those that got the focus meanwhile}.
  let burst = null;

  function onKey(event) {
    if (hear(event, fieldOf(event.target))) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = keyOf(event);
    if (key === "Enter" || key === "Tab") onEnd(event, key);
    else if (key.length === 1) collect(event, key);
  }

  // An input method (IME) has taken the key for a word of its own, so that only its place on the
  // keyboard is known; a scanner types as a US keyboard does.
  function keyOf({ key, code, shiftKey, isComposing, keyCode }) {
    if (!isComposing && keyCode !== OF_IME) return key;
    if (code === "Enter" || code === "NumpadEnter" || code === "Tab") return code === "Tab" ? code : "Enter";
    const letter = code.match(/^Key([A-Z])$/)?.[1];
    if (letter) return shiftKey ? letter : letter.toLowerCase();
    const [plain, shifted] = PLACES[code] || [code.match(/^(?:Digit|Numpad)(\d)$/)?.[1] || "", ""];
    return shiftKey ? shifted : plain;
  }

  function collect(event, key) {
    const field = fieldOf(event.target);
    const gap = burst ? event.timeStamp - burst.at : Infinity;
    if (gap > patience(burst, field)) {
      burst = { keys: "", fast: 0, slow: 0, isScanner: false, field, before: field ? field.value : "", others: new Map() };
    }
    if (field && field !== burst.field && !burst.others.has(field)) burst.others.set(field, field.value);
    // A finger just before a fast wedge, in a field: what it typed stays there.
    if (gap > FAST && !burst.isScanner && field && !isScanField(field)) burst.run = { from: burst.keys.length, before: field.value };
    burst.keys += key;
    burst.at = event.timeStamp;
    burst.fast = gap > FAST ? 1 : burst.fast + 1;
    burst.slow = gap > SLOW ? 1 : burst.slow + 1;
    if (burst.run && !burst.isScanner && burst.fast >= SHORTEST) beginAt(burst.run);
    burst.isScanner ||= isWhole(burst.fast, SHORTEST) || isWhole(burst.slow, SLOW_SHORTEST);
    // Outside of fields a code with a space in it would press the button that has the focus.
    if (!field && burst.fast > 1) event.preventDefault();
  }

  function beginAt({ from, before }) {
    burst.keys = burst.keys.slice(from);
    burst.before = before;
  }

  function isWhole(number, shortest) {
    return number >= shortest && number === burst.keys.length;
  }

  function onEnd(event, key) {
    const read = burst;
    burst = null;
    const isFresh = read && event.timeStamp - read.at <= patience(read, read.field);
    const isRead = isFresh && isScan(read, key);
    const code = isRead ? read.keys.trim() : event.isComposing ? "" : typed(event);
    if (!code) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.isComposing) event.target.blur(); // ends the word of the input method
    if (isRead && read.field) read.field.value = read.before;
    if (isRead) read.others.forEach((before, field) => (field.value = before));
    for (const field of document.querySelectorAll("[data-scan-field]")) field.value = "";
    take(code, event.timeStamp);
  }

  // Slower keys count where nobody types: outside of fields, and in a scan field that an answer
  // replaced meanwhile, together with the first half of the code.
  function isScan(read, end) {
    return read.isScanner || (end === "Enter" && !read.field?.isConnected);
  }

  // Not left to the browser: an answer may replace the field before the form of it is sent.
  // Some scanners end with Tab, and some put their text into the field at once.
  function typed({ target }) {
    return isScanField(target) ? target.value.trim() : "";
  }

  function isScanField(element) {
    return Boolean(element?.isConnected && element.matches?.("[data-scan-field]"));
  }

  // How long after these keys the next one still belongs to them.
  function patience(keys, field) {
    if (!field?.isConnected || isScanField(field)) return PAUSE;
    return keys?.isScanner ? HITCH : SLOW;
  }

  function fieldOf(element) {
    return element.matches?.("input, select, textarea") ? element : null;
  }

  document.addEventListener("keydown", onKey, true);
}
