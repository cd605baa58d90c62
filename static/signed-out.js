/* The sign-in, where the floor's scanner is in hand: no screen of the floor is kept here any more, and
   a scan is neither an e-mail address nor a password. */

"use strict";

(() => {
  KeptPage.empty("");
  const form = document.querySelector("form:has([name=login])");
  if (!form?.elements.next?.value.startsWith("/warehouse/")) return;

  function take(code) {
    if (code.includes("@")) return fill(code); // as a password manager types
    Feedback.say("alarm", Words.of("You scanned {code}. Sign in first: it is not saved.", { code }));
  }

  function fill(address) {
    form.elements.login.value = address;
    form.elements.password.focus();
  }

  // What is typed as a password is never read.
  readKeys({ hear: (event) => event.target.type === "password", take });
})();
