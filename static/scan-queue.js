/* The queue of the floor: scans and buttons are sent first in, first out, one at a time, each once.
   After a refused scan the line stops: what was scanned before somebody could see the alarm waits,
   until a tap sends it or drops it. What was not saved is told the server, for the list. */

"use strict";

/* `floor` says whose screen this is. `hooks`: `opened()`, a promise while the screen is locked, else
   null; `lock()`; `change(badge)`; `show(answer, page, {isElsewhere, isPress})`, which returns
   what was not saved in words, or "". */
function scanQueue(floor, hooks) {
  const { say } = Feedback;
  const SCAN_LONGEST = 6000; // ms for the answer to a scan; then it is sent again, and applied once
  const PRESS_LONGEST = 60000; // ms for that to a button: a carrier is asked for labels
  const RETRY = 2000; // ms
  const LOCKED = 423; // what the server answers while the screen is locked
  const KEPT = `scans of ${floor.worker}`;

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

  function scan(code) {
    return enqueue({ code, made: document.querySelector("form[data-scan]")?.action });
  }

  function press(form, body, action) {
    if (pressed.has(form)) return;
    pressed.add(form);
    DoubleTaps.during(() => say("read", "One moment …"));
    enqueue({ form, body, action });
  }

  async function enqueue(job) {
    queue.push(job);
    if (isBusy) return;
    isBusy = true;
    while (queue.length && !isLeaving) {
      if (hooks.opened()) await hooks.opened();
      const next = queue[0];
      if (next.code && Standing.isAlarm() && !next.request && !(await lineIsFree())) continue;
      next.request = next.request || prepare(next);
      if (!next.request || (await send(next))) pressed.delete(queue.shift()?.form);
      else if (!hooks.opened()) await connection(next);
    }
    isBusy = false;
  }

  // False where what waited was dropped.
  async function lineIsFree() {
    const isSent = await Standing.stopped(() => scans().length);
    if (isSent) return true;
    const codes = scans().map((job) => job.code);
    queue.splice(0, queue.length, ...queue.filter((job) => !job.code));
    for (const code of codes) note(code, `Not saved after an alarm: ${code}.`);
    say("note", `Not saved: ${codes.join(", ")}.`);
    return false;
  }

  // A scan belongs to the screen on which it was made; one that is over writes nothing.
  function prepare({ url, badge, code, made, action, body, isQuiet }) {
    if (url || badge) return { url, badge };
    const form = document.querySelector("form[data-scan]");
    const isElsewhere = !body && Boolean(form) && "elsewhere" in form.dataset;
    if (!body && !form) return refused(code, `You scanned ${code}. No scan is expected here.`);
    if (!body && !isElsewhere && made && form.action !== made) {
      return refused(code, `You scanned ${code} on the screen before. Not saved: scan it again.`);
    }
    const sent = body || new FormData(form);
    if (!body) sent.set("code", code);
    sent.set("client_id", client);
    sent.set("sequence", String((sequence += 1)));
    return { url: action || form.action, body: sent, isElsewhere, isQuiet };
  }

  function refused(code, words) {
    say("alarm", words);
    Standing.stand();
    note(code, words);
    return null;
  }

  // False when the server was not reached, or the screen is locked: the same is sent again, and
  // applied once.
  async function send(job) {
    const { url, badge, body, isElsewhere, isQuiet } = job.request;
    if (badge) return hooks.change(badge);
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
    if (answer.status === LOCKED) return hooks.lock();
    if (isQuiet) return true;
    const page = new DOMParser().parseFromString(text, "text/html");
    const isOut = answer.redirected && !page.querySelector("main.floor-main:not(:has([data-sign-in]))");
    if (isOut) return leaveKept(location.href); // signed out meanwhile
    const failed = hooks.show(answer, page, { isElsewhere, isPress: Boolean(job.form) });
    // 403: whose session it is has changed, so that the list would refuse it too.
    if (failed && answer.status !== 403) note(job.code || "", failed);
    else if (job.waited) note(job.code || "", `No answer at first: sent ${job.waited + 1} times.`);
    return true;
  }

  function connection(job) {
    job.waited = (job.waited || 0) + 1;
    if (!job.isQuiet) say("alarm", `No connection. Scans waiting: ${waiting()}.`);
    return new Promise((resolve) => {
      setTimeout(resolve, RETRY);
      addEventListener("online", resolve, { once: true });
    });
  }

  // What was not saved goes into the list of the worker and of the lead.
  function note(code, words) {
    if (!floor.unsaved) return;
    const body = new FormData();
    const csrfmiddlewaretoken = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
    for (const [name, value] of Object.entries({ code, words, csrfmiddlewaretoken })) body.set(name, value);
    body.set("worker", floor.worker);
    enqueue({ body, action: floor.unsaved, isQuiet: true });
  }

  function scans() {
    return queue.filter((job) => job.code);
  }

  function waiting() {
    return queue.filter((job) => !job.isQuiet).length;
  }

  function leave(url) {
    isLeaving = true;
    location.assign(url);
    return true;
  }

  /* What waits when the page goes: kept on this device, sent when the same person is back; after an
     alarm not before it is asked again. */

  function keep() {
    const jobs = queue.filter((job) => !job.url && !job.badge).map(toText);
    if (!floor.worker || !jobs.length) return;
    const kept = { page: location.href, jobs, alarms: Standing.alarms() };
    localStorage.setItem(KEPT, JSON.stringify(kept));
  }

  function leaveKept(url) {
    keep();
    return leave(url);
  }

  function toText({ request, body, ...job }) {
    const entries = (data) => data && Array.from(data.entries());
    const sent = request && { ...request, body: entries(request.body) };
    return { ...job, form: undefined, body: entries(body), request: sent };
  }

  function fromText({ request, body, ...job }) {
    const data = (entries) => {
      const found = new FormData();
      for (const [name, value] of entries) found.append(name, value);
      // Another one since this person signed in.
      const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
      found.set("csrfmiddlewaretoken", token);
      return found;
    };
    const sent = request && { ...request, body: data(request.body) };
    return { ...job, body: body && data(body), request: sent };
  }

  // A code means what the screen on which it was scanned asked for, so that one is opened first. Notes
  // for the list mean the same from any screen.
  function sendKept() {
    const kept = floor.worker && JSON.parse(localStorage.getItem(KEPT));
    if (!kept) return;
    const isThere = location.href === kept.page;
    const isBound = kept.jobs.some((job) => !job.isQuiet);
    if (isBound && !isThere && sessionStorage.getItem(KEPT) !== kept.page) {
      sessionStorage.setItem(KEPT, kept.page);
      leave(kept.page);
      return;
    }
    sessionStorage.removeItem(KEPT);
    localStorage.removeItem(KEPT);
    const jobs = kept.jobs.filter((job) => isThere || job.request || job.action);
    const lost = kept.jobs.length - jobs.length;
    if (lost) say("alarm", `Scans of before that no screen expects: ${lost}. Scan them again.`);
    if (jobs.some((job) => job.code)) Standing.restore(kept.alarms || []);
    for (const job of jobs) enqueue(fromText(job));
    Standing.showStanding(); // the first one has asked for itself alone
  }

  addEventListener("beforeunload", (event) => {
    if (waiting() && !isLeaving) event.preventDefault();
  });
  addEventListener("pagehide", () => {
    if (!isLeaving) keep();
  });

  // For a page that is left by a form of its own.
  function goKept() {
    keep();
    isLeaving = true;
  }

  return { scan, press, enqueue, waiting, leave, leaveKept, goKept, sendKept };
}
