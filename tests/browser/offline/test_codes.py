"""A code is right without a connection where it is right with one."""

import pytest
from playwright.sync_api import expect

from orders.models import Barcode
from tests.browser.offline.test_walk import begin
from tests.browser.test_floor import page_seen
from tests.support.cast import make_order, put_stock
from tests.warehouse.floor.gs1_codes import GTIN, LONG, READINGS
from warehouse.models import PickLine
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

IS_KEPT_THERE = """async () => {
    const kept = await caches.match(location.href);
    return Boolean(kept) && (await kept.text()).includes("goal-reached");
}"""


@pytest.fixture
def walker(phone, pat, ada, building, lamp):
    """Pat's phone before lamps with a GTIN, in a walk that its screen knows."""
    put_stock(lamp, 9)
    Barcode.objects.create(seller=lamp.seller, product=lamp, code=GTIN)
    make_order(ada, {"LAMP": 3})
    allocate_due()
    device = phone(pat)
    begin(device)
    return device


def test_the_screen_reads_a_gtin_as_the_server_does(walker):
    codes = [code for code, _ in READINGS]

    read = walker.page.evaluate("codes => codes.map((code) => Gs1.readings(code))", codes)

    assert read == [[code, *ways] for code, ways in READINGS]


def test_a_gtin_behind_a_date_or_a_lot_is_taken_offline(walker):
    walker.lose_connection()
    walker.scan("A-01-1")
    walker.answered("Location A-01-1, not yet sent")
    walker.scan("constructor")
    walker.answered("You scanned constructor. Expected: LAMP Brass lamp from A-01-1.")
    page_seen(walker)

    for code, left in ((f"1727010101{LONG}", "2"), (f"(10)A1(01){LONG}", "1")):
        walker.page.get_by_label("Units picked").fill("1")
        walker.scan(code)
        expect(walker.page.locator("[data-units]")).to_have_text(left)
        walker.answered("Picked 1 × Brass lamp, not yet sent")
    walker.scan(f"]C101{LONG}")
    expect(walker.page.get_by_text("All is scanned, not all is sent.")).to_be_visible()
    walker.find_connection()

    expect(walker.page.get_by_text("Done. Take to packing:")).to_be_visible(timeout=60_000)
    assert PickLine.objects.get().picked == 3


def test_what_was_entered_stays_while_it_tries_to_send(walker):
    walker.lose_connection()
    walker.scan("A-01-1")
    walker.answered("Location A-01-1, not yet sent")
    walker.page.get_by_label("Units picked").fill("5")
    walker.scan("LAMP")
    walker.answered("Pick 1 to 3 here, not 5.")
    page_seen(walker)
    walker.page.get_by_label("Units picked").fill("1")
    for _ in range(2):
        walker.page.wait_for_event("requestfailed")

    walker.scan("LAMP")

    walker.answered("Picked 1 × Brass lamp, not yet sent")
    expect(walker.page.locator("[data-units]")).to_have_text("2")


def test_what_was_entered_counts_after_a_refused_scan(walker):
    walker.scan("A-01-1")
    expect(walker.page.locator(".goal-reached")).to_be_visible()
    walker.page.wait_for_function(IS_KEPT_THERE)
    walker.lose_connection()
    walker.page.reload()
    walker.scan("constructor")
    walker.answered("You scanned constructor. Expected: LAMP Brass lamp from A-01-1.")
    page_seen(walker)
    walker.page.get_by_label("Units picked").fill("1")

    walker.scan("LAMP")

    walker.answered("Picked 1 × Brass lamp, not yet sent")
    expect(walker.page.locator("[data-units]")).to_have_text("2")
