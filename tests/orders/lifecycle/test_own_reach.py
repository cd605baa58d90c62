"""Own couriers get only parcels that they can bring; a packer knows before the box is closed."""

import pytest

from orders.errors import DomainError
from orders.lifecycle.labelling import label_packages
from orders.models import LabelRequest, Order, Package, Seller, Shipment
from orders.services.editing import add_service, adopt_services, delete_service
from orders.services.own_reach import carriers_for, own_couriers_reach
from tests.support.cast import make_order
from tests.support.stages import open_house, packed_shipment, picked_shipment

pytestmark = pytest.mark.django_db

SYDNEY = {"country": "AU", "postcode": "2000", "city": "Sydney", "street": "1 George St"}
MUNICH = {"country": "DE", "postcode": "80331", "city": "Munich", "street": "Marienplatz 1"}
ANY = ({"country": "*", "days_min": 6, "days_max": 12},)


@pytest.fixture
def house(once):
    return once(open_house)


def only(house, *services):
    """The services of Ada's shop: (name, carrier, destinations)."""
    seller = Seller.objects.select_related("warehouse").get(pk=house.ada.seller.pk)
    for service in adopt_services(seller):
        delete_service(service, actor=None)
    for name, carrier, goals in services:
        add_service(
            seller, {"name": name, "carrier": carrier, "days": "weekdays"}, goals, actor=None
        )
    house.ada.channel.seller = Seller.objects.select_related("warehouse").get(pk=seller.pk)


def order_of(shipment):
    return loaded(shipment.order)


def loaded(order):
    return Order.objects.select_related("seller__warehouse").get(pk=order.pk)


def test_a_parcel_abroad_gets_no_label_of_own_couriers(house):
    shipment = packed_shipment(house, {"LAMP": 1}, **SYDNEY)
    only(house, ("Standard abroad", "", ANY))
    # As one that was promised while another carrier was connected.
    Order.objects.update(service={"id": None, "name": "Standard abroad", "carrier": ""})

    with pytest.raises(DomainError) as refused:
        label_packages(shipment, actor=house.pat)

    assert str(refused.value) == (
        f"Order {shipment.order}: our couriers do not deliver to Sydney, Australia (2000), and no "
        "other carrier is connected. Set it aside and tell your lead."
    )
    assert (Package.objects.get().status, LabelRequest.objects.count()) == ("packed", 0)
    assert carriers_for(order_of(shipment), shipment) == []


def test_at_home_they_take_what_has_no_carrier_yet(house):
    only(house, ("Standard", "", ANY))
    shipment = packed_shipment(house, {"LAMP": 1}, **MUNICH)

    (box,) = label_packages(shipment, actor=house.pat)

    assert box.carrier == "own"


def test_they_drive_only_where_their_own_service_goes(house):
    berlin = ({"country": "DE", "postcodes": "10", "days_min": 1, "days_max": 1},)
    only(house, ("Couriers", "own", berlin), ("Standard", "", ANY))

    near = order_of(picked_shipment(house, {"LAMP": 1}))
    far = loaded(make_order(house.ada, {"LAMP": 1}, **MUNICH))

    assert near.service["name"] == "Couriers"
    assert far.holds.get().detail == (
        "No service to Munich, Germany (80331) takes it. "
        "Our own couriers do not drive there, and no other carrier is connected."
    )
    from_here = Shipment(warehouse=house.warehouse)
    reached = [own_couriers_reach(order, from_here) for order in (near, far)]
    assert reached == [True, False]
    unserved = ({"country": "AU", "is_served": False}, *ANY)
    only(house, ("Couriers", "own", unserved), ("Standard", "", ANY))
    sydney = loaded(make_order(house.ada, {"LAMP": 1}, **SYDNEY))
    assert not own_couriers_reach(sydney, from_here)


def test_what_they_took_stays_theirs_when_the_service_ends(house):
    shipment = packed_shipment(house, {"LAMP": 1}, **SYDNEY)
    only(house, ("Standard", "", ANY))

    (box,) = label_packages(shipment, actor=house.pat)

    assert box.carrier == "own"


def test_another_carrier_takes_what_they_do_not_reach(house, carrier_peer):
    only(house, ("Standard abroad", "", ANY))
    shipment = packed_shipment(house, {"LAMP": 1}, **SYDNEY)

    assert carriers_for(order_of(shipment), shipment) == ["peer"]
    with pytest.raises(DomainError, match=r"Sydney, Australia \(2000\). Choose another carrier."):
        label_packages(shipment, actor=house.pat)
    (box,) = label_packages(shipment, carrier="peer", actor=house.pat)

    assert box.carrier == "peer"
