"""Four orders on a cart, by scans: one short, one cancelled, one edited; the others packed."""

import pytest
from playwright.sync_api import expect

from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.models import Package
from tests.support.cast import make_order, put_stock
from warehouse.floor.carts.rows import add_cart
from warehouse.models import PickList
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TITLES = {"LAMP": "Brass lamp", "SHADE": "Linen shade"}
PICK, PACK = "/warehouse/pick/", "/warehouse/pack/"


@pytest.fixture
def orders(ada, building, lamp, shade):
    """Two of lamps in A-01-1, two of shades in B-01-1, where one shade is missing."""
    put_stock(lamp, 9)
    put_stock(shade, 5, bin_code="B-01-1")
    add_cart(building, code="CART7", slots=4)
    made = [make_order(ada, lines) for lines in ({"LAMP": 2}, {"LAMP": 3}, {"SHADE": 2})]
    made.append(make_order(ada, {"SHADE": 1}))
    allocate_due()
    return made


def test_four_orders_on_one_walk(phone, pat, pia, orders):
    device = phone(pat)
    device.page.goto(PICK)
    device.scan("CART7")
    expect(device.page.locator(".goal-code")).to_have_text("A-01-1")
    slots = {walk.shipment.order: walk.tote.code for walk in walks()}
    plain, edited, short, cancelled = orders

    pick_lamps(device, plain, edited, slots)
    report_a_missing_shade(device)
    miss_the_cancelled(device, cancelled)

    expect(device.page.locator(".goal-step")).to_contain_text("Done. Take to packing")
    assert [order.lines.get().picked for order in (plain, edited, short)] == [2, 1, 1]
    bench = phone(pia)
    for order, sku, units in ((plain, "LAMP", 2), (edited, "LAMP", 1), (short, "SHADE", 1)):
        pack(bench, slots[order], sku, units)
    assert Package.objects.filter(status="packed").count() == 3


def pick_lamps(device, plain, edited, slots):
    """One slot is scanned for another; one order has become smaller since the screen was made."""
    cancel_units(edited, {edited.lines.get().pk: 2}, actor=None)
    device.scan("A-01-1")
    device.answered("Location A-01-1")
    pick(device, "LAMP", 2, slots[plain], wrong=slots[edited])
    device.scan("LAMP")
    device.answered(f"1 × Brass lamp: put it into slot {slots[edited]}")
    device.scan(slots[edited])
    device.answered("Picked 1 × Brass lamp")


def report_a_missing_shade(device):
    """Of two shades one is there."""
    expect(device.page.locator(".goal-code")).to_have_text("B-01-1")
    device.scan("B-01-1")
    device.answered("Location B-01-1")
    device.page.get_by_role("link", name="Report short").click()
    device.page.get_by_label("Units found").fill("1")
    device.page.get_by_role("button", name="Wrong product in location").click()
    device.answered("Reported: 1 × Linen shade found")


def miss_the_cancelled(device, cancelled):
    """The last stop is of an order that was cancelled just now."""
    walk = walks().get(shipment__order=cancelled)
    cancel_order(cancelled, actor=None)
    device.scan("B-01-1")
    where = f"Shipment {walk.shipment} in slot {walk.tote}"
    device.answered(f"{where} is cancelled: there is nothing left to pick.")


def pack(bench, slot, sku, units):
    """The scan of the slot opens its order."""
    bench.page.goto(PACK)
    bench.scan(slot)
    expect(bench.page.get_by_text(f"Slot {slot}")).to_be_visible()
    for _ in range(units):
        bench.scan(sku)
        expect(bench.page.locator("[data-outcome=good]")).to_contain_text(TITLES[sku])
        expect(bench.page.locator("[data-outcome=good]")).not_to_contain_text("Scanned")
    bench.page.get_by_role("button", name="Close box").click()
    expect(bench.page.locator("[data-outcome=good]")).to_contain_text("closed")


def walks():
    return PickList.objects.select_related("shipment__order", "tote").order_by("tote__code")


def pick(device, sku, units, slot, *, wrong=""):
    title = TITLES[sku]
    device.scan(sku)
    device.answered(f"{units} × {title}: put it into slot {slot}")
    if wrong:
        device.scan(wrong)
        device.answered(f"You scanned {wrong}. Expected: slot {slot}.")
        page_seen(device)
    device.scan(slot)
    device.answered(f"Picked {units} × {title}")


def page_seen(device):
    """Long enough for somebody to see an alarm."""
    device.page.wait_for_timeout(700)
