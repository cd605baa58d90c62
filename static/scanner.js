/* A hand-held scanner is a fast keyboard: this file turns what it types into scans, sends them in
   order, one at a time, each once, and says at once, in words, colour and sound, what came of it.
   Without this file every screen of the floor still works, as plain forms. */

"use strict";

(() => {
  const FAST = 50; // ms between two keys: no finger is as fast
  const SHORTEST = 3; // so many fast keys in a row are a scanner
  const HITCH = 500; // ms that a known scanner may pause in the middle of a code
  const PAUSE = 1000; // ms after which a key outside of other fields begins a new code
  const BOUNCE = 300; // ms in which a trigger reads the same code twice
  const SCAN_LONGEST = 6000; // ms for the answer to a scan; then it is sent again, and applied once
  const PRESS_LONGEST = 60000; // ms for that to a button: a carrier is asked for labels
  const STANDS = 600; // ms: who scans sooner has not seen the alarm yet
  const RETRY = 2000; // ms
  const ALARM_EVERY = 1500; // ms
  const ALARM_REPEATS = 4;

  /* Sending: first in, first out. Scans made while one is on its way wait for its answer. */

  // New with each load of the page: a copied tab must not use the numbers of another one again.
  const client = newClientId();
  const queue = [];
  const pressed = new Set(); // forms on their way: a second tap on their button is one too many
  let sequence = 0;
  let isBusy = false;
  let isLeaving = false;

  function newClientId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID would ask for HTTPS
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  async function enqueue(job) {
    queue.push(job);
    if (isBusy) return;
    isBusy = true;
    while (queue.length && !isLeaving) {
      const next = queue[0];
      next.request = next.request || prepare(next);
      if (next.request && !(await send(next.request))) await connection();
      else pressed.delete(queue.shift().form);
    }
    isBusy = false;
  }

  // A scan belongs to the form that is on the screen when its turn comes.
  function prepare({ url, code, action, body }) {
    if (url) return { url };
    const form = document.querySelector("form[data-scan]");
    if (!body && !form) {
      say("alarm", `You scanned ${code}. No scan is expected here.`);
      return null;
    }
    const sent = body || new FormData(form);
    if (!body) sent.set("code", code);
    sent.set("client_id", client);
    sent.set("sequence", String((sequence += 1)));
    const isElsewhere = !body && "elsewhere" in form.dataset;
    return { url: action || form.action, body: sent, isElsewhere };
  }

  // False when the server was not reached: the same is sent again, and applied once.
  async function send({ url, body, isElsewhere }) {
    if (!body) return leave(url);
    let answer, text;
    try {
      const signal = AbortSignal.timeout(body.has("code") ? SCAN_LONGEST : PRESS_LONGEST);
      answer = await fetch(url, { method: "POST", body, signal, headers: { Accept: "text/html" } });
      text = await answer.text();
    } catch {
      return false;
    }
    if ([502, 503, 504].includes(answer.status)) return false;
    show(answer, new DOMParser().parseFromString(text, "text/html"), isElsewhere);
    return true;
  }

  function connection() {
    say("alarm", `No connection. Scans waiting: ${queue.length}.`);
    return new Promise((resolve) => {
      setTimeout(resolve, RETRY);
      addEventListener("online", resolve, { once: true });
    });
  }

  function leave(url) {
    isLeaving = true;
    location.assign(url);
    return true;
  }

  // A refused scan of a form that leads elsewhere leaves the worker where he is, with the alarm.
  function show(answer, page, isElsewhere) {
    const main = page.querySelector("main.floor-main");
    if (!main && answer.redirected) return leave(location.href); // signed out meanwhile
    if (!main) return refuse(answer);
    const only = isElsewhere && !answer.ok ? "[data-answer]" : "main";
    document.querySelector(only).replaceWith(document.adoptNode(page.querySelector(only)));
    if (only === "main") document.title = page.title;
    if (answer.redirected || (isElsewhere && answer.ok)) history.pushState(null, "", answer.url);
    return begin();
  }

  /* Feedback: words and colour on the screen, and a tone. */

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
    const box = document.createElement("div");
    box.className = `outcome outcome-${kind}`;
    box.setAttribute("role", kind === "alarm" ? "alert" : "status");
    const paragraph = document.createElement("p");
    paragraph.textContent = words;
    box.append(paragraph);
    document.querySelector("[data-answer]")?.replaceChildren(box);
    sound(kind);
  }

  /* Reading: every key on the page, whatever has the focus. */

  // What was typed last: {keys, at, fast, isScanner, field, before: what stood in the field}.
  let burst = null;
  let last = { code: "", at: -Infinity };

  function onKey(event) {
    clearInterval(repeating);
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

  function take(code, at) {
    if (!queue.length && performance.now() - stoodAt >= STANDS) acknowledge();
    const isBounced = code === last.code && at - last.at < BOUNCE;
    last = { code, at };
    if (isBounced) return;
    const waiting = queue.length ? `. Waiting: ${queue.length + 1}.` : "";
    say("read", `Scanned ${code}${waiting}`);
    showStanding();
    enqueue({ code });
  }

  // In words; after another sign-in this page's token is refused until it is loaded again.
  function refuse(answer) {
    const wait = answer.headers.get("Retry-After") || "60";
    const words = {
      403: "Not saved. Your session has changed: reload, then scan again.",
      404: "Not saved: this is not there any more.",
      429: `Not saved: too many requests. Wait ${wait} seconds, then scan again.`,
    };
    say("alarm", words[answer.status] || `Not saved: server error ${answer.status}.`);
    if (answer.status === 403) document.querySelector("[data-answer] .outcome").append(reloader());
    stand();
  }

  function reloader() {
    const button = document.createElement("button");
    button.className = "btn btn-light";
    button.textContent = "Reload";
    button.addEventListener("click", () => leave(location.href));
    return button;
  }

  /* Refused scans stand below the answers that follow, until a tap, or a scan by somebody who can
     have seen them: in a burst, or when a queue drains, the next answer would wipe them off. */

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

  document.addEventListener("pointerdown", acknowledge);

  /* Thumbs: buttons and links wait for the scans before them. */

  let isTyping = false;

  function onSubmit(event) {
    const form = event.target;
    if (form.method !== "post" || "plain" in form.dataset) return;
    event.preventDefault();
    const button = event.submitter;
    const body = new FormData(form, button);
    const isOwn = button?.hasAttribute("formaction");
    if ("scan" in form.dataset && !isOwn) {
      take(body.get("code").trim(), event.timeStamp);
      return;
    }
    if (pressed.has(form)) return;
    pressed.add(form);
    say("read", "One moment …");
    enqueue({ form, body, action: isOwn ? button.formAction : form.action });
  }

  function onClick(event) {
    const toggle = event.target.closest("[data-type-toggle]");
    if (toggle) {
      isTyping = !isTyping;
      prepareField(document.querySelector("[data-scan-field]"), toggle);
    }
    const link = event.target.closest("a[href]");
    if (!link || link.target || !queue.length) return;
    event.preventDefault();
    enqueue({ url: link.href });
  }

  // The scan field keeps the keyboard away until somebody wants to type what no scanner can read.
  function prepareField(field, toggle) {
    field.inputMode = isTyping ? "text" : "none";
    field.form.classList.toggle("is-typed", isTyping);
    field.form.classList.add("is-scanned");
    toggle.hidden = false;
    toggle.setAttribute("aria-pressed", String(isTyping));
    field.blur(); // a phone asks for its keyboard only when a field gets the focus
    field.focus({ preventScroll: true });
  }

  function begin() {
    const field = document.querySelector("[data-scan-field]");
    const toggle = document.querySelector("[data-type-toggle]");
    if (field && toggle) prepareField(field, toggle);
    else document.querySelector("main [autofocus]")?.focus({ preventScroll: true });
    const outcome = document.querySelector("[data-outcome]");
    if (outcome?.dataset.outcome === "alarm") stand();
    showStanding();
    if (outcome) sound(standing.length ? "alarm" : outcome.dataset.outcome);
  }

  document.addEventListener("keydown", onKey, true);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", () => clearInterval(repeating));
  addEventListener("popstate", () => location.reload());
  addEventListener("beforeunload", (event) => {
    if (queue.length && !isLeaving) event.preventDefault();
  });
  begin();
})();
