"""What a lead keeps from orders: a lot or a location is blocked, released, and a recall read."""

from datetime import date

import pytest
from django.utils import timezone

from fulfillment.management.commands.check_books import findings
from orders.access import Viewer
from orders.errors import DomainError
from orders.models import DeadLetter, Event, Product
from tests.support.cast import make_product, put_stock
from tests.support.spoiling import spoiled
from tests.warehouse.walking import contents, counts, ordered, pick_all, state, take
from warehouse.corrections.counting import count_units, finish_count
from warehouse.corrections.tasks_to_count import task_at
from warehouse.floor.picking import confirm_pick, report_short
from warehouse.floor.putting_back import put_back, put_in_place
from warehouse.inbound.places import suggested_place
from warehouse.lots.keeping import (
    block_lot,
    block_place,
    correct_date,
    release_lot,
    release_place,
    withdraw_expired,
)
from warehouse.lots.queries import shipments_with
from warehouse.models import Location, Lot, PickLine, Stock, Supply
from warehouse.stock.allocation import allocate_due
from warehouse.stock.closing import promisable
from warehouse.stock.counting import Counted, write_counts

pytestmark = pytest.mark.django_db

LATE = date(2099, 1, 31)


@pytest.fixture
def jam(ada):
    made = make_product(ada, "JAM", "Plum jam")
    Product.objects.filter(pk=made.pk).update(is_lot_tracked=True)
    made.refresh_from_db()
    return made


@pytest.fixture
def tea(ada):
    made = make_product(ada, "TEA", "Green tea")
    Product.objects.filter(pk=made.pk).update(is_lot_tracked=True)
    made.refresh_from_db()
    return made


def test_who_was_promised_a_blocked_lot_waits_and_gets_it_when_it_is_released(ada, jam, lea):
    put_stock(jam, 3, lot="A7", expires_on=LATE)
    put_stock(jam, 1, lot="B8", expires_on=LATE)
    first, second = ordered(ada, {"JAM": 1}), ordered(ada, {"JAM": 2})
    lot = Lot.objects.get(code="A7")

    block_lot(lot, note="Glass in a jar", actor=lea)

    assert (counts(first), counts(second)) == ([("JAM", 1, 0, 0)], [("JAM", 0, 2, 0)])
    assert ordered(ada, {"JAM": 1}).lines.get().backordered == 1
    assert findings() == []

    release_lot(lot, note="Checked", actor=lea)
    allocate_due()

    assert counts(second) == [("JAM", 2, 0, 0)]
    kinds = Event.objects.filter(subject_id=lot.pk).order_by("pk").values_list("kind", "actor")
    assert list(kinds) == [("lot.blocked", lea.pk), ("lot.released", lea.pk)]
    assert findings() == []


def test_a_blocked_lot_is_not_picked(ada, building, jam, pat, lea):
    put_stock(jam, 3, lot="A7", expires_on=LATE)
    ordered(ada, {"JAM": 1})
    stop = take(building, pat).lines.get()
    block_lot(Lot.objects.get(), note="Glass in a jar", actor=lea)

    with pytest.raises(DomainError) as refused:
        confirm_pick(stop, location_code="A-01-1", product_code="JAM", quantity=1, actor=pat)

    assert str(refused.value) == (
        "Leave it there: lot A7 is blocked (Glass in a jar). Report short."
    )
    assert contents(jam) == {"A-01-1": (3, 1)}


def test_a_block_needs_a_reason(jam, lea):
    put_stock(jam, 3, lot="A7", expires_on=LATE)

    with pytest.raises(DomainError, match="Say why"):
        block_lot(Lot.objects.get(), note=" ", actor=lea)

    assert Lot.objects.get().blocked_at is None


