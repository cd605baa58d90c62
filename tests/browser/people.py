"""People at their screens: they type, scan and press what a person would."""

import re
import time

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from tests.support.cast import PASSWORD

PATIENCE_MS = 90_000  # a busy machine is no bug
expect.set_options(timeout=PATIENCE_MS)
SCANNER_DELAY_MS = 2
KEY_SECONDS = 0.002
ENTER = {"key": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}
BOUNCE_MS = 350  # the same code within 300 ms is the scanner's bounce, and ignored


def enter(context, site, user):
    """The user is signed in, in this context of a browser, as if the form had been sent."""
    client = Client()
    client.force_login(user, backend="orders.accounts.sign_in.ViewerBackend")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def type_as_scanner(wedge, code, *, at=None):
    """Fast keys and Enter. They carry their own times: a busy machine makes no scanner slow."""
    now = at or time.time()
    for place, key in enumerate([*code, "Enter"]):
        named = {"key": key, "text": key} if key != "Enter" else ENTER
        shared = named | {"timestamp": now + place * KEY_SECONDS}
        wedge.send("Input.dispatchKeyEvent", shared | {"type": "keyDown"})
        wedge.send("Input.dispatchKeyEvent", shared | {"type": "keyUp"})


class Person:
    """Somebody who signs in with a browser of their own; `at_once` without the form."""

    def __init__(self, browser, site, user, *, width=360, height=640, at_once=False):
        self.context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        if at_once:
            enter(self.context, site, user)
        else:
            self.sign_in(user)

    def sign_in(self, user):
        self.page.goto("/accounts/login/")
        self.page.get_by_label(re.compile("e-?mail", re.I)).fill(user.email)
        self.page.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def go(self, path):
        self.page.goto(path)

    def press(self, button):
        found = self.page.get_by_role("button", name=button, exact=True)
        found.wait_for()
        self.page.wait_for_load_state()  # until then it is not yet known which take no tap
        found.click()

    def scan(self, code):
        """A hand-held scanner: fast keystrokes and Enter, wherever the focus is."""
        self.page.wait_for_load_state()
        self.page.keyboard.type(code, delay=SCANNER_DELAY_MS)
        self.page.keyboard.press("Enter")

    def sees(self, text):
        expect(self.page.get_by_text(text).first).to_be_visible()

    def close(self):
        self.context.close()


class Picker(Person):
    """Walks one pick list from its first stop to its last."""

    def pick(self, stops):
        self.go("/warehouse/pick/")
        self.press("Start next pick list")
        for number in range(1, stops + 1):
            self.sees(f"{number} of {stops}")
            if not self.page.get_by_text("You are at").count():  # as the stop before
                self.scan(self.page.locator(".goal-code").inner_text())
            self.sees("You are at")
            self.scan(self.page.locator(".goal-sku .code").first.inner_text())
            if number < stops:
                self.sees(f"{number + 1} of {stops}")
        expect(self.page.locator(".goal-quantity")).to_have_count(0)


class Packer(Person):
    """Packs a shipment unit by unit, prints its papers and hands it over."""

    def pack(self, shipment, skus):
        self.go("/warehouse/pack/")
        self.scan(shipment.number)
        for number, sku in enumerate(skus, start=1):
            self.page.wait_for_timeout(BOUNCE_MS)  # nobody takes the next unit faster
            self.scan(sku)
            expect(self.page.locator(".row-end", has_text="in box")).to_have_count(len(set(skus)))
            self.sees_in_box(number)
        self.press("Close box")
        self.press(re.compile("Make label"))
        expect(self.page.get_by_role("link", name=re.compile("Label"))).to_be_visible()
        for paper in ("Slip", "Label"):
            link = self.page.get_by_role("link", name=re.compile(paper)).get_attribute("href")
            answer = self.context.request.get(link)
            assert answer.headers["content-type"] == "application/pdf"
            assert answer.body().startswith(b"%PDF-")
        self.press("Mark as ready")
        self.sees("Place it for carrier collection.")

    def sees_in_box(self, number):
        """So many units lie in the open box, over all its rows."""
        self.page.wait_for_function(
            "wanted => [...document.querySelectorAll('.row-end')].reduce("
            "(sum, end) => sum + parseInt(end.textContent), 0) === wanted",
            arg=number,
        )

    def hand_over(self, packages):
        self.go("/warehouse/dispatch/")
        for number, package in enumerate(packages, start=1):
            self.scan(package.tracking_number)
            expect(self.page.locator(".goal-code")).to_contain_text(f"{number} of")
        self.page.get_by_label("Parcels counted").fill(str(len(packages)))
        self.press(re.compile("Hand over to"))
        self.sees("No parcels to hand over.")


class Leader(Person):
    """Plans the couriers' day."""

    def plan_run(self, courier, hour):
        self.go("/warehouse/runs/plan/")
        self.page.get_by_label("Courier").select_option(label=courier.name)
        self.page.locator(".row-hour").first.select_option(value=str(hour))
        self.press("Plan run")
        self.sees(courier.name)


class Courier(Person):
    """Drives the run and rings at the doors."""

    def start(self):
        self.go("/courier/")
        self.press("Start run")
        self.sees("Stop 1 of")

    def deliver(self, received_by):
        self.page.get_by_text("Somebody else received it").click()
        self.page.get_by_label("Recipient's name").fill(received_by)
        self.press("Delivered")
