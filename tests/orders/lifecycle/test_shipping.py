"""Labels: every packed box gets a carrier and a tracking number, once."""

import pytest

from orders.carriers import OWN, carrier_of
from orders.errors import DomainError
from orders.lifecycle.holds import hold_order
from orders.lifecycle.labelling import label_packages, refuse_held
from orders.models import Event, Hold, Package
from tests.support.racing import race
from tests.support.stages import open_house, packed_shipment, picked_shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


def one_box():
    """The warehouse, and a packed shipment of one box."""
    house = open_house()
    return house, packed_shipment(house, {"LAMP": 1})


def test_every_packed_box_gets_its_own_number(house):
    shipment = packed_shipment(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])

    labelled = label_packages(shipment, actor=house.pat)

    assert [package.status for package in labelled] == ["labelled", "labelled"]
    assert [package.carrier for package in labelled] == [OWN, OWN]
    stored = list(Package.objects.order_by("pk").values_list("tracking_number", flat=True))
    assert stored == [package.tracking_number for package in labelled]
    assert all(carrier_of(OWN).recognises(number) for number in stored)
    assert len(set(stored)) == 2
    assert Event.objects.filter(kind="package.labelled", actor=house.pat).count() == 2


def test_boxes_without_work_are_not_labelled(house):
    shipment = picked_shipment(house, {"LAMP": 1})

    with pytest.raises(DomainError, match="has no packed box without a label"):
        label_packages(shipment, actor=house.pat)


def test_an_unknown_carrier_is_refused(once):
    house, shipment = once(one_box)

    with pytest.raises(DomainError, match="There is no carrier “pigeon”"):
        label_packages(shipment, carrier="pigeon", actor=house.pat)

    package = Package.objects.get()
    assert (package.status, package.carrier, package.tracking_number) == ("packed", "", "")


def test_labels_are_given_once(once):
    house, shipment = once(one_box)

    results, refusals = race(*[lambda: label_packages(shipment, actor=house.pat)] * 2)

    assert len(results) == 1
    assert refusals == [f"Shipment {shipment} has no packed box without a label."]
    assert Event.objects.filter(kind="package.labelled").count() == 1


def test_a_hold_on_another_shipment_stops_nothing(once):
    house, held = once(one_box)
    free = packed_shipment(house, {"LAMP": 1})
    hold_order(held.order, reason=Hold.Reason.SELLER, actor=None)

    refuse_held([free])
    with pytest.raises(DomainError, match=f"Order {held.order} is on hold"):
        refuse_held([free, held])


def test_a_hold_on_one_shipment_stops_that_one(once):
    _, shipment = once(one_box)
    hold = hold_order(shipment.order, reason=Hold.Reason.SELLER, actor=None)
    hold.shipment = shipment
    hold.save(update_fields=["shipment"])

    with pytest.raises(DomainError, match="set it aside until the hold is released"):
        refuse_held([shipment])
