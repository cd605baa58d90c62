"""A seller with several warehouses: where the units of an order come from, and what follows."""

import pytest

from orders.models import Event, SellerWarehouse, Shipment, ShipmentLine
from tests.balance import findings
from tests.support.cast import make_order, make_product, make_second_warehouse, put_stock
from tests.support.statements import count_statements
from warehouse.models import Reservation
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def leipzig(ada):
    return make_second_warehouse(ada.seller)


@pytest.fixture
def shade(ada):
    return make_product(ada, "SHADE", "Lamp shade")


def sent_from(order):
    """{warehouse: {SKU: units}} of the shipments of an order."""
    found = {}
    rows = ShipmentLine.objects.filter(shipment__order=order)
    for code, sku, units in rows.values_list("shipment__warehouse__code", "line__sku", "quantity"):
        found.setdefault(code, {})[sku] = units
    return found


def test_a_seller_begins_with_the_warehouse_of_its_setting(ada, leipzig, building):
    assert list(
        ada.seller.houses.order_by("position").values_list("warehouse__code", "position")
    ) == [("BER", 0), ("LEJ", 1)]
    ada.seller.warehouse = leipzig
    ada.seller.save(update_fields=["warehouse"])
    codes = ada.seller.houses.order_by("position").values_list("warehouse__code", flat=True)
    assert list(codes) == ["LEJ", "BER"]


def test_an_order_is_split_only_where_no_warehouse_has_all(ada, lamp, shade, leipzig, building):
    put_stock(lamp, 2)
    put_stock(lamp, 2, warehouse=leipzig)
    put_stock(shade, 1, warehouse=leipzig)
    whole = make_order(ada, {"LAMP": 2, "SHADE": 1})
    allocate_due()
    assert sent_from(whole) == {"LEJ": {"LAMP": 2, "SHADE": 1}}

    put_stock(shade, 1, warehouse=leipzig)
    split = make_order(ada, {"LAMP": 2, "SHADE": 1})
    allocate_due()

    assert sent_from(split) == {"BER": {"LAMP": 2}, "LEJ": {"SHADE": 1}}
    numbers = split.shipments.order_by("number").values_list("number", "status")
    assert list(numbers) == [
        (f"{split.number}-1", "released"),
        (f"{split.number}-2", "released"),
    ]
    [event] = Event.objects.filter(order=split, kind="order.allocated")
    assert len(event.data["shipments"]) == 2
    assert findings() == []


def test_what_a_line_lacks_everywhere_is_backordered_once(ada, lamp, leipzig):
    put_stock(lamp, 1)
    put_stock(lamp, 1, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 3})
    allocate_due()
    assert list(order.lines.values_list("allocated", "backordered")) == [(2, 1)]
    assert sorted(Reservation.objects.values_list("quantity", flat=True)) == [1, 1]

    put_stock(lamp, 4, warehouse=leipzig)
    assert allocate_due() == 1

    assert list(order.lines.values_list("allocated", "backordered")) == [(3, 0)]
    assert sent_from(order) == {"BER": {"LAMP": 1}, "LEJ": {"LAMP": 2}}, "no third parcel"
    assert findings() == []


def test_nothing_is_sent_before_all_is_there_anywhere(ada, lamp, leipzig):
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 2}, ships_as="complete")
    allocate_due()
    assert sent_from(order) == {}
    assert allocate_due() == 0, "it waits for a receipt, not in a loop"

    put_stock(lamp, 1, warehouse=leipzig)
    allocate_due()

    assert sent_from(order) == {"BER": {"LAMP": 1}, "LEJ": {"LAMP": 1}}
    assert findings() == []


def test_a_paused_warehouse_gives_nothing(ada, lamp, leipzig):
    put_stock(lamp, 1)
    put_stock(lamp, 5, warehouse=leipzig)
    SellerWarehouse.objects.filter(warehouse=leipzig).update(is_paused=True)
    order = make_order(ada, {"LAMP": 2})
    allocate_due()
    assert sent_from(order) == {"BER": {"LAMP": 1}}
    assert allocate_due() == 0

    SellerWarehouse.objects.update(is_paused=True)
    other = make_order(ada, {"LAMP": 2})
    assert allocate_due() == 1
    assert allocate_due() == 0
    assert list(other.lines.values_list("allocated", "backordered")) == [(0, 2)]
    assert findings() == []


def test_the_nearer_warehouse_is_chosen(ada, lamp, leipzig):
    put_stock(lamp, 9)
    put_stock(lamp, 9, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 2}, postcode="04275", city="Leipzig")
    allocate_due()
    shipment = Shipment.objects.get(order=order)
    assert (shipment.warehouse, shipment.chosen["why"]) == (leipzig, "near")


def test_several_warehouses_cost_a_fixed_number_of_statements(ada, lamp, leipzig):
    put_stock(lamp, 90)
    put_stock(lamp, 90, warehouse=leipzig)
    make_order(ada, {"LAMP": 2})
    with count_statements() as one:
        allocate_due()
    for _ in range(5):
        make_order(ada, {"LAMP": 2})
    with count_statements() as many:
        allocate_due()
    assert len(many) == len(one)
