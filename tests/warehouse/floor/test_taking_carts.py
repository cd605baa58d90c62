"""Pickers who take carts at the same moment: each shipment and each unit goes to one of them."""

import pytest

from orders.models import Shipment
from tests.balance import findings
from tests.support.cast import make_order, put_stock
from tests.support.racing import race
from warehouse.floor.carts.rows import add_cart
from warehouse.floor.carts.taking import take_cart
from warehouse.models import PickLine, PickList
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def test_pickers_with_carts_get_different_shipments(ada, building, lamp, shade, pat, lea):
    put_stock(lamp, 9)
    put_stock(lamp, 9, bin_code="B-01-1")
    put_stock(shade, 16)
    for _ in range(8):
        make_order(ada, {"LAMP": 2, "SHADE": 2})
    allocate_due()
    carts = [add_cart(building, code=code, slots=4) for code in ("C1", "C2")]

    def work(cart, picker):
        # What another is just taking is passed by: ask again.
        while (walk := take_cart(cart, actor=picker)) is None:
            pass
        return walk.cart_walk

    ways, refusals = race(*[
        lambda cart=cart, picker=picker: work(cart, picker)
        for cart, picker in zip(carts, (pat, lea), strict=True)
    ])  # fmt: skip

    assert refusals == []
    assert len(set(ways)) == 2
    walks = PickList.objects.values_list("shipment", flat=True)
    assert len(walks) == len(set(walks))
    assert not Shipment.objects.filter(status="released", pk__in=walks).exists()
    planned = PickLine.objects.values_list("stock", "quantity")
    assert sum(units for _, units in planned) == 4 * len(walks)
    assert findings() == []


def test_two_taps_of_one_picker_are_one_way(ada, building, lamp, pat):
    put_stock(lamp, 9)
    for _ in range(4):
        make_order(ada, {"LAMP": 1})
    allocate_due()
    cart = add_cart(building, code="C1", slots=2)

    walks, refusals = race(*[lambda: take_cart(cart, actor=pat)] * 4)

    assert refusals == []
    assert len({walk.cart_walk for walk in walks}) == 1
    assert PickList.objects.count() == 2
