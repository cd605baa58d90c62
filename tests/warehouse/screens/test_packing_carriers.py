"""The carrier at the packing bench: none is offered that does not go to the address."""

import pytest

from orders.models import Order, Package, Service
from orders.services.known import mark_changed
from tests.support.stages import packed_shipment, picked_shipment

pytestmark = pytest.mark.django_db


def bench(shipment, button=""):
    return f"/warehouse/pack/{shipment.pk}/{button}"


def test_a_packer_knows_before_the_box_is_closed_that_nobody_brings_it(house, pia):
    shipment = picked_shipment(house, {"LAMP": 1}, country="AU", city="Sydney", postcode="2000")
    only_at_home(house.ada.seller)
    told = "No label: our couriers do not deliver to Sydney, Australia (2000), and no other carrier"

    assert told in pia.opens(bench(shipment)).text
    pia.sends(bench(shipment), code="LAMP")
    closed = pia.sends(bench(shipment, "close/"))
    assert told in closed.text
    assert "Set it aside: it gets no label yet." in closed.text
    assert "Make label" not in closed.text
    refused = pia.sends(bench(shipment, "labels/"))

    assert (refused.kind, "do not deliver to Sydney" in refused.says) == ("alarm", True)
    assert Package.objects.get().status == "packed"


def test_a_packer_chooses_a_carrier_that_goes_there(house, pia, carrier_peer):
    shipment = packed_shipment(house, {"LAMP": 1}, country="AU", city="Sydney", postcode="2000")
    only_at_home(house.ada.seller)

    screen = pia.opens(bench(shipment))
    assert ("Own couriers" in screen.text, "No label" in screen.text) == (False, False)
    pia.sends(bench(shipment, "labels/"))

    assert Package.objects.get().carrier == "peer"


def only_at_home(seller):
    """As if nobody had promised own couriers abroad: the carrier is chosen at the bench."""
    Service.objects.filter(seller=seller).update(carrier="")
    mark_changed(seller)
    Order.objects.update(service=None)