def test_what_has_expired_is_taken_back_from_orders(ada, jam):
    put_stock(jam, 3, lot="A7", expires_on=LATE)
    order = ordered(ada, {"JAM": 2})
    assert withdraw_expired() == 0
    Lot.objects.update(expires_on=date(2020, 1, 31))

    assert withdraw_expired() == 1

    assert counts(order) == [("JAM", 0, 2, 0)]
    assert withdraw_expired() == 0
    assert findings() == []


def test_an_order_that_cannot_lose_what_has_expired_keeps_no_other_from_losing_it(ada, jam, tea):
    put_stock(jam, 3, lot="A7", expires_on=LATE)
    put_stock(tea, 1, lot="T1", expires_on=LATE)
    first, stuck = ordered(ada, {"JAM": 1}), ordered(ada, {"JAM": 2})
    other = ordered(ada, {"TEA": 1})
    Lot.objects.update(expires_on=date(2020, 1, 31))

    with spoiled("orders_event", order_id=stuck.pk):
        for _ in range(2):
            withdraw_expired()
            assert [counts(one)[0][1:3] for one in (first, stuck, other)] == [
                (0, 1), (2, 0), (0, 1)
            ]  # fmt: skip
            letter = DeadLetter.objects.get()
            assert (letter.order, letter.work, letter.tries) == (stuck, "expired", 1)

    DeadLetter.objects.update(retry_at=timezone.now())
    withdraw_expired()
    assert counts(stuck)[0][1:3] == (0, 2)
    assert not DeadLetter.objects.exists()


def test_a_corrected_date_lets_orders_have_it(ada, jam, lea):
    put_stock(jam, 3, lot="A7", expires_on=LATE)
    Lot.objects.update(expires_on=date(2020, 1, 31))
    order = ordered(ada, {"JAM": 2})
    assert counts(order) == [("JAM", 0, 2, 0)]

    correct_date(Lot.objects.get(), LATE, note="Misread", actor=lea)
    allocate_due()

    assert counts(order) == [("JAM", 2, 0, 0)]
    lot = Lot.objects.get()
    assert (lot.expires_on, lot.note, lot.changed_by) == (LATE, "Misread", lea)


def test_what_lies_in_a_blocked_location_is_promised_to_nobody(ada, lamp, lea):
    put_stock(lamp, 3)
    place = Location.objects.get(code="A-01-1")
    order = ordered(ada, {"LAMP": 1})

    block_place(place, note="Water", actor=lea)
    assert counts(order) == [("LAMP", 0, 1, 0)]

    release_place(place)
    allocate_due()
    assert counts(order) == [("LAMP", 1, 0, 0)]
    assert findings() == []


def test_a_recall_names_the_shipments_that_got_the_lot(ada, building, jam, pat, lea):
    put_stock(jam, 2, lot="A7", expires_on=LATE)
    got = ordered(ada, {"JAM": 2})
    walk = take(building, pat)
    pick_all(walk, pat)
    put_stock(jam, 2, lot="B8", expires_on=LATE)
    ordered(ada, {"JAM": 1})
    pick_all(take(building, pat), pat)
    assert state(walk) == "done"

    found = shipments_with(Viewer.of(lea), jam.pk, "A7")

    assert [(row.order, row.units) for row in found] == [(got, 2)]
    put_back(walk.shipment, actor=pat)
    put_in_place(walk.lines.get(), units=2, place=Location.objects.get(code="A-01-1"), actor=pat)
    assert not shipments_with(Viewer.of(lea), jam.pk, "A7"), "it is in the house again"


def test_a_short_pick_takes_nothing_elsewhere_that_others_are_promised(
    ada, building, jam, pat, lea
):
    put_stock(jam, 3, lot="A7", expires_on=LATE)
    block_lot(Lot.objects.get(), note="Glass", actor=lea)
    put_stock(jam, 1, lot="B8", expires_on=LATE, bin_code="A-02-1")
    put_stock(jam, 1, lot="C3", expires_on=LATE, bin_code="B-01-1")
    orders = [ordered(ada, {"JAM": 1}) for _ in range(2)]
    walk = take(building, pat)

    report_short(walk.lines.get(), found=0, reason="damaged", actor=pat)

    short = walk.shipment.order_id
    found = {order.pk == short: counts(order) for order in orders}
    assert found == {True: [("JAM", 0, 1, 0)], False: [("JAM", 1, 0, 0)]}
    assert findings() == []


