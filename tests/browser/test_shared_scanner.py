"""A shared scanner in real hands: it locks, scans that wait are its person's, badges change it."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.floor import Phone
from tests.browser.looking import hindrances
from tests.browser.offline.test_walk import IS_KEPT
from tests.support.cast import make_order, make_product, put_stock
from tests.support.waiting import wait_until
from tests.warehouse.badges.scanners import PIN, Scanner, badge_for
from warehouse.badges.devices import lock_screen
from warehouse.badges.seats import COOKIE
from warehouse.models import Device, Location, Scan, StockMovement
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PIAS_PIN = "975310"


class Shared:
    """A scanner at which Pat sits with the receiving screen open, and the badges of Pat and Pia."""

    def __init__(self, browser, site, building, people):
        pat, pia, lea = people
        self.pat = badge_for(pat, building, lea)[1]
        self.pia = badge_for(pia, building, lea, pin=PIAS_PIN)[1]
        scanner = Scanner(building, lea)
        scanner.enter(self.pat)
        self.phone = Phone(browser, site, pat)
        session = scanner.client.cookies[settings.SESSION_COOKIE_NAME].value
        self.phone.context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site},
                {"name": COOKIE, "value": scanner.token, "url": f"{site}/warehouse/"},
            ]
        )
        self.page = self.phone.page
        self.dock = Location.objects.get(warehouse=building, code="DOCK")

    def receive(self):
        self.page.goto(f"/warehouse/receive/?location={self.dock.pk}")

    def scan_without_connection(self, *codes):
        """Scans that wait; meanwhile the server locks the screen."""
        self.phone.lose_connection()
        for code in codes:
            self.phone.scan(code)
            self.page.wait_for_timeout(400)
        lock_screen(Device.objects.get())
        self.phone.find_connection()
        expect(self.page.get_by_role("heading", name="Locked")).to_be_visible()

    def enter(self, pin):
        self.page.locator("[name=pin]").fill(pin)
        self.page.keyboard.press("Enter")

    def enter_as(self, code, pin):
        self.phone.scan(code)
        expect(self.page.get_by_label("Your PIN", exact=True)).to_be_visible()
        self.enter(pin)


@pytest.fixture
def shared(live_site, browser, building, ada, pat, pia, lea):
    make_product(ada, "LAMP", "Brass lamp")
    make_product(ada, "SHADE", "Linen shade")
    made = Shared(browser, live_site, building, (pat, pia, lea))
    yield made
    known = ("423", "403")
    assert [text for text in made.phone.problems if not any(word in text for word in known)] == []
    made.phone.close()


def received():
    rows = StockMovement.objects.filter(reason="received", actor__isnull=False).order_by("pk")
    return list(rows.values_list("product__sku", "actor__name"))


def test_scans_that_wait_are_sent_after_the_pin(shared, pat):
    shared.receive()
    shared.scan_without_connection("LAMP", "SHADE")
    shared.enter("999888")
    expect(shared.page.get_by_role("alert")).to_have_text("Badge or PIN is wrong.")
    assert received() == []
    shared.page.wait_for_timeout(1100)
    shared.enter(PIN)
    shared.phone.answered("Received 1 × Linen shade into DOCK")
    assert received() == [("LAMP", pat.name), ("SHADE", pat.name)]


def test_scans_that_wait_are_never_somebody_elses(shared, pat, pia):
    shared.receive()
    shared.scan_without_connection("LAMP", "SHADE")
    shared.enter_as(shared.pia, PIAS_PIN)
    expect(shared.page.get_by_text(pia.name)).to_be_visible()
    assert received() == []
    shared.enter_as(shared.pat, PIN)
    wait_until(lambda: len(received()) == 2)
    shared.phone.answered("Received 1 × Linen shade into DOCK")
    assert received() == [("LAMP", pat.name), ("SHADE", pat.name)]
    sent, told = Scan.objects.filter(is_refused=False), Scan.objects.filter(worker=pia)
    assert set(sent.values_list("worker__name", flat=True)) == {pat.name}
    assert list(told.values_list("outcome", flat=True)) == [
        f"2 scans of {pat.name} waited on Scanner 7 when {pia.name} used it."
    ]


def test_a_reload_loses_no_scan_and_doubles_none(shared, pat):
    shared.receive()
    shared.phone.lose_connection()
    shared.phone.scan("LAMP")
    shared.page.wait_for_timeout(400)
    shared.phone.scan("SHADE")
    shared.page.on("dialog", lambda dialog: dialog.accept())
    shared.page.wait_for_timeout(400)
    shared.phone.find_connection()
    shared.receive()
    wait_until(lambda: len(received()) == 2)
    assert received() == [("LAMP", pat.name), ("SHADE", pat.name)]


def test_an_idle_screen_hides_what_was_on_it(shared):
    shared.page.clock.install()
    shared.receive()
    shared.page.clock.fast_forward(295_000)
    expect(shared.page.get_by_role("heading", name="Receive")).to_be_visible()
    shared.page.clock.fast_forward(10_000)
    expect(shared.page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(shared.page.get_by_text("DOCK")).to_have_count(0)
    wait_until(lambda: Device.objects.get().locked_at is not None)
    shared.phone.scan("LAMP")  # typed into the field of the PIN, and refused as one
    expect(shared.page.get_by_role("alert")).to_be_visible()
    assert not Scan.objects.exists()


def test_a_locked_scanner_shows_no_walk_without_a_connection(shared, ada):
    put_stock(ada.products["LAMP"], 5)
    make_order(ada, {"LAMP": 1})
    allocate_due()
    page = shared.page
    page.goto("/warehouse/pick/")
    page.keyboard.press("Enter")
    page.wait_for_url("**/warehouse/pick/*-*/")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.wait_for_function(f"() => caches.keys().then({IS_KEPT})")

    lock_screen(Device.objects.get())
    shared.phone.scan("A-01-1")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.wait_for_function(f"() => caches.keys().then((names) => !({IS_KEPT})(names))")
    shared.phone.lose_connection()
    page.reload()

    expect(page.get_by_role("heading", name="No answer")).to_be_visible()
    expect(page.get_by_text("A-01-1")).to_have_count(0)
    shared.phone.find_connection()


def test_nothing_keeps_anybody_out(shared):
    """The lock, the sign-in and the choice of a PIN by day and by night, on a small screen."""
    shared.page.goto("/warehouse/")
    shared.page.get_by_role("button", name="Lock").click()
    expect(shared.page.get_by_role("heading", name="Locked")).to_be_visible()
    found = {"lock": hindrances(shared.page)}
    shared.phone.scan(shared.pia)
    expect(shared.page.get_by_label("Your PIN", exact=True)).to_be_visible()
    found["pin"] = hindrances(shared.page)
    shared.page.goto("/warehouse/badge/")
    found["badge"] = hindrances(shared.page)
    assert {name: problems for name, problems in found.items() if problems} == {}
