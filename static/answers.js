/* Shows what the server answers to a scan or a button on the screens of the floor. */

"use strict";

/* `begin()` starts the screen that was put in. */
function answering({ begin }) {
  // A refused scan of a form that leads elsewhere leaves the worker where he is, with the alarm.
  // After a press that did something no button takes the second tap of it.
  function show(answer, page, { isElsewhere, isPress }) {
    const main = page.querySelector("main.floor-main");
    if (!main) return refuse(answer);
    const only = isElsewhere && !answer.ok ? "[data-answer]" : "main";
    DoubleTaps.during(() => put(answer, page, only, isElsewhere), isPress && answer.ok);
    return "";
  }

  function put(answer, page, only, isElsewhere) {
    document.querySelector(only).replaceWith(document.adoptNode(page.querySelector(only)));
    if (only === "main") document.title = page.title;
    const next = answer.headers.get("Content-Location");
    if (next || answer.redirected || (isElsewhere && answer.ok)) history.pushState(null, "", next || answer.url);
    begin();
  }

  // In words, which it returns.
  function refuse(answer) {
    const wait = answer.headers.get("Retry-After") || "60";
    const words = {
      403: Words.of("Not saved: you may not do this here. Ask your lead."),
      404: Words.of("Not saved: this is not there any more."),
      429: Words.of("Not saved: too many requests. Wait {wait} seconds, then scan again.", { wait }),
    };
    const said = words[answer.status] || Words.of("Not saved: server error {status}.", { status: answer.status });
    Feedback.say("alarm", said);
    Standing.stand();
    return said;
  }

  return { show };
}
