"""Scans of a picker: right ones fill the tote, wrong ones change nothing."""

import pytest

from orders.errors import DomainError, WrongScan
from orders.models import ShipmentLine
from tests.balance import findings
from tests.support.cast import make_product, put_stock
from tests.support.racing import race
from tests.warehouse.walking import contents, counts, ordered, scan, state, stops, take
from warehouse.floor.picking import confirm_pick
from warehouse.models import PickLine, StockMovement, Supply

pytestmark = pytest.mark.django_db


def test_picked_units_lie_in_the_tote(ada, building, lamp, pat):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)

    scan(walk.lines.get(), pat)

    assert contents(lamp) == {"A-01-1": (3, 0), "T-1": (2, 2)}
    assert counts(order) == [("LAMP", 2, 0, 2)]
    assert ShipmentLine.objects.get().picked == 2
    assert (state(walk), state(walk.shipment)) == ("done", "picked")
    assert Supply.objects.get().on_hand == 5, "it leaves the books at hand-over"
    moved = StockMovement.objects.filter(reason="picked").order_by("quantity")
    assert list(moved.values_list("location__code", "quantity", "subject_id", "actor")) == [
        ("A-01-1", -2, walk.lines.get().pk, pat.pk),
        ("T-1", 2, walk.lines.get().pk, pat.pk),
    ]
    assert findings() == []


def test_units_may_be_picked_in_parts(ada, building, lamp, pat):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 3})
    walk = take(building, pat)

    scan(walk.lines.get(), pat, quantity=1)

    assert stops(walk) == [("A-01-1", "LAMP", 2)]
    assert state(walk.shipment) == "picking"
    assert contents(lamp) == {"A-01-1": (4, 2), "T-1": (1, 1)}
    assert findings() == []
    scan(walk.lines.get(), pat, quantity=2)
    assert counts(order) == [("LAMP", 3, 0, 3)]
    assert state(walk.shipment) == "picked"


def test_a_code_may_be_typed_or_be_a_barcode(ada, building, lamp, pat):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 2})
    stop = take(building, pat).lines.get()

    confirm_pick(stop, location_code=" a-01-1", product_code="lamp", quantity=1, actor=pat)
    confirm_pick(stop, location_code="A-01-1", product_code="4006381333931", quantity=1, actor=pat)

    assert PickLine.objects.get().picked == 2


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("A-02-1", "LAMP"), "You scanned A-02-1. Expected: A-01-1."),
        (
            ("A-01-1", "SHADE"),
            "You scanned SHADE Linen shade. Expected: LAMP Brass lamp from A-01-1.",
        ),
        (("A-01-1", "A-01-1"), "You scanned A-01-1. Expected: LAMP Brass lamp from A-01-1."),
    ],
    ids=["location", "product", "location twice"],
)
def test_a_wrong_scan_changes_nothing(ada, building, lamp, shade, pat, codes, said):
    put_stock(lamp, 5)
    put_stock(shade, 5)
    order = ordered(ada, {"LAMP": 2})
    walk = take(building, pat)

    with pytest.raises(WrongScan) as refusal:
        confirm_pick(
            walk.lines.get(), location_code=codes[0], product_code=codes[1], quantity=1, actor=pat
        )

    assert str(refusal.value) == said
    assert contents(lamp) == {"A-01-1": (5, 2)}
    assert counts(order) == [("LAMP", 2, 0, 0)]
    assert stops(walk) == [("A-01-1", "LAMP", 2)]


def test_skus_that_differ_in_a_small_letter_are_two_products(ada, building, lamp, pat):
    make_product(ada, "lamp", "Small lamp")
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 1})
    stop = take(building, pat).lines.get()

    with pytest.raises(WrongScan, match=r"You scanned lamp Small lamp\. Expected: LAMP Brass lamp"):
        confirm_pick(stop, location_code="A-01-1", product_code="lamp", quantity=1, actor=pat)

    assert contents(lamp) == {"A-01-1": (5, 1)}


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_another_number_than_asked_for_is_refused(ada, building, lamp, pat, quantity):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 2})
    stop = take(building, pat).lines.get()

    with pytest.raises(DomainError, match=f"Pick 1 to 2 here, not {quantity}"):
        confirm_pick(
            stop, location_code="A-01-1", product_code="LAMP", quantity=quantity, actor=pat
        )

    assert contents(lamp) == {"A-01-1": (5, 2)}


def test_a_walk_belongs_to_its_picker(ada, building, lamp, pat, lea):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 2})
    stop = take(building, pat).lines.get()

    with pytest.raises(DomainError, match="This pick list belongs to Pat Petrov"):
        scan(stop, lea)

    assert contents(lamp) == {"A-01-1": (5, 2)}


def test_a_finished_stop_cannot_be_picked_again(ada, building, lamp, pat):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    stop = take(building, pat).lines.get()
    scan(stop, pat)

    with pytest.raises(DomainError, match=f"Shipment {order.number}-1 is picked: there is nothing"):
        scan(stop, pat, quantity=1)

    assert counts(order) == [("LAMP", 2, 0, 2)]


def test_the_same_pick_twice_at_once_counts_once(ada, building, lamp, pat):
    put_stock(lamp, 5)
    order = ordered(ada, {"LAMP": 2})
    stop = take(building, pat).lines.select_related("stock__location", "stock__product").get()

    done, refusals = race(*[lambda: scan(stop, pat, quantity=2)] * 3)

    assert (len(done), len(refusals)) == (1, 2)
    assert counts(order) == [("LAMP", 2, 0, 2)]
    assert findings() == []
