"""A seller's hand in a browser that counts: clicks, keys, fields, pages and errors."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.browser.dashboard.tasks.shopify import SHOPIFY

TASK_WIDTH = 54
WIDTHS = {"clicks": 8, "keys": 6, "fields": 8, "pages": 7, "errors": 8}
HEAD = "Task".ljust(TASK_WIDTH) + "".join(name.rjust(n) for name, n in WIDTHS.items())


@dataclass
class Hand:
    """What a seller does on a page, one method a kind of act; looking costs nothing."""

    page: Page
    clicks: int = 0
    keys: int = 0  # Enter and shortcuts
    fields: int = 0  # filled, however many characters
    pages: int = 0
    errors: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.on("framenavigated", self._come)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("response", self._look_at)

    def _come(self, frame):
        self.pages += frame == self.page.main_frame

    def _look_at(self, response):
        if response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")

    def click(self, what: Locator):
        what.click()
        self.clicks += 1

    def choose(self, what: Locator, label: str):
        """One click opens the list, another takes the entry."""
        what.select_option(label=label)
        self.clicks += 2

    def fill(self, what: Locator, text: str):
        what.fill(text)
        self.fields += 1

    def press(self, key: str):
        self.page.keyboard.press(key)
        self.keys += 1

    @property
    def acts(self) -> int:
        """What is compared: a key that acts is as much as a click."""
        return self.clicks + self.keys

    def row(self, task: str) -> str:
        """The line of the table."""
        shown = (self.clicks, self.keys, self.fields, self.pages, len(self.errors))
        numbers = "".join(str(n).rjust(w) for n, w in zip(shown, WIDTHS.values(), strict=True))
        return f"{task.ljust(TASK_WIDTH)}{numbers}   Shopify: {SHOPIFY[task].said}"
