/* The queue of the floor: scans and buttons are sent first in, first out, one at a time, each once.
   After a refused scan the line stops: what was scanned before somebody could see the alarm waits,
   until a tap sends it or drops it. What was not saved is told the server, for the list. What waits
   is kept on the device (waiting.js), and sent when the same person is back on its screen. */

"use strict";

/* `floor` says whose screen this is. `hooks`: `opened()`, a promise while the screen is locked, else
   null; `lock()`; `change(badge)`; `show(answer, page, {isElsewhere, isPress})`, which returns
   what was not saved in words, or ""; `others(rows)`, told what other people left here. */
function scanQueue(floor, hooks) {
  const { say } = Feedback;
  const SCAN_LONGEST = 6000; // ms for the answer to a scan; then it is sent again, and applied once
  const PRESS_LONGEST = 60000; // ms for that to a button: a carrier is asked for labels
  const RETRY = 2000; // ms
  const LOCKED = 423; // what the server answers while the screen is locked
  const NAMED = 5; // codes in one sentence
  const KEPT = `scans of ${floor.worker}`;
  const ANEW = ["client_id", "sequence", "csrfmiddlewaretoken"]; // put in when it is sent

  // New with each load of the page: a copied tab must not use the numbers of another one again.
  const client = newClientId();
  const queue = [];
  const adopted = new Set(); // what pages before this one have left, each once
  const pressed = new Set(); // forms on their way: a second tap on their button is one too many
  let sequence = 0;
  let order = 0;
  let isBusy = false;
  let isLeaving = false;
  let isAway = KeptPage.isShown(); // or since something was not answered
  let isOnTrack = false; // the screen is that of what another page has left here
  let halted = null; // the words, once whose session it is has changed

  Waiting.hold(client);
  const begun = adopt(Waiting.left());

  function newClientId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID would ask for HTTPS
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function scan(code, heard) {
    const form = document.querySelector("form[data-scan]");
    return enqueue({ code, heard, made: form?.action, typed: typedIn(form) });
  }

  // The number that was typed for this scan goes with it, whatever screen an answer brings before it
  // is sent. A walk that goes on by itself reads its own.
  function typedIn(form) {
    const field = numberOf(form);
    if (!field || field.value === field.defaultValue || WalkAhead.shown()) return "";
    const { value } = field;
    if (queue.length) empty(form, value);
    return value;
  }

  // Where the screen stays while a scan waits, its number is not that of the next one.
  function empty(form, typed) {
    const field = numberOf(form);
    if (field && typed === field.value) field.value = field.defaultValue;
  }

  const numberOf = (form) => form?.querySelector("input[type=number][name=quantity]");

  function press(form, body, action) {
    if (pressed.has(form)) return;
    pressed.add(form);
    DoubleTaps.during(() => say("read", Words.of("One moment …")));
    enqueue({ form, action, entries: entriesOf(body) });
  }

  function enqueue(job) {
    if (!job.url && !job.badge) number(job);
    queue.push(job);
    keep(job);
    ahead();
    return work();
  }

  // The number goes with the scan from the beginning: whoever sends it later sends the same one.
  function number(job) {
    order = Math.max(order + 1, Date.now());
    const whose = { owner: floor.worker, name: floor.name, page: location.href };
    Object.assign(job, whose, { client, order, at: Date.now(), sequence: (sequence += 1) });
  }

  async function work() {
    if (isBusy) return;
    isBusy = true;
    await begun;
    while (queue.length && !isLeaving && !halted) {
      if (hooks.opened()) await hooks.opened();
      const next = queue[0];
      const isStopped = next.code && !next.isTried && Standing.isStop() && !isOfOther(next);
      if (isStopped && !(await lineIsFree(next))) continue;
      if (!(await done(next))) {
        if (!hooks.opened() && !halted) await connection(next);
      } else if (!isLeaving) {
        drop(next);
      }
    }
    isBusy = false;
    if (!queue.length) sessionStorage.removeItem(KEPT);
  }

  // False when it is to be sent again.
  function done(job) {
    if (job.badge) return hooks.change(job.badge);
    if (job.url) return leave(job.url);
    if (isOfOther(job)) return isAway ? whenBack(() => open(job)) : open(job);
    return job.entries || bind(job) ? send(job) : true;
  }

  function drop(job) {
    const place = queue.indexOf(job);
    if (place >= 0) queue.splice(place, 1);
    pressed.delete(job.form);
    if (job.client) Waiting.drop(job);
  }

  // False where what waited was dropped. It belongs to the screen with the alarm, also after a reload.
  async function lineIsFree(next) {
    if (!next.entries && !whyNot(next)) fill(next);
    next.alarms = Standing.alarms();
    await keep(next); // a page that says “not saved yet” has it on the device
    if (!Standing.isStop()) return true; // answered by a tap meanwhile
    const isSent = await Standing.stopped(() => scans().length);
    if (isSent) return true;
    const dropped = scans().filter((job) => !job.isTried); // that one may be saved already
    dropped.forEach(drop);
    for (const { code } of dropped) note(code, Words.of("Not saved after an alarm: {code}.", { code }));
    const codes = dropped.slice(0, NAMED).map(({ code }) => code);
    if (dropped.length > NAMED) codes.push(Words.of("{number} more", { number: dropped.length - NAMED }));
    say("note", `Not saved: ${codes.join(", ")}.`);
    return false;
  }

  // A scan belongs to the screen on which it was made; one that is over writes nothing. False where
  // it is refused.
  function bind(job) {
    const words = whyNot(job);
    if (words) return refused(job.code, words);
    fill(job);
    return true;
  }

  // Of a page that is gone only what follows one that knew its screen can still be bound.
  function whyNot({ code, made, isLeft, page }) {
    const form = document.querySelector("form[data-scan]");
    if (!form) return Words.of("You scanned {code}. No scan is expected here.", { code });
    const isOther = made && form.action !== made && (isLeft || !("elsewhere" in form.dataset));
    const isLost = isLeft && !(isOnTrack && page === location.href);
    return isOther || isLost ? Words.of("You scanned {code} on the screen before. Not saved: scan it again.", { code }) : "";
  }

  function fill(job) {
    const form = document.querySelector("form[data-scan]");
    const sent = new FormData(form);
    sent.set("code", job.code);
    if (job.typed && numberOf(form)) sent.set("quantity", job.typed);
    const isElsewhere = "elsewhere" in form.dataset;
    Object.assign(job, { action: form.action, entries: entriesOf(sent), isElsewhere });
  }

  function entriesOf(body) {
    return Array.from(body.entries()).filter(([name]) => !ANEW.includes(name));
  }

  function refused(code, words, isForeseen) {
    say("alarm", words);
    Standing.stand(isForeseen);
    note(code, words);
    return false;
  }

  // False when the server was not reached, the screen is locked or the session is another one: the
  // same is sent again, and applied once.
  async function send(job) {
    job.isTried = true;
    await keep(job);
    let answer, text;
    try {
      const signal = AbortSignal.timeout(job.code || job.isQuiet ? SCAN_LONGEST : PRESS_LONGEST);
      // The next screen comes in the same answer: its address is the Content-Location.
      const headers = { Accept: "text/html", Prefer: "return=representation" };
      const given = { method: "POST", body: bodyOf(job), signal, headers };
      answer = await fetch(job.action, given);
      text = await answer.text();
    } catch {
      return false;
    }
    if ([502, 503, 504].includes(answer.status)) return false;
    if (answer.status === LOCKED) return hooks.lock();
    const page = new DOMParser().parseFromString(text, "text/html");
    if (isOfAnother(answer, page)) return halt(answer);
    isAway = false;
    delete document.documentElement.dataset.kept; // the server's screen comes
    if (job.isQuiet) return true;
    const isPress = !job.code;
    const failed = hooks.show(answer, page, { isElsewhere: job.isElsewhere, isPress });
    isOnTrack ||= Boolean(job.isLeft && !failed);
    if (failed) note(job.code || "", failed);
    else if (job.waited) note(job.code || "", Words.of("No answer at first: sent {number} times.", { number: job.waited + 1 }));
    return true;
  }

  // Only a file needs a form in parts, which takes the server ten times as long to read.
  function bodyOf(job) {
    const isText = job.entries.every(([, value]) => typeof value === "string");
    const body = isText ? new URLSearchParams() : new FormData();
    for (const [name, value] of job.entries) body.append(name, value);
    body.set("client_id", job.client);
    body.set("sequence", String(job.sequence));
    // Another one since this person signed in.
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value || "");
    return body;
  }

  /* Signed out, or somebody else signed in meanwhile: nothing is sent, the scans wait here for their
     person, and the next ones are still read as scans and do not go into a field of the sign-in. */

  function isOfAnother(answer, page) {
    if (page.querySelector("[data-session-changed]")) return true;
    const main = page.querySelector("main.floor-main:not(:has([data-sign-in]))");
    if (answer.redirected && !main) return true;
    const worker = page.querySelector("template[data-floor]")?.dataset.worker;
    return Boolean(worker) && worker !== floor.worker;
  }

  function halt(answer) {
    if (floor.badge) return leave(location.href); // a shared scanner shows nobody's screen
    const isOut = answer.redirected;
    halted = isOut ? Words.of("You have to sign in again.") : Words.of("Your session has changed.");
    sayHalted(isOut ? Words.of("Sign in") : Words.of("Reload"));
    Standing.stand();
    return false;
  }

  function sayHalted(label) {
    label = label || document.querySelector("[data-answer] [data-reload]")?.textContent;
    say("alarm", `${halted} ${count(scans().length)}`.trim());
    const button = document.createElement("button");
    button.className = "btn btn-light";
    button.dataset.reload = "";
    button.textContent = label || Words.of("Reload");
    button.addEventListener("click", () => leave(location.href));
    document.querySelector("[data-answer] .outcome").append(button);
  }

  function connection(job) {
    job.waited = (job.waited || 0) + 1;
    if (job.waited === 1) empty(document.querySelector("form[data-scan]"), job.typed);
    if (!isAway) for (const row of queue) keep(row, true);
    isAway = true;
    ahead();
    const away = document.querySelector("form[data-scan]")?.dataset.away || ""; // what to do then
    if (!job.isQuiet && !isAhead()) say("alarm", `${Words.of("No connection. Scans waiting: {number}.", { number: waiting() })} ${away}`.trim());
    return new Promise((resolve) => {
      setTimeout(resolve, RETRY);
      addEventListener("online", resolve, { once: true });
    });
  }

  // Away on a walk that is known each scan is bound to its stop as soon as it is made, and the screen
  // goes on; a wrong one is refused at once. Whatever else waits ends what can be known.
  function ahead() {
    let state = isAway && !halted && !hooks.opened() && WalkAhead.shown();
    if (!state) return;
    const { action: walk } = document.querySelector("form[data-scan]");
    for (const job of queue.filter((one) => !one.isQuiet)) {
      if (!queue.includes(job)) continue; // refused meanwhile
      if (!job.code || job.made !== walk) break;
      if (!job.after) foresee(job, state, walk);
      state = job.after || state;
    }
    WalkAhead.draw(state, scans().length);
  }

  function foresee(job, state, walk) {
    const entered = job.entries?.find(([name]) => name === "quantity")?.[1];
    const step = WalkAhead.step(state, job.code, Number(entered) || WalkAhead.entered(state));
    const isUnseen = !job.isTried && Standing.isUnseen(job.heard);
    const late = Words.of("You scanned {code} right after an alarm. Not saved: scan it again.", { code: job.code });
    if (step.entries && !isUnseen) {
      if (!job.isTried) Object.assign(job, { action: walk, entries: step.entries });
      job.after = step.state;
      keep(job);
      say("note", Words.of("{said}, not yet sent", { said: step.said }));
    } else if (job.isTried) {
      say("alarm", step.words); // what became of it the server says
      Standing.stand(true);
      job.after = state;
    } else {
      drop(job);
      refused(job.code, isUnseen ? late : step.words, true);
    }
  }

  // Whether the screen has gone on without the server.
  function isAhead() {
    return isAway && Boolean(document.querySelector("main[data-ahead]"));
  }

  // What was not saved goes into the list of the worker and of the lead.
  function note(code, words) {
    if (!floor.unsaved) return;
    const entries = Object.entries({ code, words, worker: floor.worker });
    enqueue({ action: floor.unsaved, entries, isQuiet: true });
  }

  function scans() {
    return queue.filter((job) => job.code);
  }

  function waiting() {
    return queue.filter((job) => !job.isQuiet).length;
  }

  function count(number) {
    return number ? `${Words.count(number, "{number} scan waits", "{number} scans wait", { number })}.` : "";
  }

  function leave(url) {
    isLeaving = true;
    location.assign(url);
    return true;
  }

  /* On the device, until it is answered. */

  async function keep(job, isLong = isAway) {
    if (!job.client || !floor.worker) return;
    const { form, isLeft, heard, ...row } = job;
    job.isKept = await Waiting.save(row, isLong);
    if (!queue.includes(job)) Waiting.drop(job); // answered while it was written
  }

  // A code means what the screen on which it was scanned asked for, so that one is opened first, once;
  // notes for the list mean the same from any screen.
  function isOfOther({ isLeft, isQuiet, page }) {
    return isLeft && !isQuiet && page !== location.href && sessionStorage.getItem(KEPT) !== page;
  }

  function open({ page }) {
    sessionStorage.setItem(KEPT, page);
    return leave(page);
  }

  async function whenBack(go) {
    const signal = AbortSignal.timeout(SCAN_LONGEST);
    const answer = await fetch(floor.serviceWorker, { cache: "no-store", signal }).catch(() => null);
    return answer?.ok ? go() : false;
  }

  // What pages before this one have left here. One that is slow to go holds its own a while longer;
  // by then somebody works here, so what is of another screen waits for the next page.
  async function adopt(left, isLate) {
    const { rows, later } = floor.worker ? await left : { rows: [] };
    const isWanted = (row) => !isLate || row.owner !== floor.worker || !isOfOther({ ...row, isLeft: true });
    const found = rows.filter((row) => !adopted.has(nameOf(row)) && isWanted(row));
    found.forEach((row) => adopted.add(nameOf(row)));
    hooks.others(found.filter((row) => row.owner !== floor.worker));
    const own = found.filter((row) => row.owner === floor.worker);
    order = Math.max(order, own.at(-1)?.order || 0);
    queue.unshift(...own.map((row) => ({ ...row, isLeft: true, isKept: true })));
    const first = own.find((row) => row.alarms);
    if (first?.page === location.href) Standing.restore(first.alarms);
    ahead();
    if (queue.length) work();
    later?.then((isGone) => isGone && !isLeaving && adopt(Waiting.left(), true));
  }

  const nameOf = ({ client, sequence }) => `${client} ${sequence}`;

  addEventListener("beforeunload", (event) => {
    if (!isLeaving && queue.some((job) => job.client && !job.isQuiet && !job.isKept)) event.preventDefault();
  });

  // For a page that is left by a form of its own.
  function goKept() {
    isLeaving = true;
  }

  const isHalted = () => Boolean(halted);

  return { scan, press, enqueue, note, waiting, isAhead, leave, goKept, isHalted, sayHalted };
}
