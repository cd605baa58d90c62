"""The lot of a unit that comes back: compared with what was sent; an expired one is not sold."""

from datetime import date
from uuid import uuid4

import pytest

from orders.errors import DomainError
from orders.models import Product, ReturnLine
from tests.support.cast import MONDAY, put_stock
from tests.support.stages import LAMP_CODE, open_house
from tests.warehouse.returns.test_inspection import approved_return, shelf
from warehouse.models import Lot, PickLine, Stock
from warehouse.returns.inspection import inspect_return_line, receive_return
from warehouse.returns.places import strange_lot, unread_lot

pytestmark = pytest.mark.django_db

LATE, GONE = date(2099, 1, 31), date(2001, 1, 31)


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def line(house):
    """Two lamps of lot A7 were sent, and came back."""
    lamp = Product.objects.get(sku="LAMP")
    Product.objects.filter(pk=lamp.pk).update(is_lot_tracked=True)
    Stock.objects.filter(product=lamp).update(closed_at=MONDAY)
    lamp.refresh_from_db()
    put_stock(lamp, 2, bin_code="B-01-1", lot="A7", expires_on=LATE)
    back = approved_return(house, {"LAMP": 2})
    part = back.lines.get()
    receive_return(back, received={part.pk: 2}, actor=house.pat)
    return ReturnLine.objects.select_related("order_return", "line__product").get(pk=part.pk)


def also_of(line, lot):
    """One of them was of this lot, as the books have it now."""
    put_stock(line.line.product, 1, bin_code="A-01-1", lot=lot, expires_on=LATE)
    stop = PickLine.objects.get(shipment_line__line=line.line_id)
    PickLine.objects.filter(pk=stop.pk).update(quantity=1, picked=1)
    stop.pk, stop.position, stop.quantity, stop.picked = uuid4(), 9, 1, 1
    stop.stock = Stock.objects.get(lot=lot)
    stop.save(force_insert=True)


def scanned(lot):
    return f"(01)0{LAMP_CODE}(10){lot}"


def restock(house, line, code=""):
    return inspect_return_line(
        line, restocked=1, written_off=0, location=shelf(), actor=house.pat, code=code
    )


def on_shelf():
    rows = Stock.objects.filter(location=shelf(), on_hand__gt=0).order_by("lot")
    return list(rows.values_list("lot", "on_hand"))


def test_a_lot_that_was_not_sent_is_known(line):
    assert strange_lot(line.line, scanned("B8")) == "B8"
    assert strange_lot(line.line, scanned("a7")) == ""
    assert strange_lot(line.line, LAMP_CODE) == "", "the code names none"


def test_nobody_knows_where_no_lot_was_sent(house, line):
    Product.objects.filter(sku="LAMP").update(is_lot_tracked=False)
    line.line.product.refresh_from_db()

    assert strange_lot(line.line, scanned("B8")) == ""


def test_units_go_back_to_the_lot_that_stands_on_them(house, line):
    restock(house, line, scanned("B8"))
    restock(house, line)

    assert on_shelf() == [("A7", 1), ("B8", 1)]


def test_an_expired_lot_is_not_sold_again(house, line):
    Lot.objects.filter(code="A7").update(expires_on=GONE)

    for code in ("", scanned("A7")):
        with pytest.raises(DomainError, match="Lot A7 expired on 31 January 2001: write it off"):
            restock(house, line, code)

    assert on_shelf() == []
    assert ReturnLine.objects.get().inspected == 0
    inspect_return_line(line, restocked=0, written_off=1, actor=house.pat)
    assert ReturnLine.objects.get().written_off == 1


@pytest.mark.breaks_books
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"expires_on": GONE}, "expired on 31 January 2001"),
        ({"blocked_at": MONDAY}, "is blocked"),
        ({}, ""),
    ],
)
def test_a_guess_that_no_order_gets_is_told(house, line, change, why):
    also_of(line, "C9")
    Lot.objects.filter(code="A7").update(**change)
    told = f"Its lot was not read: counted as lot A7, which {why}. No order gets it."

    restock(house, line)

    assert on_shelf() == [("A7", 1)]
    assert unread_lot(line.line, LAMP_CODE, shelf()) == (told if why else "")
    assert unread_lot(line.line, scanned("C9"), shelf()) == ""
