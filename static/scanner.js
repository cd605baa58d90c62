/* A hand-held scanner is a fast keyboard: this file turns what it types into scans, sends them in
   order, one at a time, each once, and says at once, in words, colour and sound, what came of it.
   Without this file every screen of the floor still works, as plain forms. */

"use strict";

(() => {
  const { say, boxOf, sound, hush } = Feedback;
  const { stand, showStanding, isAlarm, acknowledgeAt } = Standing;
  const FAST = 50; // ms between two keys: no finger is as fast
  const SHORTEST = 3; // so many fast keys in a row are a scanner
  const HITCH = 500; // ms that a known scanner may pause in the middle of a code
  const PAUSE = 1000; // ms after which a key outside of other fields begins a new code
  const BOUNCE = 300; // ms in which a trigger reads the same code twice
  const SCAN_LONGEST = 6000; // ms for the answer to a scan; then it is sent again, and applied once
  const PRESS_LONGEST = 60000; // ms for that to a button: a carrier is asked for labels
  const RETRY = 2000; // ms
  const LOCKED = 423; // what the server answers while the screen is locked
  const BADGE = /^FB\d{24}$/;

  /* Sending: first in, first out. Scans made while one is on its way wait for its answer. */

  // New with each load of the page: a copied tab must not use the numbers of another one again.
  const client = newClientId();
  const queue = [];
  const pressed = new Set(); // forms on their way: a second tap on their button is one too many
  let sequence = 0;
  let isBusy = false;
  let isLeaving = false;
  // Whose screen this is, and of a shared scanner: seconds until it locks, and where it is opened.
  const floor = document.querySelector("template[data-floor]")?.dataset || {};

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
      if (lock) await lock.over;
      const next = queue[0];
      next.request = next.request || prepare(next);
      if (!next.request || (await send(next.request))) pressed.delete(queue.shift().form);
      else if (!lock) await connection();
    }
    isBusy = false;
  }

  // A scan belongs to the form that is on the screen when its turn comes.
  function prepare({ url, badge, code, action, body }) {
    if (url || badge) return { url, badge };
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

  // False when the server was not reached, or the screen is locked: the same is sent again, and
  // applied once.
  async function send({ url, badge, body, isElsewhere }) {
    if (badge) return changePerson(badge);
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
    if (answer.status === LOCKED) return lockScreen();
    const page = new DOMParser().parseFromString(text, "text/html");
    const isOut = answer.redirected && !page.querySelector("main.floor-main:not(:has([data-sign-in]))");
    if (isOut) keep(); // signed out meanwhile
    if (isOut) leave(location.href);
    else show(answer, page, isElsewhere);
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
    if (!main) return refuse(answer);
    const only = isElsewhere && !answer.ok ? "[data-answer]" : "main";
    document.querySelector(only).replaceWith(document.adoptNode(page.querySelector(only)));
    if (only === "main") document.title = page.title;
    if (answer.redirected || (isElsewhere && answer.ok)) history.pushState(null, "", answer.url);
    return begin();
  }

  /* The lock of a shared scanner: what was on the screen is put away until its person is back, and
     so are scans that wait. Whoever takes the scanner over finds neither. */

  let lock = null; // {main, over: a promise, open(): keeps it}
  let touchedAt = Date.now();

  function lockScreen() {
    const template = document.querySelector("template[data-floor]");
    if (lock || !template?.dataset.lock) return false;
    hush();
    const main = document.querySelector("main");
    const screen = main.cloneNode(false);
    screen.append(template.content.cloneNode(true));
    lock = { main };
    lock.over = new Promise((resolve) => (lock.open = resolve));
    main.replaceWith(screen);
    pinField().focus();
    return false;
  }

  function lockNow() {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", csrfToken());
    lockScreen();
    fetch(floor.lock, { method: "POST", body }).catch(() => {}); // it locks there by itself
  }

  async function unlock(form) {
    const entered = pinField().value.trim();
    if (BADGE.test(entered)) return changePerson(entered);
    const headers = { Accept: "application/json" };
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
      if (answer.redirected) return leaveKept(answer.url); // signed out meanwhile
      if (answer.ok) return openScreen();
      return sayLocked((await answer.json()).problem);
    } catch {
      return sayLocked(answer ? `Server error ${answer.status}.` : "No connection.");
    }
  }

  function openScreen() {
    const { main, open } = lock;
    document.querySelector("main").replaceWith(main);
    lock = null;
    touchedAt = Date.now();
    (main.querySelector("[data-scan-field]") || main).focus({ preventScroll: true });
    open();
  }

  function sayLocked(words) {
    pinField().value = "";
    pinField().focus();
    document.querySelector("[data-lock-problem]").replaceChildren(boxOf("alarm", words));
  }

  function pinField() {
    return document.querySelector("[data-unlock] [name=pin]");
  }

  function csrfToken() {
    return document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
  }

  // Somebody's badge: his PIN is asked for on a page of its own.
  function changePerson(badge) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = floor.badge;
    for (const [name, value] of Object.entries({ badge, csrfmiddlewaretoken: csrfToken() })) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    keep();
    isLeaving = true;
    document.body.append(form);
    form.submit();
    return true;
  }

  /* Scans that wait when the page goes: kept on this device, sent when the same person is back. */

  const KEPT = `scans of ${floor.worker}`;

  function keep() {
    const jobs = queue.filter((job) => !job.url && !job.badge).map(toText);
    if (!floor.worker || !jobs.length) return;
    localStorage.setItem(KEPT, JSON.stringify({ page: location.href, jobs }));
  }

  function leaveKept(url) {
    keep();
    return leave(url);
  }

  function toText({ code, action, body, request }) {
    const entries = (data) => data && Array.from(data.entries());
    const sent = request && { ...request, body: entries(request.body) };
    return { code, action, body: entries(body), request: sent };
  }

  function fromText({ code, action, body, request }) {
    const data = (entries) => {
      const found = new FormData();
      for (const [name, value] of entries) found.append(name, value);
      found.set("csrfmiddlewaretoken", csrfToken()); // another one since this person signed in
      return found;
    };
    const sent = request && { ...request, body: data(request.body) };
    return { code, action, body: body && data(body), request: sent };
  }

  // A code means what the screen on which it was scanned asked for, so that one is opened first.
  function sendKept() {
    const kept = floor.worker && JSON.parse(localStorage.getItem(KEPT));
    if (!kept) return;
    const isThere = location.href === kept.page;
    if (!isThere && sessionStorage.getItem(KEPT) !== kept.page) {
      sessionStorage.setItem(KEPT, kept.page);
      leave(kept.page);
      return;
    }
    sessionStorage.removeItem(KEPT);
    localStorage.removeItem(KEPT);
    const jobs = kept.jobs.filter((job) => isThere || job.request || job.action);
    const lost = kept.jobs.length - jobs.length;
    if (lost) say("alarm", `Scans of before that no screen expects: ${lost}. Scan them again.`);
    for (const job of jobs) enqueue(fromText(job));
  }

  /* Reading: every key on the page, whatever has the focus. */

  // What was typed last: {keys, at, fast, isScanner, field, before: what stood in the field}.
  let burst = null;
  let last = { code: "", at: -Infinity };

  function onKey(event) {
    hush();
    touchedAt = Date.now();
    if (lock) {
      if (!fieldOf(event.target)) pinField().focus(); // a scanner types wherever the focus is
      return;
    }
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
    if (!queue.length) acknowledgeAt(at);
    const isBounced = code === last.code && at - last.at < BOUNCE;
    last = { code, at };
    if (isBounced) return;
    if (BADGE.test(code)) {
      if (floor.badge) enqueue({ badge: code });
      else say("alarm", "This device takes no badges.");
      return;
    }
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
    button.addEventListener("click", () => leaveKept(location.href));
    return button;
  }

  /* Thumbs: buttons and links wait for the scans before them. */

  let isTyping = false;

  function onSubmit(event) {
    const form = event.target;
    const isOfLock = "unlock" in form.dataset || "lockNow" in form.dataset;
    if (form.method !== "post" || ("plain" in form.dataset && !isOfLock)) return;
    event.preventDefault();
    if (isOfLock) {
      if (lock) unlock(form);
      else lockNow();
      return;
    }
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
    if (outcome) sound(isAlarm() ? "alarm" : outcome.dataset.outcome);
  }

  document.addEventListener("keydown", onKey, true);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", () => {
    hush();
    touchedAt = Date.now();
  });
  addEventListener("popstate", () => location.reload());
  addEventListener("beforeunload", (event) => {
    if (queue.length && !isLeaving) event.preventDefault();
  });
  addEventListener("pagehide", () => {
    if (!isLeaving) keep();
  });
  const idle = Number(floor.idle) * 1000;
  if (idle) setInterval(() => !lock && Date.now() - touchedAt > idle && lockNow(), 1000);
  begin();
  sendKept();
})();
