"""A seller with several warehouses: where the units of an order come from, and what follows."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from orders.access import Role, Viewer
from orders.models import (
    Event,
    Order,
    Product,
    SellerWarehouse,
    Shipment,
    ShipmentLine,
    User,
)
from orders.returns.buildings import building_for
from orders.row_security import seeing
from tests.balance import findings
from tests.support.cast import (
    make_order,
    make_product,
    make_second_warehouse,
    make_user,
    put_stock,
)
from tests.support.statements import count_statements
from warehouse.floor.picking import take_next_pick_list
from warehouse.models import Reservation, Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def leipzig(ada):
    return make_second_warehouse(ada.seller)


@pytest.fixture
def shade(ada):
    return make_product(ada, "SHADE", "Lamp shade")


def signed_in(user):
    client = Client()
    client.force_login(user, backend="orders.accounts.sign_in.ViewerBackend")
    return client


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
    numbers = []
    for orders, is_paused in ((2, True), (2, False), (9, False)):
        SellerWarehouse.objects.filter(warehouse=leipzig).update(is_paused=is_paused)
        for _ in range(orders):
            make_order(ada, {"LAMP": 2})
        with count_statements() as statements:
            assert allocate_due() == orders
        numbers.append(len(statements))
    alone, one, many = numbers
    assert many == one == alone + 3, "addresses, list and open parcels, for all orders of a batch"


def move_shipment(client, shipment, warehouse, **given):
    url = reverse("dashboard_move_shipment", args=[shipment.pk])
    return client.post(url, {"warehouse": warehouse.pk, **given}, follow=True)


def order_page(client, order):
    page = client.get(reverse("dashboard_order", args=[order.pk])).content.decode()
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)))


def test_the_order_page_says_why_and_moves_it(ada, lamp, leipzig, building):
    put_stock(lamp, 1, warehouse=leipzig)
    put_stock(lamp, 2)
    order = make_order(ada, {"LAMP": 2})
    allocate_due()
    client = signed_in(ada.owner)
    because = "From Warehouse BER, because Leipzig had 1 of 2 Title of LAMP"
    assert because in order_page(client, order)

    [shipment] = order.shipments.all()
    refused = move_shipment(client, shipment, leipzig)
    assert refused.status_code == 409
    assert "Leipzig has 1 of 2 Title of LAMP." in unescape(refused.content.decode())
    assert sent_from(order) == {"BER": {"LAMP": 2}}

    put_stock(lamp, 1, warehouse=leipzig)
    move_shipment(client, shipment, leipzig, reason="Berlin is full")

    assert sent_from(order) == {"LEJ": {"LAMP": 2}}
    assert "From Leipzig, because it was moved there" in order_page(client, order)
    [event] = Event.objects.filter(order=order, kind="shipment.moved")
    assert (event.actor, event.data["warehouse"]) == (ada.owner, str(leipzig.pk))
    assert order.changes.get(event=event).after == "Berlin is full"
    assert [(row.supply.warehouse.code, row.quantity) for row in Reservation.objects.all()] == [
        ("LEJ", 2)
    ]
    assert findings() == []


def test_what_is_picked_stays_where_it_is(ada, lamp, leipzig, building, pat):
    put_stock(lamp, 2)
    put_stock(lamp, 2, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 2})
    allocate_due()
    [shipment] = order.shipments.all()
    take_next_pick_list(warehouse=building, actor=pat)
    assert move_shipment(signed_in(ada.owner), shipment, leipzig).status_code == 409
    assert sent_from(order) == {"BER": {"LAMP": 2}}


def test_the_owner_puts_warehouses_in_order_and_pauses_one(ada, lamp, leipzig):
    client = signed_in(ada.owner)
    row = ada.seller.houses.get(warehouse=leipzig)
    client.post(reverse("dashboard_shift_building", args=[row.pk]), {"to": "up"})
    codes = ada.seller.houses.order_by("position").values_list("warehouse__code", "position")
    assert list(codes) == [("LEJ", 0), ("BER", 1)]
    ada.seller.refresh_from_db()
    assert ada.seller.warehouse == leipzig

    client.post(reverse("dashboard_pause_building", args=[row.pk]), {"to": "off"})
    client.post(reverse("dashboard_building_returns", args=[row.pk]), {"to": "on"})
    row.refresh_from_db()
    assert (row.is_paused, row.takes_returns) == (True, True)
    page = client.get(reverse("dashboard_buildings")).content.decode()
    assert "All new returns go to it" in page
    assert Event.objects.filter(kind="seller.warehouses_changed", actor=ada.owner).count() == 3


def test_a_return_goes_back_to_where_it_left(ada, lamp, leipzig):
    order = make_order(ada, {"LAMP": 2})
    line = order.lines.get()
    shipment = Shipment.objects.create(
        seller=ada.seller,
        order=order,
        warehouse=leipzig,
        number="1",
        status="handed_over",
        ship_by=order.ship_by,
    )
    ShipmentLine.objects.create(
        seller=ada.seller, shipment=shipment, line=line, quantity=2, picked=2, packed=2
    )
    assert building_for(order, [line.pk]) == leipzig.pk
    ada.seller.houses.filter(warehouse=ada.seller.warehouse).update(takes_returns=True)
    assert building_for(order, [line.pk]) == ada.seller.warehouse_id


def test_who_works_in_a_warehouse_sees_what_leaves_it(ada, bo, lamp, leipzig, pat):
    put_stock(lamp, 1, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 1})
    allocate_due()
    lotte = make_user("lotte@example.com", "Lotte", Role.LEAD, warehouse=leipzig)
    for user, shipments in ((lotte, 1), (pat, 0)):
        viewer = Viewer.of(User.objects.get(pk=user.pk))
        with seeing(viewer.reach):
            assert Shipment.objects.visible_to(viewer).count() == shipments
            assert Supply.objects.visible_to(viewer).count() == shipments
            assert Order.objects.visible_to(viewer).get() == order
    with seeing(Viewer.of(lotte).reach):
        assert not Product.objects.visible_to(Viewer.of(lotte)).exclude(seller=ada.seller)
