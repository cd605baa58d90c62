"""Units that are no longer wanted go back to where they lay."""

import pytest

from fulfillment.management.commands.check_books import findings
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order
from orders.models import Order, OrderLine, Shipment
from tests.support.cast import put_stock
from tests.support.stages import open_house, ready_shipment
from tests.warehouse.walking import contents, counts, ordered, pick_all, scan, state, take
from warehouse.floor.hand_over import hand_over
from warehouse.floor.putting_back import empty_tote, put_back
from warehouse.models import StockMovement, Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


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

    assert contents(lamp) == {"A-01-1": (5, 0)}
    assert counts(order) == [("LAMP", 0, 0, 0)]
    assert (state(walk), state(walk.shipment)) == ("put_back", "cancelled")
    assert StockMovement.objects.filter(reason="put_back").count() == 2
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
    empty_tote(walk, actor=lea)
    allocate_due()
    again = take(building, pat)

    assert (again.shipment.number, again.tote.code) == (f"{order.number}-2", "T-1")
    pick_all(again, pat)
    assert counts(order) == [("LAMP", 2, 0, 2)]
    assert findings() == []


def test_a_tote_is_given_out_again_when_somebody_says_it_is_empty(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 2})
    walk = take(building, pat)
    scan(walk.lines.get(), pat, quantity=1)

    put_back(walk.shipment, actor=lea)
    allocate_due()

    assert take(building, lea).tote.code == "T-2", "units lie in T-1"
    with pytest.raises(DomainError, match=r"cancelled\. Put back: 1 × Brass lamp to A-01-1"):
        scan(walk.lines.get(), pat, quantity=1)
    assert state(empty_tote(walk, actor=pat)) == "done"
    ordered(ada, {"LAMP": 1})
    assert take(building, pat).tote.code == "T-1"
    with pytest.raises(DomainError, match="Tote T-1 is empty already"):
        empty_tote(walk, actor=pat)
    assert findings() == []


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
