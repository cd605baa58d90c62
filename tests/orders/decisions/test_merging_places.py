"""One box goes to one place from one house: pickup points, and orders from several houses."""

import pytest

from fulfillment.dashboard.queries.orders.sources import explain
from orders.decisions.merge import others_to_address, send_together
from orders.errors import DomainError
from orders.models import Order, PickupPoint, Shipment
from orders.wishes.choosing import TooLate, choose_point
from tests.support.cast import (
    make_order,
    make_point,
    make_product,
    make_second_warehouse,
    put_stock,
)
from tests.support.stages import open_house
from warehouse.stock.allocation import allocate_due
from warehouse.stock.moving import send_from, why_not_moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    house = open_house()
    put_stock(house.ada.products["LAMP"], 9)
    return house


def loaded(order):
    return Order.objects.select_related("seller__warehouse").get(pk=order.pk)


def ordered(house, lines=None):
    order = make_order(house.ada, lines or {"LAMP": 1}, postcode="10117")
    allocate_due()
    return loaded(order)


def test_a_box_goes_to_one_pickup_point_or_to_none(house):
    kiosk, shop = (make_point(house.warehouse, name) for name in ("Kiosk", "Shop"))
    one, other, third = (ordered(house) for _ in range(3))
    choose_point(one, kiosk.pk)
    assert others_to_address(one) == []
    assert others_to_address(other) == [third]
    with pytest.raises(DomainError, match=f"customer of order {one} chose a pickup point"):
        send_together([other, one], actor=None)
    choose_point(other, shop.pk)
    with pytest.raises(DomainError, match=f"customer of order {one} chose a pickup point"):
        send_together([one, other], actor=None)
    choose_point(other, kiosk.pk)
    assert others_to_address(one) == [other]
    send_together([one, other], actor=None)


def test_no_point_is_chosen_for_one_order_of_a_box(house):
    kiosk = make_point(house.warehouse)
    one, other = ordered(house), ordered(house)
    send_together([one, other], actor=None)
    with pytest.raises(TooLate):
        choose_point(one, kiosk.pk)


def test_of_an_order_from_two_houses_that_part_goes_along_which_leaves_where_the_other_does(house):
    leipzig = make_second_warehouse(house.ada.seller)
    make_product(house.ada, "BOWL", "Bowl")
    put_stock(house.ada.products["BOWL"], 9, warehouse=leipzig)
    split, there, here = (
        ordered(house, lines) for lines in ({"LAMP": 1, "BOWL": 1}, {"BOWL": 1}, {"LAMP": 1})
    )
    assert split.shipments.count() == 2
    for alone in (there, here):
        assert others_to_address(alone) == [split]
        send_together([alone, split], actor=None)
    boxes = Shipment.objects.exclude(together=None).order_by("together", "pk")
    assert sorted((row.warehouse.name, row.order.number) for row in boxes) == sorted(
        (row.warehouse.name, row.order.number) for row in Shipment.objects.all()
    )
    assert len({row.together for row in boxes}) == 2


def test_a_point_is_of_the_house_that_sends_it(house):
    kiosk = make_point(house.warehouse)
    leipzig = make_second_warehouse(house.ada.seller)
    put_stock(house.ada.products["LAMP"], 9, warehouse=leipzig)
    unplanned = loaded(make_order(house.ada, {"LAMP": 1}, postcode="10117"))
    with pytest.raises(TooLate):
        choose_point(unplanned, kiosk.pk)
    allocate_due()
    choose_point(unplanned, kiosk.pk)
    with pytest.raises(DomainError, match=f"customer of order {unplanned} chose a pickup point"):
        send_from(unplanned.shipments.get(), leipzig, actor=None)
    shown = list(unplanned.shipments.prefetch_related("lines__line"))
    explain(unplanned, shown)
    assert [row.goals for row in shown] == [[]], "the page offers what is refused"
    refusal = why_not_moved(unplanned, shown)
    assert refusal == f"The customer of order {unplanned} chose a pickup point."
    PickupPoint.objects.update(is_active=False)
    explain(unplanned, shown)
    assert [row.goals for row in shown] == [[(leipzig.pk, "Leipzig")]]
    assert why_not_moved(unplanned, shown) == ""
