"""At the put wall: which unit goes where is said by product and lot, of cases nothing is."""

from datetime import date

import pytest

from orders.errors import DomainError, WrongScan
from orders.models import Barcode, Product
from tests.balance import findings
from tests.support.cast import make_order, make_product, put_stock
from tests.support.racing import race
from warehouse.floor.picking import confirm_pick
from warehouse.floor.walls.rows import add_wall
from warehouse.floor.walls.sorting import find_put, put_unit
from warehouse.floor.walls.taking import take_walk
from warehouse.models import Location, PickLine, PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

SOON, LATE = date(2098, 3, 31), date(2099, 1, 31)
GTIN = "04006381333931"
CASE = "4012345678901"


@pytest.fixture
def tote(ada, building, pat):
    """Three orders of a jam, of which one gets another lot, picked into a tote."""
    jam = make_product(ada, "JAM", "Plum jam", barcode="4006381333931")
    Product.objects.filter(pk=jam.pk).update(is_lot_tracked=True)
    jam.refresh_from_db()
    put_stock(jam, 2, lot="A", expires_on=SOON)
    put_stock(jam, 9, lot="B", expires_on=LATE)
    Barcode.objects.create(seller=ada.seller, product=jam, code=CASE, units=6)
    add_wall(building, code="W1", cells=4)
    for _ in range(3):
        make_order(ada, {"JAM": 1})
    allocate_due()
    walk = take_walk(warehouse=building, actor=pat)
    for stop in PickLine.objects.filter(pick_list__cart_walk=walk.cart_walk):
        code = f"01{GTIN}10{stop.stock.lot}"
        confirm_pick(stop, location_code="A-01-1", product_code=code, quantity=1, actor=pat)
    return Location.objects.select_related("warehouse").get(pk=walk.batch_tote_id)


def test_a_cell_gets_the_lot_that_was_picked_for_it(tote, pat):
    with pytest.raises(WrongScan, match="JAM, of which several lots lie here") as asked:
        find_put(tote, "JAM", actor=pat)
    assert asked.value.expected == "A, B"
    with pytest.raises(WrongScan, match="lot C of JAM"):
        find_put(tote, f"01{GTIN}10C", actor=pat)

    line = find_put(tote, f"01{GTIN}10B", actor=pat)

    assert line.stock.lot == "B"
    assert put_unit(line, actor=pat).is_complete
    assert find_put(tote, "JAM", actor=pat).stock.lot == "A"  # alone by now
    assert findings() == []


def test_a_case_is_no_unit(tote, pat):
    with pytest.raises(DomainError, match="is on a case: scan each unit in it"):
        find_put(tote, CASE, actor=pat)


def test_two_workers_put_each_unit_once(tote, pat, lea):
    line = find_put(tote, f"01{GTIN}10B", actor=pat)

    puts, refusals = race(*[
        lambda who=who: put_unit(line, actor=who) for who in (pat, lea)
    ])  # fmt: skip

    assert [put.is_complete for put in puts] == [True]
    told = f"Cell {line.pick_list.tote} needs no more of it: scan this unit again."
    assert [str(refusal) for refusal in refusals] == [told]
    assert PickList.objects.filter(status="done").count() == 1
    assert findings() == []
