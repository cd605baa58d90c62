"""Units that lie in a warehouse from which no service goes to the customer."""

import pytest

from orders.accounts.buildings import add_building
from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_units
from orders.lifecycle.edit import edit_order
from orders.lifecycle.holds import release_hold
from orders.models import Destination, Order, Promise, Seller, Service, Warehouse
from orders.promises.reaching import reach_held_orders
from orders.services.editing import add_service
from orders.services.own_reach import own_couriers_reach
from tests.balance import findings
from tests.support.cast import make_order, make_product, make_warehouse, put_stock
from tests.warehouse.stock.test_several_warehouses import order_page, sent_from, signed_in
from warehouse.stock.allocation import allocate_due
from warehouse.stock.moving import send_from

pytestmark = pytest.mark.django_db

HOME = {"street": "Hauptstr. 5", "postcode": "10115", "city": "Berlin", "country": "DE"}
AUSTRIA = {"street": "Ring 1", "postcode": "1010", "city": "Vienna", "country": "AT"}
WHY = "It lies in Vienna, from where no service goes to Berlin, Germany (10115)"


@pytest.fixture
def vienna(ada):
    """A second warehouse, in another country, with couriers of its own."""
    warehouse = make_warehouse("VIE")
    Warehouse.objects.filter(pk=warehouse.pk).update(name="Vienna", **AUSTRIA)
    warehouse.refresh_from_db()
    add_building(ada.seller, warehouse, actor=None)
    ada.channel.seller = Seller.objects.select_related("warehouse").get(pk=ada.seller.pk)
    return warehouse


def held(order):
    rows = order.holds.filter(released_at__isnull=True)
    return [(hold.reason, hold.detail) for hold in rows]


def units(order):
    return list(order.lines.order_by("position").values_list("allocated", "backordered"))


def promised(order):
    return order.promises.filter(kind=Promise.Kind.ARRIVES, settled_at__isnull=True).exists()


def ordered(ada, lines, **fields):
    return make_order(ada, lines, **(HOME | fields))


def nothing_is_due():
    """The allocator does not come back to what it cannot help."""
    return allocate_due() == 0 and reach_held_orders() == 0


def test_an_order_waits_with_the_true_reason_until_a_warehouse_that_can_has_it(ada, lamp, vienna):
    put_stock(lamp, 5, warehouse=vienna)
    order = ordered(ada, {"LAMP": 2})
    allocate_due()

    assert (held(order), sent_from(order), units(order)) == ([("no_service", WHY)], {}, [(0, 2)])
    assert not promised(order), "nobody knows a date"
    assert nothing_is_due()
    assert WHY in order_page(signed_in(ada.owner), order)
    with pytest.raises(DomainError, match="bring units to another warehouse"):
        release_hold(order.holds.get(), actor=ada.owner)

    put_stock(lamp, 2)
    allocate_due()

    assert (held(order), sent_from(order)) == ([], {"BER": {"LAMP": 2}})
    assert promised(order)
    assert nothing_is_due()
    assert findings() == []


def test_it_goes_on_once_a_service_goes_there_from_where_it_lies(ada, lamp, vienna, carrier_peer):
    put_stock(lamp, 5, warehouse=vienna)
    order = ordered(ada, {"LAMP": 2})
    allocate_due()
    assert held(order) == [("no_service", WHY)]
    goal = {"country": "DE", "postcodes": "", "days_min": 2, "days_max": 3}
    add_service(ada.seller, {"name": "Post", "carrier": "", "days": "all"}, [goal], actor=None)
    reach_held_orders()
    allocate_due()
    assert (held(order), sent_from(order)) == ([], {"VIE": {"LAMP": 2}})
    assert promised(order)
    assert nothing_is_due()


