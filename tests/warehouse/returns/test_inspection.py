"""A return arrives: counted, looked at, back on the shelf or written off."""

import pytest

from orders.errors import DomainError
from orders.models import Discrepancy, Event, Order, OrderLine, Product, Return, ReturnLine
from orders.returns.discrepancies import decide_discrepancy
from orders.returns.handling import approve_return, request_return
from orders.returns.left import returnable_units
from tests.support.cast import MONDAY, make_warehouse, put_stock
from tests.support.racing import race
from tests.support.stages import delivered_order, open_house
from warehouse.lots.keeping import block_lot
from warehouse.models import Location, Lot, Stock, StockMovement, Supply
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.returns.undoing import undo_inspection
from warehouse.stock.closing import promisable

pytestmark = pytest.mark.django_db


def approved_return(house, lines, asked=None):
    """An approved return of a delivered order of {SKU: quantity}."""
    order = delivered_order(house, lines)
    units = {
        OrderLine.objects.get(order=order, sku=sku).pk: number
        for sku, number in (asked or lines).items()
    }
    requested = request_return(order, units=units, reason=Return.Reason.DAMAGED)
    return approve_return(requested, actor=house.ada.owner)


def received_line(number):
    """The warehouse, and the only line of a return of which all `number` units came."""
    house = open_house()
    back = approved_return(house, {"LAMP": number})
    line = back.lines.get()
    receive_return(back, received={line.pk: number}, actor=house.pat)
    return house, line


def approved_lamp():
    """The warehouse, and the approved return of a lamp."""
    house = open_house()
    return house, approved_return(house, {"LAMP": 1})


def one_lamp():
    return received_line(1)


def two_lamps():
    return received_line(2)


@pytest.fixture
def house(once):
    return once(open_house)


def shelf(code="B-01-1"):
    return Location.objects.get(warehouse__code="BER", code=code)


def supply():
    return Supply.objects.get(product__sku="LAMP").on_hand


def test_a_return_is_received(house):
    back = approved_return(house, {"LAMP": 2, "SHADE": 1})
    lamp, shade = back.lines.order_by("line__position")

    arrived = receive_return(back, received={lamp.pk: 1, shade.pk: 0}, actor=house.pat)

    assert arrived.status == "received"
    counts = back.lines.order_by("line__position").values_list("received", flat=True)
    assert list(counts) == [1, 0]
    assert Event.objects.get(kind="return.received").actor == house.pat
    assert supply() == 18, "nothing is for sale before it was looked at"


def test_more_than_was_approved_is_refused(house):
    back = approved_return(house, {"LAMP": 2}, {"LAMP": 1})
    line = back.lines.get()

    with pytest.raises(DomainError, match="Title of LAMP: only 1 approved"):
        receive_return(back, received={line.pk: 2}, actor=house.pat)

    assert Return.objects.get().status == "approved"
    assert back.lines.get().received == 0


@pytest.mark.parametrize("count", [0, -1])
def test_an_empty_parcel_is_refused(once, count):
    house, back = once(approved_lamp)

    with pytest.raises(DomainError, match="Count at least one unit"):
        receive_return(back, received={back.lines.get().pk: count}, actor=house.pat)
    with pytest.raises(DomainError, match="Count at least one unit"):
        receive_return(back, received={}, actor=house.pat)

    assert Return.objects.get().status == "approved"


def test_a_line_of_another_return_is_refused(once):
    house, first = once(approved_lamp)
    second = approved_return(house, {"LAMP": 1})

    with pytest.raises(DomainError, match=f"This product is not part of return {first}"):
        receive_return(first, received={second.lines.get().pk: 1}, actor=house.pat)


def test_a_return_that_was_not_approved_is_not_received(house):
    order = delivered_order(house, {"LAMP": 1})
    line = OrderLine.objects.get(order=order)
    asked = request_return(order, units={line.pk: 1}, reason=Return.Reason.DAMAGED)

    with pytest.raises(DomainError, match="is requested: it cannot be received"):
        receive_return(asked, received={asked.lines.get().pk: 1}, actor=house.pat)


def test_restocked_units_may_be_sold_again(once):
    house, line = once(two_lamps)

    done = inspect_return_line(line, restocked=2, written_off=0, location=shelf(), actor=house.pat)

    assert (done.inspected, done.restocked, done.written_off) == (2, 2, 0)
    assert supply() == 20
    stock = Stock.objects.get(location=shelf())
    assert (stock.on_hand, stock.pinned, stock.product.sku) == (2, 0, "LAMP")
    movement = StockMovement.objects.get(reason="restocked")
    assert (movement.quantity, movement.subject_id, movement.actor) == (2, line.pk, house.pat)
    event = Event.objects.get(kind="return_line.restocked")
    assert event.data == {
        "quantity": 2, "product": str(stock.product_id), "location": str(shelf().pk), "grade": "a",
    }  # fmt: skip
    order = Order.objects.get()
    assert (event.order, order.status) == (order, "returned")
    assert Return.objects.get().status == "closed"


