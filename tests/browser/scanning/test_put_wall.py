"""A batch of small orders is sorted at a put wall: a wrong cell, a cancellation, no connection."""

import pytest
from playwright.sync_api import expect

from tests.balance import findings
from tests.browser.offline.test_waiting import is_kept
from tests.browser.test_floor import page_seen
from tests.support.cast import make_order, put_stock
from tests.support.waiting import wait_until
from warehouse.floor.putting_back import cancel_walk, put_in_place
from warehouse.floor.walls.rows import add_wall
from warehouse.models import PickLine, PickList, Scan
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PICK, WALL, PACK = "/warehouse/pick/", "/warehouse/wall/", "/warehouse/pack/"
AWAY = "No connection. Scans waiting: 1. The put wall needs the connection: wait for it."


@pytest.fixture
def orders(ada, building, lamp, shade):
    """Three orders and one that is cancelled later, of a wall with four cells."""
    put_stock(lamp, 9)
    put_stock(shade, 9, bin_code="B-01-1")
    add_wall(building, code="W1", cells=4)
    lines = ({"LAMP": 1}, {"SHADE": 1}, {"LAMP": 1, "SHADE": 1}, {"SHADE": 2})
    made = [make_order(ada, units) for units in lines]
    allocate_due()
    return made


def test_a_batch_is_sorted_in_spite_of_all(phone, pat, pia, orders):
    lamp, shade, both, cancelled = orders
    device = phone(pat)
    pick_all(device)
    device.page.goto(WALL)
    device.scan("T-1")
    expect(device.page.get_by_text("units left in it")).to_be_visible()

    put(device, "Brass lamp", "LAMP", lamp, wrong=both)
    cancel_while_in_the_tote(device, cancelled)
    lose_the_connection_with_a_unit_in_hand(device, shade)
    put(device, "Brass lamp", "LAMP", both)
    put(device, "Linen shade", "SHADE", both)
    expect(device.page.get_by_text("Nothing is left to sort in tote T-1.")).to_be_visible()
    expect(device.page.get_by_role("link", name="Put back")).to_be_visible()

    put_all_back(cancelled, pat)
    bench = phone(pia)
    for order, units in ((lamp, ["LAMP"]), (shade, ["SHADE"]), (both, ["LAMP", "SHADE"])):
        pack(bench, cell_of(order), units)
    assert [order.shipments.get().status for order in (lamp, shade, both)] == ["packed"] * 3
    assert findings() == []


def pick_all(device):
    """Two lamps for two orders, four shades for three, into tote T-1."""
    device.page.goto(PICK)
    device.page.get_by_role("button", name="Start next pick list").click()
    for place, sku, words in (("A-01-1", "LAMP", "2 × Brass lamp"), ("B-01-1", "SHADE", "4 × ")):
        expect(device.page.locator("[data-scan] .scan-label")).to_have_text("Scan the location")
        device.scan(place)
        expect(device.page.locator("[data-scan] .scan-label")).to_have_text("Scan the product")
        device.scan(sku)
        expect(device.page.locator("[data-outcome=good]")).to_contain_text(words)
    wait_until(lambda: not PickList.objects.exclude(status="to_sort").exists())


def put(device, title, sku, order, *, wrong=None):
    """A unit into the cell of its order, after the cell of another one."""
    device.scan(sku)
    device.answered(f"{title}: put it into cell {cell_of(order)}")
    if wrong:
        device.scan(cell_of(wrong))
        device.answered(f"You scanned {cell_of(wrong)}. Expected: cell {cell_of(order)}.")
        assert unsorted(order) == order.lines.count(), "nothing was put"
        page_seen(device)
    left = unsorted(order)
    device.scan(cell_of(order))
    expect(device.page.locator("[data-outcome=good]")).to_contain_text(f"{cell_of(order)}")
    wait_until(lambda: unsorted(order) == left - 1)


def cancel_while_in_the_tote(device, order):
    """All is picked: its units stay in the tote, and its cell is told."""
    cancel_walk(walk_of(order), actor=None)
    device.page.reload()
    expect(device.page.get_by_text("cancelled: leave its units in the tote")).to_be_visible()


def lose_the_connection_with_a_unit_in_hand(device, order):
    """The scan of the cell waits, the page goes; then it is sent, and applied once."""
    device.scan("SHADE")
    device.answered(f"Linen shade: put it into cell {cell_of(order)}")
    device.lose_connection()
    device.scan(cell_of(order))
    device.answered(AWAY)
    is_kept(device, 1)
    assert unsorted(order) == 1, "nothing is said to be put that is not"
    device.page.goto("about:blank")  # as a reload without a connection: the page is gone
    device.find_connection()
    device.page.goto("/warehouse/")

    wait_until(lambda: unsorted(order) == 0)
    is_kept(device, 0)
    assert Scan.objects.filter(code=cell_of(order), is_refused=False).count() == 1
    device.page.wait_for_url("**/warehouse/wall/**")  # the screen of the scan
    device.page.goto(WALL)
    device.scan("T-1")
    expect(device.page.get_by_text("units left in it")).to_be_visible()


def put_all_back(order, worker):
    walk = walk_of(order)
    for stop in walk.lines.filter(to_put_back__gt=0).select_related("stock__location"):
        put_in_place(stop, units=stop.to_put_back, place=stop.stock.location, actor=worker)


def pack(bench, cell, units):
    """The scan of the cell opens its order."""
    bench.page.goto(PACK)
    bench.scan(cell)
    expect(bench.page.get_by_text(f"Cell {cell}")).to_be_visible()
    for sku in units:
        bench.scan(sku)
        expect(bench.page.locator("[data-outcome=good]")).to_contain_text("In the box")
    bench.page.get_by_role("button", name="Close box").click()
    expect(bench.page.locator("[data-outcome=good]")).to_contain_text("closed")


def walk_of(order):
    return PickList.objects.select_related("shipment", "tote").get(shipment__order=order)


def cell_of(order):
    return walk_of(order).tote.code


def unsorted(order):
    rows = PickLine.objects.filter(pick_list__shipment__order=order)
    return sum(rows.values_list("to_sort", flat=True))
