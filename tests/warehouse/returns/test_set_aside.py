"""Goods that were set aside and are kept: of which lot they are, so that a recall finds them."""

from datetime import date

import pytest

from orders.models import Discrepancy, Product
from tests.support.cast import put_stock
from tests.support.stages import delivered_order, open_house
from tests.warehouse.screens.floor import Worker
from warehouse.lots.keeping import block_lot
from warehouse.models import Location, Lot, Stock, Supply
from warehouse.returns.arrivals import carry_out
from warehouse.stock.closing import promisable

pytestmark = pytest.mark.django_db

LATE = date(2099, 1, 31)
GTIN = "04012345678901"


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def lamp(house):
    """Lamps have lots; what lay there without one is gone."""
    made = Product.objects.get(sku="LAMP")
    Product.objects.filter(pk=made.pk).update(is_lot_tracked=True)
    made.refresh_from_db()
    return made


def kept(lamp, *, recorded="LAMP", line=None):
    """Two lamps that the seller has decided to keep."""
    return Discrepancy.objects.create(
        seller=lamp.seller,
        product=lamp,
        order=line.order if line else None,
        line=line,
        code=recorded,
        kind="unannounced",
        quantity=2,
        status="decided",
        decision="keep",
    )


def keep(house, lamp, *, scanned, recorded="LAMP", line=None):
    """They go onto a shelf; what the worker reads."""
    row = kept(lamp, recorded=recorded, line=line)
    place = Location.objects.get(warehouse__code="BER", code="B-01-1")
    said = carry_out(row, actor=house.pat, scanned=lamp, code=scanned, location=place)
    [lot] = Stock.objects.filter(location=place, on_hand=2).values_list("lot", flat=True)
    return said.partition(" into ")[0], lot


def test_a_code_says_the_lot(house, lamp):
    put_stock(lamp, 1, lot="A7", expires_on=LATE)

    assert keep(house, lamp, scanned=f"(01){GTIN}(10)a7") == ("2 × Brass lamp, lot A7,", "A7")


def test_so_does_the_code_with_which_they_were_recorded(house, lamp):
    recorded = f"(01){GTIN}(17)600331(10)N1"

    assert keep(house, lamp, scanned="LAMP", recorded=recorded)[1] == "N1"
    assert Lot.objects.get().expires_on == date(2060, 3, 31)


def test_else_they_are_of_the_lot_that_was_sent(house, lamp):
    Stock.objects.filter(product=lamp).update(closed_at="2026-11-23T09:00:00Z")
    put_stock(lamp, 1, bin_code="A-02-1", lot="A7", expires_on=LATE)
    order = delivered_order(house, {"LAMP": 1})
    put_stock(lamp, 1, bin_code="A-02-1", lot="B8", expires_on=date(2098, 1, 31))

    assert keep(house, lamp, scanned="LAMP", line=order.lines.get())[1] == "A7"


def test_where_nobody_knows_they_are_of_a_lot_that_is_not_sold(house, lamp):
    put_stock(lamp, 1, lot="A7", expires_on=date(2098, 1, 31))
    put_stock(lamp, 1, lot="B8", expires_on=LATE)
    block_lot(Lot.objects.get(code="B8"), note="Glass", actor=house.pat)
    supply = Supply.objects.filter(product=lamp)
    before = promisable(supply.get())

    assert keep(house, lamp, scanned="LAMP")[1] == "B8"
    assert promisable(supply.get()) == before


def test_the_worker_names_the_lot_that_no_code_says(house, lamp):
    put_stock(lamp, 1, lot="A7", expires_on=date(2098, 1, 31))
    put_stock(lamp, 1, lot="B8", expires_on=LATE)
    url, pat = f"/warehouse/aside/{kept(lamp).pk}/", Worker(house.pat)

    screen = pat.sends(url, code="LAMP")
    assert "Lot on the goods Choose the lot" in screen.text
    refused = pat.sends(url, code="B-01-1", scanned="LAMP")
    assert refused.says == "Brass lamp has lots: choose the one on the goods first."
    assert not Stock.objects.filter(location__code="B-01-1").exists()
    pat.sends(url, code="B-01-1", scanned="LAMP", lot="B8")

    assert Stock.objects.get(location__code="B-01-1").lot == "B8"
