"""Units that are no longer wanted go back to where they lay."""

import pytest
from django.db import transaction

from orders.access import Role, Viewer
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Event, Hold, Order, OrderLine, Shipment
from tests.balance import findings
from tests.support.cast import put_stock
from tests.support.stages import open_house, ready_shipment
from tests.warehouse.walking import (
    contents,
    counts,
    ordered,
    pick_all,
    put_all_back,
    scan,
    state,
    stops,
    take,
)
from warehouse.floor.hand_over import hand_over
from warehouse.floor.putting_back import (
    do_not_ship,
    empty_tote,
    put_back,
    put_in_place,
    report_not_in_tote,
)
from warehouse.floor.waiting import waiting_shipments
from warehouse.models import CountTask, Location, Stock, StockMovement, Supply
from warehouse.stock.allocation import allocate_due
from warehouse.stock.closing import close_stocks

pytestmark = pytest.mark.django_db

ALL = Viewer(roles=frozenset({Role.OPERATOR}))


def test_a_cancelled_walk_gives_its_places_free(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    stop = walk.lines.get()

    cancel_order(order, actor=lea)

    assert contents(lamp) == {"A-01-1": (5, 0)}
    assert Supply.objects.values_list("on_hand", "reserved").get() == (5, 0)
    assert (state(walk), state(walk.shipment)) == ("done", "cancelled")
    with pytest.raises(DomainError, match=f"Shipment {order.number}-1 is cancelled"):
        scan(stop, pat)
    assert findings() == []


def test_picked_units_are_put_back_before_an_order_is_cancelled(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    scan(walk.lines.get(), pat, quantity=1)
    with pytest.raises(DomainError, match="has picked units"):
        cancel_order(order, actor=lea)

    put_back(walk.shipment, actor=lea)

    assert contents(lamp) == {"A-01-1": (4, 0), "T-1": (1, 0)}, "it lies in the tote"
    assert counts(order) == [("LAMP", 0, 0, 0)]
    assert (state(walk), state(walk.shipment)) == ("put_back", "cancelled")
    assert not StockMovement.objects.filter(reason="put_back").exists()
    assert findings() == []
    put_all_back(walk, pat)
    assert contents(lamp) == {"A-01-1": (5, 0)}
    assert state(walk) == "done"
    back = StockMovement.objects.filter(reason="put_back", actor=pat).order_by("quantity")
    assert list(back.values_list("location__code", "quantity")) == [("T-1", -1), ("A-01-1", 1)]
    assert findings() == []
    assert cancel_order(order, actor=lea).status == "cancelled"
    assert Supply.objects.values_list("on_hand", "reserved").get() == (5, 0)
    assert findings() == []


def test_what_is_put_back_is_picked_anew_unless_cancelled(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    pick_all(walk, pat)

    put_back(walk.shipment, actor=lea)
    put_all_back(walk, lea)
    allocate_due()
    again = take(building, pat)

    assert (again.shipment.number, again.tote.code) == (f"{order.number}-2", "T-1")
    pick_all(again, pat)
    assert counts(order) == [("LAMP", 2, 0, 2)]
    assert findings() == []


def test_a_tote_is_given_out_again_when_all_is_put_back(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    scan(walk.lines.get(), pat, quantity=1)

    put_back(walk.shipment, actor=lea)
    allocate_due()

    assert take(building, lea).tote.code == "T-2", "units lie in T-1"
    with pytest.raises(DomainError, match=r"cancelled\. Put back: 1 × Brass lamp to A-01-1"):
        scan(walk.lines.get(), pat, quantity=1)
    with pytest.raises(DomainError, match="Units still lie in tote T-1: scan each"):
        empty_tote(walk, actor=pat)
    put_all_back(walk, pat)
    ordered(ada, {"LAMP": 1})
    assert take(building, pat).tote.code == "T-1"
    with pytest.raises(DomainError, match="Tote T-1 is empty already"):
        empty_tote(walk, actor=pat)
    assert findings() == []


def test_what_lies_in_a_tote_is_not_picked(ada, building, lamp, pat, lea):
    put_stock(lamp, 2)
    ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    scan(walk.lines.get(), pat, quantity=2)
    put_back(walk.shipment, actor=lea)
    allocate_due()

    assert take(building, pat) is None
    assert waiting_shipments(building, ALL).reason == ("1 waits for units to be put back from T-1.")

    put_all_back(walk, pat)
    assert stops(take(building, pat)) == [("A-01-1", "LAMP", 2)]
    assert findings() == []


def test_many_that_wait_for_a_tote_stop_nobody(ada, building, lamp, shade, pat, lea):
    put_stock(lamp, 7)
    first = ordered(ada, {"LAMP": 7})
    walk = take(building, pat)
    pick_all(walk, pat)
    put_back(walk.shipment, actor=lea)
    cancel_order(Order.objects.get(pk=first.pk), actor=lea)
    for _ in range(6):
        ordered(ada, {"LAMP": 1})
    put_stock(shade, 1, bin_code="B-01-1")
    ordered(ada, {"SHADE": 1})

    assert stops(take(building, pat)) == [("B-01-1", "SHADE", 1)]
    waiting = waiting_shipments(building, ALL)
    assert (waiting.to_pick, waiting.to_count) == (0, 6)


def test_a_walk_on_hold_is_paused_where_all_else_waits_for_a_tote(
    ada, building, lamp, shade, pat, lea
):
    put_stock(lamp, 2)
    put_stock(shade, 1, bin_code="B-01-1")
    ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    pick_all(walk, pat)
    put_back(walk.shipment, actor=lea)
    allocate_due()
    held = ordered(ada, {"SHADE": 1})
    second = take(building, pat)
    assert second.shipment.order == held

    hold_order(held, reason=Hold.Reason.WAREHOUSE, actor=lea)

    assert take(building, pat) is None
    assert state(second) == "aside"


def test_the_tote_is_named_though_other_goods_wait_in_a_dock(ada, building, lamp, shade, pat, lea):
    put_stock(shade, 3, bin_code="DOCK")
    Location.objects.filter(code="DOCK").update(is_staging=True)
    put_stock(lamp, 2)
    ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    pick_all(walk, pat)
    put_back(walk.shipment, actor=lea)
    allocate_due()

    waiting = waiting_shipments(building, ALL)
    assert waiting.reason == "1 waits for units to be put back from T-1."


def test_nothing_goes_back_to_a_place_that_waits_for_its_count(
    ada, building, lamp, shade, pat, lea
):
    put_stock(lamp, 4)
    put_stock(shade, 1)
    ordered(ada, {"LAMP": 2, "SHADE": 1})
    walk = take(building, pat)
    pick_all(walk, pat)
    put_back(walk.shipment, actor=lea)
    with transaction.atomic():
        close_stocks(Stock.objects.filter(product=lamp, location__code="A-01-1"))
    stop = walk.lines.get(stock__product=lamp)
    other = walk.lines.get(stock__product=shade)

    with pytest.raises(DomainError, match=r"A-01-1 is to be counted first: choose another place"):
        put_in_place(stop, units=2, place=stop.stock.location, actor=pat)

    put_in_place(other, units=1, place=stop.stock.location, actor=pat)
    put_in_place(stop, units=2, place=Location.objects.get(code="B-01-1"), actor=pat)
    assert contents(lamp) == {"A-01-1": (2, 0), "B-01-1": (2, 0)}


def test_units_go_back_to_any_place_but_a_tote_and_no_more_than_there_are(
    ada, building, lamp, pat, lea
):
    put_stock(lamp, 5)
    bin_b = Location.objects.get(warehouse=building, code="B-01-1")
    ordered(ada, {"LAMP": 3})
    walk = take(building, pat)
    pick_all(walk, pat)
    put_back(walk.shipment, actor=lea)
    stop = walk.lines.select_related("stock__location").get()

    put_in_place(stop, units=1, place=bin_b, actor=pat)

    for units, place, words in (
        (3, bin_b, "Put back 1 to 2 here, not 3"),
        (0, bin_b, "Put back 1 to 2 here, not 0"),
        (1, walk.tote, "T-1 is a tote: put it into a bin"),
    ):
        with pytest.raises(DomainError, match=words):
            put_in_place(stop, units=units, place=place, actor=pat)
    assert contents(lamp) == {"A-01-1": (2, 0), "B-01-1": (1, 0), "T-1": (2, 0)}
    put_in_place(stop, units=2, place=stop.stock.location, actor=pat)
    with pytest.raises(DomainError, match="is put back already"):
        put_in_place(stop, units=1, place=bin_b, actor=pat)
    assert contents(lamp) == {"A-01-1": (4, 0), "B-01-1": (1, 0)}
    assert findings() == []


def test_what_is_not_in_the_tote_is_counted_where_it_was_picked(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 3})
    walk = take(building, pat)
    pick_all(walk, pat)
    put_back(walk.shipment, actor=lea)

    report_not_in_tote(walk.lines.get(), actor=pat)

    assert contents(lamp) == {"A-01-1": (5, 0)}
    assert state(walk) == "done"
    task = CountTask.objects.get()
    assert (task.location.code, task.cause, task.status) == ("A-01-1", "asked", "open")
    assert Event.objects.get(kind="stock.not_in_tote").order == order
    assert findings() == []


def test_an_order_that_is_not_to_be_sent_waits_on_hold(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    pick_all(walk, pat)

    do_not_ship(walk.shipment, reason="Dented", actor=lea)
    put_all_back(walk, pat)
    allocate_due()

    hold = Hold.objects.get()
    assert (hold.reason, hold.detail, hold.opened_by) == ("warehouse", "Dented", lea)
    assert take(building, pat) is None
    assert state(order) == "on_hold"
    release_hold(hold, actor=None)
    allocate_due()
    assert take(building, pat).shipment.order == order
    assert findings() == []


def test_an_order_on_hold_is_not_held_twice(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    pick_all(walk, pat)
    hold_order(order, reason=Hold.Reason.SELLER, actor=None)

    do_not_ship(walk.shipment, actor=lea)

    assert list(Hold.objects.values_list("reason", "released_at")) == [("seller", None)]


def test_a_shipment_that_nobody_picks_has_nothing_to_put_back(ada, lamp, lea):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})

    with pytest.raises(DomainError, match=f"{order.number}-1 is released: there is nothing"):
        put_back(Shipment.objects.get(), actor=lea)

    assert counts(order) == [("LAMP", 2, 0, 0)]
    assert OrderLine.objects.get().allocated == 2
    assert Order.objects.get().status == "in_progress"


def test_boxes_that_are_still_here_are_emptied(db):
    house = open_house()
    shipment = ready_shipment(house, {"LAMP": 2, "SHADE": 1})

    put_back(shipment, actor=house.pat)

    assert counts(shipment.order) == [("LAMP", 0, 0, 0), ("SHADE", 0, 0, 0)]
    assert list(shipment.order.lines.values_list("packed", flat=True)) == [0, 0]
    assert set(shipment.packages.values_list("status", flat=True)) == {"cancelled"}
    assert state(shipment) == "cancelled"
    assert set(Supply.objects.values_list("on_hand", "reserved")) == {(20, 0)}
    assert findings() == []


def test_what_has_left_is_not_put_back(db):
    house = open_house()
    first, second = [{"LAMP": 1}, {"LAMP": 1}]
    shipment = ready_shipment(house, {"LAMP": 2}, boxes=[first, second])
    hand_over([shipment.packages.first()], actor=house.pat)

    with pytest.raises(DomainError, match=f"A box of shipment {shipment.number} was handed over"):
        put_back(shipment, actor=house.pat)

    assert state(shipment) == "ready"
    assert findings() == []
