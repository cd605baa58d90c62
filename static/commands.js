/* Command barcodes of the printed sheet: a scan of one presses what this screen offers, as a thumb
   would. None is sent to the server as a code, and none is done while scans before it wait. */

"use strict";

/* `waiting()`: how many scans and presses wait; `goOn(at)`: send what stands after an alarm, if it
   does; `signOut()`. */
function commanding({ waiting, goOn, signOut }) {
  const COMMANDS = {
    "DO-OK": ["OK", Words.of("There is nothing to answer here.")],
    "DO-BACK": [Words.of("Back"), Words.of("This is the first screen.")],
    "DO-SHORT": [Words.of("Short"), Words.of("Nothing is picked on this screen.")],
    "DO-PAUSE": [Words.of("Pause"), Words.of("There is no walk to pause on this screen.")],
    "DO-UNDO": [Words.of("Undo"), Words.of("There is nothing to undo on this screen.")],
    "DO-A": ["A", Words.of("There is nothing to grade on this screen.")],
    "DO-B": ["B", Words.of("There is nothing to grade on this screen.")],
    "DO-C": ["C", Words.of("There is nothing to grade on this screen.")],
    "DO-OFF": [Words.of("Write off"), Words.of("There is nothing to write off on this screen.")],
    "DO-OUT": [Words.of("Sign out"), ""],
  };
  const SEEN = 600; // ms: who scans sooner has not read the question yet
  let askedAt = -Infinity;

  // Whether the code was a command. `stood`: an alarm did, before this scan answered it.
  function command(code, at, stood) {
    if (!Object.hasOwn(COMMANDS, code)) return false;
    const [name, nothing] = COMMANDS[code];
    if (code === "DO-OK" && goOn(at)) return true;
    if (waiting()) {
      Feedback.say("alarm", Words.of("{name}: not done, for scans before it wait. Scan it again.", { name }));
      return true;
    }
    if (code === "DO-OK" && question() && at - askedAt >= SEEN) signOut();
    else if (code === "DO-OUT") ask(at);
    else press(code, nothing, stood);
    return true;
  }

  function press(code, nothing, stood) {
    const offered = document.querySelector(
      code === "DO-BACK" ? "a.floor-back" : `main [data-command="${code.slice(3).toLowerCase()}"]`,
    );
    if (offered) offered.click();
    else if (code === "DO-OK" && (stood || question())) return;
    else Feedback.say("note", nothing);
  }

  // Who signs out by a scan is asked, by a scan or a tap: the sheet hangs where others pass.
  function ask(at) {
    askedAt = at;
    Feedback.say("note", Words.of("Sign out? Scan OK, or tap."));
    const box = document.querySelector("[data-answer] .outcome");
    const button = document.createElement("button");
    Object.assign(button, { className: "btn btn-light", type: "button", textContent: Words.of("Sign out") });
    button.dataset.question = "";
    button.addEventListener("click", signOut);
    box.append(button);
  }

  function question() {
    return document.querySelector("[data-question]");
  }

  return command;
}