def test_an_address_where_it_lies_lets_it_go(ada, lamp, vienna):
    put_stock(lamp, 5, warehouse=vienna)
    order = ordered(ada, {"LAMP": 2})
    allocate_due()
    edit_order(order, AUSTRIA, actor=ada.owner)
    allocate_due()
    assert (held(order), sent_from(order)) == ([], {"VIE": {"LAMP": 2}})
    assert nothing_is_due()


def test_what_others_have_bought_is_only_missing(ada, lamp, vienna):
    put_stock(lamp, 2, warehouse=vienna)
    order = ordered(ada, {"LAMP": 2})
    allocate_due()
    assert held(order) == [("no_service", WHY)]
    ordered(ada, {"LAMP": 2}, **AUSTRIA)
    allocate_due()
    allocate_due()
    assert (held(order), units(order)) == ([], [(0, 2)])
    assert "beyond" not in Order.objects.get(pk=order.pk).service
    assert nothing_is_due()


def test_what_can_leave_leaves_unless_all_is_to_leave_together(ada, lamp, vienna):
    make_product(ada, "SHADE", "Shade")
    put_stock(lamp, 2)
    put_stock(lamp, 9, warehouse=vienna)
    order = ordered(ada, {"LAMP": 3})
    allocate_due()
    assert (held(order), units(order)) == ([], [(2, 1)])
    assert "What is missing lies in Vienna" in order_page(signed_in(ada.owner), order)
    assert nothing_is_due()

    put_stock(lamp, 1)
    allocate_due()
    assert sent_from(order) == {"BER": {"LAMP": 3}}
    put_stock(lamp, 2)
    for rule in ("complete", "together"):
        whole = ordered(ada, {"LAMP": 3}, ships_as=rule)
        allocate_due()
        assert held(whole) == [("no_service", WHY)]
        assert nothing_is_due()
        cancel_units(whole, {whole.lines.get().pk: 1}, actor=ada.owner)
        put_stock(lamp, 2)
        allocate_due()
        assert (held(whole), sent_from(whole)) == ([], {"BER": {"LAMP": 2}})
    assert findings() == []


def test_each_country_is_served_by_its_own_couriers(ada, lamp, vienna, building):
    for place in (building, vienna):
        put_stock(lamp, 9, warehouse=place)
    for address, code in ((HOME, "BER"), (AUSTRIA, "VIE")):
        order = ordered(ada, {"LAMP": 1}, **address)
        allocate_due()
        assert set(sent_from(order)) == {code}
        [shipment] = order.shipments.select_related("warehouse")
        assert shipment.chosen["why"] == "reach"
        order = Order.objects.select_related("seller__warehouse").get(pk=order.pk)
        assert own_couriers_reach(order, shipment)
        other = vienna if code == "BER" else building
        with pytest.raises(DomainError, match="No service goes from"):
            send_from(shipment, other, actor=ada.owner)
        shipment.warehouse = other
        assert not own_couriers_reach(order, shipment)


def test_a_seller_without_services_delivers_where_a_further_warehouse_is(ada, lamp):
    Service.objects.filter(seller=ada.seller).delete()
    Seller.objects.filter(pk=ada.seller.pk).update(services_version=None)
    ada.channel.seller = Seller.objects.select_related("warehouse").get(pk=ada.seller.pk)
    early = ordered(ada, {"LAMP": 1}, **AUSTRIA)
    assert held(early)[0][0] == "no_service"
    warehouse = make_warehouse("VIE")
    Warehouse.objects.filter(pk=warehouse.pk).update(**AUSTRIA)
    warehouse.refresh_from_db()

    add_building(ada.seller, warehouse, actor=None)

    goals = Destination.objects.filter(seller=ada.seller).order_by("position")
    assert list(goals.values_list("country", "days_min", "days_max")) == [
        ("DE", 1, 2), ("AT", 1, 2),
    ]  # fmt: skip
    assert (reach_held_orders(), held(early)) == (1, [])
    put_stock(lamp, 1, warehouse=warehouse)
    allocate_due()
    assert sent_from(early) == {"VIE": {"LAMP": 1}}
