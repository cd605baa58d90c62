/* The screens of the floor: a hand-held scanner is a fast keyboard. Its scans (keys.js) are sent in
   order, each once (scan-queue.js), and words, colour and sound say at once what came of them.
   Without these files every screen of the floor still works, as plain forms. */

"use strict";

(() => {
  const { say, boxOf, sound, hush } = Feedback;
  const { stand, showStanding, isAlarm, acknowledgeAt } = Standing;
  const LONGEST = 10000; // ms for the answer to a PIN
  const ASKED_EVERY = 3000; // ms
  const BOUNCE = 300; // ms in which a trigger reads the same code twice
  const MOST_WORDS = 300; // letters that the list takes
  const TOLD = "told of scans that wait";
  const BADGE = /^FB\d{24}$/;

  // Whose screen this is, and of a shared scanner: seconds until it locks, and where it is opened.
  const floor = document.querySelector("template[data-floor]")?.dataset || {};
  const left = new Map(); // {name: scans} of other people; a page that is slow to go adds its own
  const queue = scanQueue(floor, {
    opened: () => lock?.over || null,
    lock: lockScreen,
    change: changePerson,
    show: (...answer) => answers.show(...answer),
    others: showOthers,
  });
  const answers = answering({ begin });
  const camera = watchCamera({ take, isLocked: () => Boolean(lock) });
  const command = commanding({ waiting: queue.waiting, goOn: Standing.goOn, signOut });

  /* The lock of a shared scanner: what was on the screen is put away until its person is back, and
     so are scans that wait. Whoever takes the scanner over finds neither. */

  let lock = null; // {main, over: a promise, open(): keeps it}
  let touchedAt = Date.now();

  function lockScreen() {
    const template = document.querySelector("template[data-floor]");
    if (lock || !template?.dataset.lock) return false;
    hush();
    KeptPage.empty(""); // a reload must not open what the PIN closes
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
    ask(floor.lock, { body }).catch(() => {}); // it locks there by itself
  }

  async function unlock(form) {
    const entered = pinField().value.trim();
    if (BADGE.test(entered)) return changePerson(entered);
    const headers = { Accept: "application/json" };
    let answer;
    try {
      answer = await ask(form.action, { body: new FormData(form), headers });
      if (answer.redirected) return queue.leave(answer.url); // signed out meanwhile
      if (answer.ok) return openScreen();
      return sayLocked((await answer.json()).problem);
    } catch {
      return sayLocked(answer ? Words.of("Server error {status}.", { status: answer.status }) : Words.of("No connection: try again."));
    }
  }

  function ask(url, given) {
    return fetch(url, { ...given, method: "POST", signal: AbortSignal.timeout(LONGEST) });
  }

  function openScreen() {
    const { main, open } = lock;
    DoubleTaps.during(() => document.querySelector("main").replaceWith(main), true);
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
    return leaveBy(floor.badge, { badge });
  }

  function signOut() {
    leaveBy(floor.out, {});
  }

  function leaveBy(action, sent) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    for (const [name, value] of Object.entries({ ...sent, csrfmiddlewaretoken: csrfToken() })) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    queue.goKept();
    document.body.append(form);
    KeptPage.empty("").finally(() => form.submit());
    return true;
  }

  // What somebody else has scanned here waits for that person; the lead's list says it once.
  function showOthers(rows) {
    const place = document.querySelector("[data-others]");
    for (const { code, name } of rows) if (code) left.set(name, (left.get(name) || 0) + 1);
    if (!place || !left.size) return;
    const words = [...left].map(([name, number]) => Words.count(number, "{number} scan of {name}", "{number} scans of {name}", { number, name }));
    place.textContent = Words.of("{scans} not sent yet: sign in here as that person to send them.", { scans: words.join(", ") });
    place.hidden = false;
    const told = Words.of("{scans} waited on {device} when {name} used it.", { scans: words.join(", "), device: floor.device || Words.of("this device"), name: floor.name }).slice(0, MOST_WORDS);
    if (localStorage.getItem(TOLD) === told) return;
    localStorage.setItem(TOLD, told);
    queue.note("", told);
  }

  /* Reading: one code at a time. */

  let last = { code: "", at: -Infinity };

  function hear(event, field) {
    hush();
    touchedAt = Date.now();
    if (!lock) return false;
    if (!field) pinField().focus(); // a scanner types wherever the focus is
    return true;
  }

  function take(code, at) {
    const stood = isAlarm();
    if (!queue.waiting() || queue.isAhead()) acknowledgeAt(at);
    const isBounced = code === last.code && at - last.at < BOUNCE;
    last = { code, at };
    if (isBounced || command(code, at, stood)) return;
    if (BADGE.test(code)) {
      if (floor.badge) queue.enqueue({ badge: code });
      else say("alarm", Words.of("This device takes no badges."));
      return;
    }
    const waiting = queue.waiting() ? `. Waiting: ${queue.waiting() + 1}.` : "";
    // While the line stands still the alarm does too.
    if (isAlarm()) sound("alarm");
    else say("read", Words.of("Scanned {code}", { code }) + waiting);
    queue.scan(code, at);
    if (queue.isHalted()) queue.sayHalted();
    showStanding();
  }

  /* Thumbs: buttons and links wait for the scans before them. */

  let isTyping = false;

  function onSubmit(event) {
    const form = event.target;
    if ("signOut" in form.dataset) {
      event.preventDefault();
      queue.goKept();
      KeptPage.empty("").finally(() => form.submit());
      return;
    }
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
    queue.press(form, body, isOwn ? button.formAction : form.action);
  }

  function onClick(event) {
    const toggle = event.target.closest("[data-type-toggle]");
    if (toggle) {
      isTyping = !isTyping;
      prepareField(document.querySelector("[data-scan-field]"), toggle);
    }
    const link = event.target.closest("a[href]");
    if (!link || link.target || !queue.waiting()) return;
    event.preventDefault();
    if (queue.isAhead()) say("note", Words.of("No connection: only scans go on."));
    else queue.enqueue({ url: link.href });
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

  // Only the stop that is on the screen: one that is done must not come back.
  function keepPage() {
    if (WalkAhead.shown()) KeptPage.keep(floor, WalkAhead.stops());
    else KeptPage.empty("");
  }

  // On a screen of before, without a connection: the server's comes when it can.
  function standBy() {
    const asking = setInterval(async () => {
      if (!KeptPage.isShown()) return clearInterval(asking);
      if (queue.waiting()) return;
      const signal = AbortSignal.timeout(LONGEST);
      const answer = await fetch(floor.serviceWorker, { cache: "no-store", signal }).catch(() => null);
      if (answer?.ok && !queue.waiting()) location.reload();
    }, ASKED_EVERY);
  }

  function begin() {
    const field = document.querySelector("[data-scan-field]");
    const toggle = document.querySelector("[data-type-toggle]");
    if (field && toggle) prepareField(field, toggle);
    else document.querySelector("main [autofocus]")?.focus({ preventScroll: true });
    camera.offer();
    WalkAhead.remember();
    if (!KeptPage.isShown()) keepPage();
    const outcome = document.querySelector("[data-outcome]");
    if (outcome?.dataset.outcome === "alarm") stand();
    showStanding();
    if (outcome) sound(isAlarm() ? "alarm" : outcome.dataset.outcome);
  }

  readKeys({ hear, take });
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", () => {
    hush();
    touchedAt = Date.now();
  });
  addEventListener("popstate", () => location.reload());
  const idle = Number(floor.idle) * 1000;
  if (idle) setInterval(() => !lock && Date.now() - touchedAt > idle && lockNow(), 1000);
  KeptPage.begin(floor);
  if (KeptPage.isShown()) standBy();
  // A page that came by a tap is a new screen too.
  DoubleTaps.during(begin, document.referrer.startsWith(location.origin));
})();
