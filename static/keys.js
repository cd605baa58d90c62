/* Reads what a hand-held scanner types, as a fast keyboard does: every key on the page, whatever
   has the focus, until Enter or Tab. A code never stays in a field. */

"use strict";

/* `hear(event)` is told of every key, and answers whether it is none of a scan; `take(code, at)` gets
   each code. */
function readKeys({ hear, take }) {
  const FAST = 50; // ms between two keys: no finger is as fast
  const SHORTEST = 3; // so many fast keys in a row are a scanner
  const HITCH = 500; // ms that a known scanner may pause in the middle of a code
  const PAUSE = 1000; // ms after which a key outside of other fields begins a new code

  // What was typed last: {keys, at, fast, isScanner, field, before: what stood in the field}.
  let burst = null;

  function onKey(event) {
    if (hear(event, fieldOf(event.target))) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" || event.key === "Tab") onEnd(event);
    else if (event.key.length === 1) collect(event);
  }

  function collect(event) {
    const field = fieldOf(event.target);
    const gap = burst ? event.timeStamp - burst.at : Infinity;
    if (gap > patience(burst, field)) {
      burst = { keys: "", fast: 0, isScanner: false, field, before: field ? field.value : "" };
    }
    burst.keys += event.key;
    burst.at = event.timeStamp;
    burst.fast = gap > FAST ? 1 : burst.fast + 1;
    burst.isScanner ||= burst.fast >= SHORTEST && burst.fast === burst.keys.length;
    // Outside of fields a code with a space in it would press the button that has the focus.
    if (!field && burst.fast > 1) event.preventDefault();
  }

  function onEnd(event) {
    const read = burst;
    burst = null;
    const isFresh = read && event.timeStamp - read.at <= patience(read, read.field);
    const isRead = isFresh && isScan(read, event);
    const code = isRead ? read.keys.trim() : typed(event);
    if (!code) return;
    event.preventDefault();
    event.stopPropagation();
    if (isRead && read.field) read.field.value = read.before;
    for (const field of document.querySelectorAll("[data-scan-field]")) field.value = "";
    take(code, event.timeStamp);
  }

  // Slower keys count where nobody types: outside of fields, and in a scan field that an answer
  // replaced meanwhile, together with the first half of the code.
  function isScan(read, end) {
    return read.isScanner || (end.key === "Enter" && !read.field?.isConnected);
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
    return keys?.isScanner ? HITCH : FAST;
  }

  function fieldOf(element) {
    return element.matches?.("input, select, textarea") ? element : null;
  }

  document.addEventListener("keydown", onKey, true);
}
