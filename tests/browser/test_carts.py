"""Four orders on a cart, by scans: one short, one cancelled, one edited; the others packed."""

import pytest
from playwright.sync_api import expect

from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.models import Package
from tests.support.cast import make_order, put_stock
from tests.support.waiting import wait_until
from warehouse.floor.carts.rows import add_cart
from warehouse.models import PickLine, PickList, Scan
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
        page_seen(bench)  # the same code at once would be a trigger that bounces
    bench.page.get_by_role("button", name="Close box").click()
    expect(bench.page.locator("[data-outcome=good]")).to_contain_text("closed")


ALL_SCANS = ("A-01-1", "LAMP", "CART7-1", "LAMP", "CART7-2", "LAMP", "CART7-3")


@pytest.fixture
def device(phone, pat, ada, building, lamp):
    """Pat's phone at the first of three slots, each for one lamp of A-01-1."""
    put_stock(lamp, 9)
    add_cart(building, code="CART7", slots=4)
    for _ in range(3):
        make_order(ada, {"LAMP": 1})
    allocate_due()
    device = phone(pat)
    device.page.goto(PICK)
    device.scan("CART7")
    expect(device.page.locator(".goal-code")).to_have_text("A-01-1")
    page_seen(device)
    return device


def all_is_picked(device):
    expect(device.page.locator(".goal-step")).to_contain_text("Done. Take to packing")
    assert list(PickLine.objects.values_list("picked", flat=True)) == [1, 1, 1]
    refused = Scan.objects.filter(is_refused=True).exclude(outcome__startswith="No answer at first")
    assert list(refused) == []


def test_scans_made_before_an_answer_go_on_through_the_slots(device):
    held = []

    def hold_the_first(route):
        held.append(route)
        if len(held) > 1:
            route.continue_()

    device.page.route("**/warehouse/pick/*/", hold_the_first)
    for code in ALL_SCANS:
        device.scan(code)
    wait_until(lambda: device.page.wait_for_timeout(50) or held)

    held[0].continue_()

    all_is_picked(device)


def test_a_cart_says_that_it_needs_the_connection_and_goes_on_with_it(device):
    device.lose_connection()
    for code in ALL_SCANS:
        device.scan(code)
    device.answered("No connection. Scans waiting: 7. A cart needs the connection: wait for it.")

    device.find_connection()

    all_is_picked(device)


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
