"""Receiving: goods that come in can be promised at once."""

import pytest

from orders.errors import DomainError
from orders.models import Event
from tests.balance import findings
from tests.warehouse.walking import ordered, pick_all, take
from warehouse.models import Location, Stock, StockMovement, Supply
from warehouse.stock.lots import GivenLot
from warehouse.stock.receiving import receive_stock, undo_receipt

pytestmark = pytest.mark.django_db


def place(code):
    return Location.objects.get(code=code)


def test_received_units_lie_in_their_location_and_may_be_promised(lamp, lea):
    stock = receive_stock(
        location=place("A-01-1"), product=lamp, quantity=4, lot=GivenLot("L1"), actor=lea
    )
    receive_stock(location=place("A-01-1"), product=lamp, quantity=2, lot=GivenLot("L2"), actor=lea)

    assert (stock.location.code, stock.lot, stock.on_hand) == ("A-01-1", "L1", 4)
    assert Supply.objects.get(product=lamp).available == 6
    assert list(Stock.objects.order_by("lot").values_list("lot", "on_hand")) == [
        ("L1", 4),
        ("L2", 2),
    ]
    assert findings() == []


def test_a_receipt_is_told_with_who_what_and_where(ada, lamp, lea):
    stock = receive_stock(location=place("DOCK"), product=lamp, quantity=4, actor=lea)

    event = Event.objects.get(kind="stock.received")
    assert (event.seller, event.actor, event.subject_id) == (ada.seller, lea, stock.pk)
    assert event.data == {
        "product": str(lamp.pk),
        "location": str(place("DOCK").pk),
        "quantity": 4,
    }


@pytest.mark.parametrize("quantity", [0, -3])
def test_no_units_are_refused(lamp, lea, quantity):
    with pytest.raises(DomainError, match="Receive at least one unit"):
        receive_stock(location=place("A-01-1"), product=lamp, quantity=quantity, actor=lea)

    assert not StockMovement.objects.exists()
    assert not Supply.objects.exists()


def test_a_tote_is_no_place_to_receive_into(building, lamp, lea):
    tote = Location.objects.create(warehouse=building, code="T-9", kind=Location.Kind.TOTE)

    with pytest.raises(DomainError, match="T-9 is a tote"):
        receive_stock(location=tote, product=lamp, quantity=1, actor=lea)

    assert not StockMovement.objects.exists()


def test_a_receipt_is_undone_once(lamp, lea):
    receive_stock(location=place("A-01-1"), product=lamp, quantity=4, actor=lea)
    receipt = StockMovement.objects.get()

    stock = undo_receipt(receipt, actor=lea)

    assert (stock.on_hand, Supply.objects.get().on_hand) == (0, 0)
    rows = StockMovement.objects.order_by("pk").values_list("quantity", "reason", "subject_id")
    assert list(rows) == [(4, "received", None), (-4, "received", receipt.pk)]
    assert Event.objects.get(kind="stock.received_undone").data["quantity"] == 4
    with pytest.raises(DomainError, match="undone already"):
        undo_receipt(receipt, actor=lea)
    assert Supply.objects.get().on_hand == 0
    assert findings() == []


@pytest.mark.parametrize("why", ["staging", "closed"])
def test_units_that_are_not_promised_do_not_stand_in_for_a_receipt(ada, lamp, lea, why):
    receive_stock(location=place("DOCK"), product=lamp, quantity=5, actor=lea)
    apart = StockMovement.objects.get()
    if why == "staging":
        Location.objects.filter(code="DOCK").update(is_staging=True)
    if why == "closed":
        Stock.objects.update(closed_at="2026-11-23T09:00Z")
    receive_stock(location=place("A-01-1"), product=lamp, quantity=5, actor=lea)
    promised = StockMovement.objects.get(location__code="A-01-1")
    ordered(ada, {"LAMP": 5})

    with pytest.raises(DomainError, match="too late to undo, an order needs these units"):
        undo_receipt(promised, actor=lea)
    undo_receipt(StockMovement.objects.get(pk=apart.pk), actor=lea)

    assert dict(Stock.objects.values_list("location__code", "on_hand")) == {"DOCK": 0, "A-01-1": 5}
    assert findings() == []


@pytest.mark.parametrize("is_walking", [False, True])
def test_units_that_an_order_needs_are_not_undone(ada, building, lamp, pat, lea, is_walking):
    receive_stock(location=place("A-01-1"), product=lamp, quantity=4, actor=lea)
    ordered(ada, {"LAMP": 1})
    if is_walking:
        pick_all(take(building, pat), pat)

    with pytest.raises(DomainError, match="too late to undo, an order needs these units"):
        undo_receipt(StockMovement.objects.get(reason="received"), actor=lea)

    assert Supply.objects.get().on_hand == 4
    assert findings() == []