def test_written_off_units_are_gone(once):
    house, line = once(one_lamp)

    inspect_return_line(line, restocked=0, written_off=1, actor=house.pat)

    assert supply() == 19
    assert not StockMovement.objects.filter(reason="restocked").exists()
    assert Event.objects.get(kind="return_line.written_off").data == {"quantity": 1, "grade": "c"}
    assert OrderLine.objects.get().returned == 1
    assert Return.objects.get().status == "closed"


def test_the_last_unit_closes_the_return():
    house, line = received_line(3)

    inspect_return_line(line, restocked=1, written_off=1, location=shelf(), actor=house.pat)

    assert Return.objects.get().status == "received"
    assert Order.objects.get().status == "partly_returned"
    inspect_return_line(line, restocked=0, written_off=1, actor=house.pat)
    assert Return.objects.get().status == "closed"
    assert Order.objects.get().status == "returned"
    row = ReturnLine.objects.get()
    assert (row.received, row.inspected, row.restocked, row.written_off) == (3, 3, 1, 2)


def test_units_that_never_came_may_be_asked_for_again(house):
    back = approved_return(house, {"LAMP": 2})
    line = back.lines.get()
    receive_return(back, received={line.pk: 1}, actor=house.pat)
    inspect_return_line(line, restocked=0, written_off=1, actor=house.pat)

    assert Return.objects.get().status == "closed"
    order, missing = Order.objects.get(), Discrepancy.objects.get()
    assert returnable_units(order) == {}, "the seller decides about it first"

    decide_discrepancy(missing, "no_credit", actor=house.ada.owner)

    assert returnable_units(order) == {line.line_id: 1}


@pytest.mark.parametrize(
    ("restocked", "written_off", "refusal"),
    [
        (0, 0, "Inspect at least one unit"),
        (-1, 2, "Inspect at least one unit"),
        (1, 2, "Title of LAMP: only 2 left to inspect"),
    ],
)
def test_a_wrong_count_is_refused(once, restocked, written_off, refusal):
    house, line = once(two_lamps)

    with pytest.raises(DomainError, match=refusal):
        inspect_return_line(
            line, restocked=restocked, written_off=written_off, location=shelf(), actor=house.pat
        )

    assert ReturnLine.objects.get().inspected == 0
    assert supply() == 18


def test_restocking_needs_a_place_for_sale(once):
    house, line = once(one_lamp)
    elsewhere = make_warehouse("HAM").locations.first()

    with pytest.raises(DomainError, match="Scan the location to restock to"):
        inspect_return_line(line, restocked=1, written_off=0, actor=house.pat)
    for place in (shelf("DOCK"), elsewhere):
        with pytest.raises(DomainError, match="is not a bin or shelf of Warehouse BER"):
            inspect_return_line(line, restocked=1, written_off=0, location=place, actor=house.pat)

    assert ReturnLine.objects.get().inspected == 0
    assert OrderLine.objects.get().returned == 0


def test_only_a_received_return_is_inspected(once):
    house, back = once(approved_lamp)
    line = back.lines.get()

    with pytest.raises(DomainError, match="is approved: it cannot be inspected"):
        inspect_return_line(line, restocked=0, written_off=1, actor=house.pat)

    assert OrderLine.objects.get().returned == 0


def test_two_inspectors_decide_over_a_unit_once(once):
    house, line = once(one_lamp)

    results, refusals = race(
        lambda: inspect_return_line(
            line, restocked=1, written_off=0, location=shelf(), actor=house.pat
        ),
        lambda: inspect_return_line(line, restocked=0, written_off=1, actor=house.pat),
    )

    assert len(results) == 1
    assert refusals == [f"Return {line.order_return} is closed: it cannot be inspected."]
    assert OrderLine.objects.get().returned == 1


def test_returned_units_are_of_the_lot_that_was_sent(house):
    """A recalled lot that comes back is not sent to the next customer; the undo takes it out."""
    lamp = Product.objects.get(sku="LAMP")
    Product.objects.filter(pk=lamp.pk).update(is_lot_tracked=True)
    lamp.refresh_from_db()
    Stock.objects.filter(product=lamp).update(closed_at=MONDAY)
    put_stock(lamp, 2, bin_code="B-01-1", lot="A7")
    back = approved_return(house, {"LAMP": 2})
    line = back.lines.get()
    receive_return(back, received={line.pk: 2}, actor=house.pat)
    lot = Lot.objects.get()
    block_lot(lot, note="Glass", actor=house.pat)

    inspect_return_line(
        line, restocked=2, written_off=0, location=shelf(), may_close=False, actor=house.pat
    )

    stock = Stock.objects.get(location=shelf(), lot="A7")
    assert (stock.on_hand, promisable(Supply.objects.get(product=lamp))) == (2, 0)
    undo_inspection(line, actor=house.pat)
    stock.refresh_from_db()
    assert stock.on_hand == 0