def test_a_lot_that_a_file_of_counts_brings_can_be_blocked(jam, building, lea):
    place = Location.objects.get(warehouse=building, code="A-01-1")
    counted = [Counted(jam, place, "N1", 3, expected=0)]

    assert write_counts(counted, actor=lea) == [""]
    block_lot(Lot.objects.get(code="N1"), note="Glass", actor=lea)

    assert promisable(Supply.objects.get(product=jam)) == 0
    assert write_counts([Counted(jam, place, "N1", 2, expected=3)], actor=lea) == [""]


def test_goods_are_not_sent_to_a_blocked_place(lamp, building, lea):
    put_stock(lamp, 3)
    place = Location.objects.get(warehouse=building, code="A-01-1")
    assert suggested_place(lamp, building) == place

    block_place(place, note="Water", actor=lea)

    assert suggested_place(lamp, building) != place


def test_what_is_blocked_stays_in_the_books_where_another_lot_is_reported_empty(
    ada, building, jam, pat, lea
):
    put_stock(jam, 2, lot="A7", expires_on=LATE)
    put_stock(jam, 5, lot="B8", expires_on=LATE)
    block_lot(Lot.objects.get(code="B8"), note="Glass in a jar", actor=lea)
    ordered(ada, {"JAM": 2})
    stop = take(building, pat).lines.get()

    report_short(stop, found=0, reason=PickLine.ShortReason.EMPTY, actor=pat)

    lying = Stock.objects.filter(on_hand__gt=0).values_list("lot", "on_hand")
    assert (stop.stock.lot, list(lying)) == ("A7", [("B8", 5)])
    assert findings() == []


def test_units_that_a_count_finds_are_of_the_lot_that_was_said(ada, building, jam, pat, lea):
    """Else nobody would know whether they may be sold."""
    put_stock(jam, 2, lot="A7", expires_on=LATE)
    put_stock(jam, 2, lot="B8", expires_on=LATE)
    block_lot(Lot.objects.get(code="B8"), note="Glass in a jar", actor=lea)
    task = task_at(Location.objects.get(warehouse=building, code="A-01-1"), actor=lea)

    with pytest.raises(DomainError, match=r"in several lots \(A7, B8\): say which"):
        count_units(task, product=jam, units=7, actor=pat)
    for person in (pat, lea):
        count_units(task, product=jam, units=2, lot="A7", actor=person)
        count_units(task, product=jam, units=5, lot="b8", actor=person)
        finish_count(task, actor=person)

    lying = Stock.objects.filter(on_hand__gt=0).order_by("lot").values_list("lot", "on_hand")
    assert list(lying) == [("A7", 2), ("B8", 5)]
    assert promisable(Supply.objects.get(product=jam)) == 2
    assert findings() == []


def test_what_is_blocked_makes_no_other_orders_units_free(ada, building, jam, pat, lea):
    put_stock(jam, 5, bin_code="B-01-1", lot="B8", expires_on=LATE)
    block_lot(Lot.objects.get(), note="Glass in a jar", actor=lea)
    put_stock(jam, 1, lot="A7", expires_on=LATE)
    put_stock(jam, 1, bin_code="A-02-1", lot="C9", expires_on=LATE)
    first, second = ordered(ada, {"JAM": 1}), ordered(ada, {"JAM": 1})
    walk = take(building, pat)

    report_short(walk.lines.get(), found=0, reason=PickLine.ShortReason.EMPTY, actor=pat)

    assert (counts(first), counts(second)) == ([("JAM", 0, 1, 0)], [("JAM", 1, 0, 0)])
    assert findings() == []
