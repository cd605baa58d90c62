"""A phone on the floor: a browser that hears what is played and notes when something is said."""

from tests.browser.offline.wire import Wire
from tests.browser.people import PATIENCE_MS, enter, type_as_scanner

# What scanner.js plays and says, and when: the page's own clock, beside that of its key events.
SPY = """
window.heard = []; window.said = []; window.keys = [];
class FakeNode {
  constructor() { this.frequency = {value: 0}; this.gain = {value: 0}; }
  connect(to) { return to; }
  start() { window.heard.push({hertz: this.frequency.value, at: performance.now()}); }
  stop() {}
}
window.AudioContext = class {
  state = "running"; currentTime = 0; destination = new FakeNode();
  createOscillator() { return new FakeNode(); }
  createGain() { return new FakeNode(); }
  resume() {}
};
addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.keys.push(performance.now());
}, true);
addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    const words = document.querySelector(".outcome p")?.innerText;
    if (words && words !== window.said.at(-1)?.words) {
      window.said.push({words, at: performance.now()});
    }
  }).observe(document.body, {childList: true, subtree: true});
});
"""
# Buttons of a page that came by a tap take no tap for a second, from when its scripts have run; who
# presses for a test waits for what is disabled, so that all is, until then.
WHOLE_PAGES = """
(() => {
  let isWhole = false;
  new MutationObserver((_, observer) => {
    if (!isWhole) document.documentElement.setAttribute("aria-disabled", "true");
    observer.disconnect();
  }).observe(document, {childList: true});
  addEventListener("DOMContentLoaded", () => {
    isWhole = true;
    document.documentElement.removeAttribute("aria-disabled");
  });
})();
"""
ALARM_HERTZ, GOOD_HERTZ, READ_HERTZ = {196, 147}, {880, 1320}, {1400}


class Phone:
    """A browser of 360 × 640 in which somebody is signed in, with a scanner."""

    def __init__(self, browser, site, user, **options):
        self.wire = Wire(site)
        shape = {"viewport": {"width": 360, "height": 640}, "base_url": self.wire.address}
        self.context = browser.new_context(**shape | options)
        enter(self.context, site, user)
        self.context.add_init_script(WHOLE_PAGES + SPY)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.wedge = self.context.new_cdp_session(self.page)
        self.problems = []
        self.was_away = False
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)

    def _note(self, message):
        # A service worker is asked for with each page, also where the connection is just gone.
        known = ["409", "occurred when fetching the script"] + ["ERR_"] * self.was_away
        if message.type == "error" and not any(words in message.text for words in known):
            self.problems.append(message.text)

    def lose_connection(self):
        """Nothing it sends arrives, and its pages know that."""
        self.was_away = True
        self.wire.cut()
        self.context.set_offline(True)

    def find_connection(self):
        self.wire.mend()
        self.context.set_offline(False)

    def close(self):
        self.context.close()
        self.wire.close()

    def scan(self, code, *, at=None):
        """Fast keys and Enter, wherever the focus is; nothing waits for the answer.

        The keys carry their own times, so that a busy machine does not make the scanner slow. A
        page that is still coming hears none of them, so that it must be there first.
        """
        self.page.wait_for_load_state()
        type_as_scanner(self.wedge, code, at=at)

    def answered(self, words):
        """The screen says exactly this."""
        self.page.wait_for_function(
            "words => document.querySelector('.outcome p')?.innerText.split(/\\s+/).join(' ')"
            " === words",
            arg=words,
            timeout=90_000,
        )

    def hertz(self):
        """The tones since the last question."""
        return set(self.page.evaluate("window.heard.splice(0).map(tone => tone.hertz)"))

    def text(self, selector):
        return self.page.locator(selector).first.inner_text()
