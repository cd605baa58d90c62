"""Places that hold less than the books say: fetched elsewhere, or the customer waits."""

import pytest

from orders.errors import DomainError
from orders.models import Event, ShipmentLine
from tests.balance import findings
from tests.support.cast import put_stock
from tests.warehouse.walking import contents, counts, ordered, scan, state, stops, take
from warehouse.floor.picking import report_short
from warehouse.models import Location, PickLine, Stock, StockMovement, Supply
from warehouse.stock.allocation import allocate_due
from warehouse.stock.counting import Counted, write_counts

pytestmark = pytest.mark.django_db

EMPTY = PickLine.ShortReason.EMPTY


def test_missing_units_are_fetched_elsewhere(ada, building, lamp, pat):
    put_stock(lamp, 3, bin_code="A-01-1")
    put_stock(lamp, 2, bin_code="B-01-1")
    order = ordered(ada, {"LAMP": 3})
    walk = take(building, pat)

    line = report_short(walk.lines.get(), found=1, reason=EMPTY, actor=pat)

    assert (line.picked, line.short, line.short_reason) == (1, 2, "empty")
    assert stops(walk) == [("A-01-1", "LAMP", 0), ("B-01-1", "LAMP", 2)]
    assert list(walk.lines.values_list("position", flat=True)) == [1, 2]
    assert contents(lamp) == {"T-1": (1, 1), "B-01-1": (2, 2)}
    assert counts(order) == [("LAMP", 3, 0, 1)]
    assert Supply.objects.values_list("on_hand", "reserved").get() == (3, 3)
    assert state(walk.shipment) == "picking"
    assert findings() == []
    scan(walk.lines.last(), pat)
    assert state(walk.shipment) == "picked"
    assert findings() == []


def test_what_is_nowhere_waits_and_leaves_the_shipment(ada, building, lamp, pat):
    put_stock(lamp, 3)
    order = ordered(ada, {"LAMP": 3})
    walk = take(building, pat)

    report_short(walk.lines.get(), found=1, reason=EMPTY, actor=pat)

    assert counts(order) == [("LAMP", 1, 2, 1)]
    assert ShipmentLine.objects.get().quantity == 1
    assert (state(walk), state(walk.shipment), state(order)) == ("done", "picked", "in_progress")
    assert Supply.objects.values_list("on_hand", "reserved").get() == (1, 1)
    ran_short = Event.objects.get(kind="stock.ran_short")
    assert (ran_short.order, ran_short.data["missing"], ran_short.data["short_reason"]) == (
        order, 2, "empty",
    )  # fmt: skip
    assert Event.objects.filter(kind="order.backordered", order=order).count() == 1
    assert findings() == []


def test_the_rest_of_a_short_pick_becomes_a_shipment_of_its_own(ada, building, lamp, pat):
    put_stock(lamp, 3)
    order = ordered(ada, {"LAMP": 3})
    report_short(take(building, pat).lines.get(), found=1, reason=EMPTY, actor=pat)

    put_stock(lamp, 5)
    allocate_due()

    rows = ShipmentLine.objects.order_by("shipment__number")
    assert list(rows.values_list("shipment__number", "shipment__status", "quantity")) == [
        (f"{order.number}-1", "picked", 1),
        (f"{order.number}-2", "released", 2),
    ]
    assert counts(order) == [("LAMP", 3, 0, 1)]
    assert findings() == []


def test_a_shipment_of_which_nothing_is_found_is_cancelled(ada, building, lamp, shade, pat, lea):
    put_stock(lamp, 2)
    put_stock(shade, 1)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    [gone] = walk.lines.all()
    ordered(ada, {"SHADE": 1})
    other = take(building, lea)

    report_short(gone, found=0, reason=EMPTY, actor=pat)

    assert counts(order) == [("LAMP", 0, 2, 0)]
    assert (state(walk), state(walk.shipment)) == ("done", "cancelled")
    assert state(order) == "backordered"
    assert contents(lamp) == {}
    assert Supply.objects.values_list("on_hand", "reserved").get(product=lamp) == (0, 0)
    assert take(building, pat) is None
    assert stops(other) == [("A-01-1", "SHADE", 1)], "another walk goes on"
    with pytest.raises(
        DomainError, match=f"{walk.shipment} is cancelled: there is nothing left to pick"
    ):
        scan(gone, pat, quantity=1)
    assert findings() == []


