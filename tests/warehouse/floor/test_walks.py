"""The next walk: which shipment, which places, in which order, whose."""

import pytest
from django.db import connection

from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Event, Hold, Shipment
from tests.balance import findings
from tests.support import servers
from tests.support.cast import make_order, make_user, put_stock
from tests.support.databases import superuser
from tests.support.racing import race
from tests.warehouse.walking import contents, ordered, pick_all, state, stops, take
from warehouse.models import Location, PickList, Stock
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def test_a_walk_pins_what_it_is_sent_to(ada, building, lamp, pat):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})

    walk = take(building, pat)

    assert walk.shipment.number == f"{order.number}-1"
    assert (walk.tote.code, walk.tote.kind) == ("T-1", "tote")
    assert stops(walk) == [("A-01-1", "LAMP", 2)]
    assert contents(lamp) == {"A-01-1": (5, 2)}
    assert state(walk.shipment) == "picking"
    assert Event.objects.get(kind="shipment.picking").actor == pat
    assert findings() == []


def test_the_walk_goes_through_the_aisles(ada, building, lamp, shade, pat):
    put_stock(lamp, 1, bin_code="B-01-1")
    put_stock(shade, 1, bin_code="A-01-1")
    ordered(ada, {"LAMP": 1, "SHADE": 1})

    walk = take(building, pat)

    assert stops(walk) == [("A-01-1", "SHADE", 1), ("B-01-1", "LAMP", 1)]
    assert list(walk.lines.values_list("position", flat=True)) == [1, 2]


def test_one_place_that_has_all_saves_a_stop(ada, building, lamp, pat):
    put_stock(lamp, 2, bin_code="A-01-1")
    put_stock(lamp, 9, bin_code="B-01-1")
    ordered(ada, {"LAMP": 3})

    assert stops(take(building, pat)) == [("B-01-1", "LAMP", 3)]


def test_the_nearest_of_the_places_that_have_all_is_taken(ada, building, lamp, pat):
    put_stock(lamp, 9, bin_code="A-01-1")
    put_stock(lamp, 5, bin_code="A-02-1")
    put_stock(lamp, 2, bin_code="B-01-1")
    # The walk begins at the far end of the aisle.
    for position, code in enumerate(("B-01-1", "A-02-1", "A-01-1")):
        Location.objects.filter(code=code).update(walk_position=position)
    ordered(ada, {"LAMP": 3})

    assert stops(take(building, pat)) == [("A-02-1", "LAMP", 3)]


def test_the_oldest_lot_goes_first(ada, building, lamp, pat):
    put_stock(lamp, 9, bin_code="A-01-1", lot="2026-12")
    put_stock(lamp, 2, bin_code="B-01-1", lot="2026-11")
    ordered(ada, {"LAMP": 3})

    walk = take(building, pat)
    pick_all(walk, pat)

    assert stops(walk) == [("A-01-1", "LAMP", 0), ("B-01-1", "LAMP", 0)]
    in_tote = Stock.objects.filter(location=walk.tote).order_by("lot")
    assert list(in_tote.values_list("lot", "on_hand")) == [("2026-11", 2), ("2026-12", 1)]
    assert findings() == []


def test_two_pickers_get_different_places(ada, building, lamp, pat, lea):
    put_stock(lamp, 2, bin_code="A-01-1")
    put_stock(lamp, 2, bin_code="A-02-1")
    for _ in range(2):
        ordered(ada, {"LAMP": 2})

    walks = take(building, pat), take(building, lea)

    assert [stops(walk) for walk in walks] == [[("A-01-1", "LAMP", 2)], [("A-02-1", "LAMP", 2)]]
    assert [walk.tote.code for walk in walks] == ["T-1", "T-2"]
    assert findings() == []


def test_a_picker_finds_the_open_walk_again(ada, building, lamp, pat):
    put_stock(lamp, 5)
    for _ in range(2):
        ordered(ada, {"LAMP": 1})

    assert take(building, pat) == take(building, pat)
    assert PickList.objects.count() == 1


def test_what_ships_first_is_picked_first(ada, building, lamp, pat):
    put_stock(lamp, 9)
    ordered(ada, {"LAMP": 1})
    urgent = ordered(ada, {"LAMP": 1}, priority=5)
    Shipment.objects.update(ship_by=urgent.ship_by)

    assert take(building, pat).shipment.order == urgent


def test_nothing_to_pick_is_no_walk(building, pat):
    assert take(building, pat) is None
    assert not Location.objects.filter(kind="tote").exists()


def test_an_order_on_hold_is_passed_by(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    hold = hold_order(ordered(ada, {"LAMP": 1}), reason=Hold.Reason.SELLER, actor=lea)
    other = ordered(ada, {"LAMP": 1})

    first = take(building, pat)
    assert first.shipment.order == other
    pick_all(first, pat)
    assert take(building, pat) is None

    release_hold(hold, actor=lea)
    assert take(building, pat).shipment.order == hold.order


def test_a_shipment_that_is_being_changed_is_passed_by(ada, building, lamp, pat):
    put_stock(lamp, 5)
    busy, free = ordered(ada, {"LAMP": 1}), ordered(ada, {"LAMP": 1})
    with superuser(servers.DATABASE) as other, other.transaction():
        other.execute("SELECT FROM orders_order WHERE id = %s FOR UPDATE", [busy.pk])
        assert take(building, pat).shipment.order == free


def test_eight_pickers_at_once_take_eight_shipments(ada, building, lamp, shade):
    for bin_code in ("A-01-1", "A-02-1", "B-01-1"):
        put_stock(lamp, 9, bin_code=bin_code)
        put_stock(shade, 9, bin_code=bin_code)
    pickers = [
        make_user(f"p{n}@example.com", f"Picker {n}", "picker", warehouse=building)
        for n in range(8)
    ]
    for number in range(8):
        make_order(ada, {"LAMP": 1 + number % 3, "SHADE": 2})
    allocate_due()

    def work(picker):
        # Their new totes are numbered one after the other, which takes long on a busy machine.
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '15s'")
        # A shipment that another is just taking is passed by: ask again.
        while (walk := take(building, picker)) is None:
            pass
        pick_all(walk, picker)
        return walk

    walks, refusals = race(*[lambda picker=picker: work(picker) for picker in pickers])

    assert refusals == []
    assert len({walk.shipment_id for walk in walks}) == 8
    assert len({walk.tote_id for walk in walks}) == 8
    assert set(Shipment.objects.values_list("status", flat=True)) == {"picked"}
    assert findings() == []


def test_two_taps_of_one_picker_are_one_walk(ada, building, lamp, pat):
    put_stock(lamp, 5)
    for _ in range(2):
        ordered(ada, {"LAMP": 1})

    walks, _ = race(*[lambda: take(building, pat)] * 4)

    assert len({walk.pk for walk in walks}) == 1
    assert PickList.objects.count() == 1