def test_a_line_of_which_nothing_is_found_leaves_the_shipment(ada, building, lamp, shade, pat):
    put_stock(lamp, 2)
    put_stock(shade, 2, bin_code="B-01-1")
    order = ordered(ada, {"LAMP": 2, "SHADE": 1})
    walk = take(building, pat)

    report_short(walk.lines.first(), found=0, reason=EMPTY, actor=pat)
    scan(walk.lines.get(), pat)

    assert counts(order) == [("LAMP", 0, 2, 0), ("SHADE", 1, 0, 1)]
    assert list(ShipmentLine.objects.values_list("line__sku", "quantity")) == [("SHADE", 1)]
    assert state(walk.shipment) == "picked"
    assert findings() == []


def test_units_promised_to_others_stay_theirs(ada, building, lamp, pat):
    put_stock(lamp, 2, bin_code="A-01-1")
    put_stock(lamp, 2, bin_code="B-01-1")
    mine, other = ordered(ada, {"LAMP": 2}), ordered(ada, {"LAMP": 2})

    report_short(take(building, pat).lines.get(), found=0, reason=EMPTY, actor=pat)

    assert counts(mine) == [("LAMP", 0, 2, 0)]
    assert counts(other) == [("LAMP", 2, 0, 0)]
    walk = take(building, pat)
    assert (walk.shipment.order, stops(walk)) == (other, [("B-01-1", "LAMP", 2)])
    assert findings() == []


@pytest.mark.parametrize("found", [-1, 2, 3])
def test_short_means_less_than_asked_for(ada, building, lamp, pat, found):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    stop = take(building, pat).lines.get()

    with pytest.raises(DomainError, match=f"Enter 0 to 1 units found, not {found}"):
        report_short(stop, found=found, reason=EMPTY, actor=pat)

    assert counts(order) == [("LAMP", 2, 0, 0)]
    assert contents(lamp) == {"A-01-1": (5, 2)}


def test_nobody_is_sent_to_an_empty_place_or_promised_what_it_has(ada, building, lamp, pat, lea):
    put_stock(lamp, 30)
    put_stock(lamp, 2, bin_code="B-01-1")
    order = ordered(ada, {"LAMP": 5})
    walk = take(building, pat)
    other = ordered(ada, {"LAMP": 4})  # promised, and not under way yet

    report_short(walk.lines.get(), found=1, reason=EMPTY, actor=pat)
    allocate_due()

    # Two from B-01-1; of the 30 only the four that are promised stay in the books.
    assert stops(walk) == [("A-01-1", "LAMP", 0), ("B-01-1", "LAMP", 2)]
    assert contents(lamp) == {"T-1": (1, 1), "A-01-1": (4, 0), "B-01-1": (2, 2)}
    assert counts(order) == [("LAMP", 3, 2, 1)], "nothing is promised again in the same second"
    assert Supply.objects.values_list("on_hand", "reserved").get() == (7, 7)
    missing = StockMovement.objects.filter(reason="missing", actor=pat)
    assert sorted(missing.values_list("quantity", flat=True)) == [-21, -4]
    assert Event.objects.get(kind="stock.ran_short").data["rest"] == 21
    assert findings() == []

    assert take(building, lea) is None, "the product is closed there"
    # Somebody counts the place: what lies there is promised again.
    bin_1 = Location.objects.get(code="A-01-1")
    assert write_counts([Counted(lamp, bin_1, "", 30, expected=4)], actor=lea) == [""]
    assert not Stock.objects.filter(closed_at__isnull=False).exists()
    allocate_due()
    assert counts(order) + counts(other) == [("LAMP", 5, 0, 1), ("LAMP", 4, 0, 0)]
    assert findings() == []


@pytest.mark.parametrize("reason", [PickLine.ShortReason.DAMAGED, PickLine.ShortReason.MISPLACED])
def test_a_place_that_is_not_empty_loses_only_what_is_missing(ada, building, lamp, pat, reason):
    put_stock(lamp, 30)
    ordered(ada, {"LAMP": 3})

    report_short(take(building, pat).lines.get(), found=1, reason=reason, actor=pat)

    assert contents(lamp) == {"T-1": (1, 1), "A-01-1": (27, 0)}
    assert findings() == []
