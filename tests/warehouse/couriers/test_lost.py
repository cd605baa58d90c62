"""A parcel that is lost, and found again: counters, promise, books, messages, tracking page."""

import pytest
import time_machine

from notifications.models import Message
from orders.errors import DomainError
from orders.models import Event, Order, OrderLine, Package, Promise
from tests.balance import findings
from tests.support.stages import hour, open_house, sent_packages, started_run
from tests.tracking.tracked import state
from warehouse.couriers.lost import mark_found, mark_lost
from warehouse.couriers.runs import fail_stop
from warehouse.couriers.undelivered import send_back, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    with time_machine.travel(hour(17)[0], tick=True):
        yield once(open_house)


def at(package):
    """(status of the parcel, of its order, units lost), as they are stored."""
    order = Order.objects.get(pk=package.order_id)
    lost = sum(line.lost for line in OrderLine.objects.filter(order=order))
    return Package.objects.get(pk=package.pk).status, order.status, lost


def told(package):
    rows = Message.objects.filter(order=package.order_id, channel="email")
    return list(rows.order_by("pk").values_list("template", flat=True))[-2:]


def test_a_lost_parcel_is_counted_told_and_may_be_found(house):
    (box,) = sent_packages(house, {"LAMP": 2})
    arrival = Promise.objects.get(order=box.order_id, kind="arrives", shipment__isnull=False)

    mark_lost(box, reason="not_found", actor=house.pat)

    assert at(box) == ("lost", "undelivered", 2)
    arrival.refresh_from_db()
    assert (arrival.outcome, Event.objects.filter(kind="promise.broken").count()) == ("broken", 0)
    assert told(box) == ["lost", "seller_lost"]
    seen = state(box.order)
    assert seen["headline"]["text"] == "Your order could not be delivered"
    assert [notice["text"] for notice in seen["notices"]] == [
        "Your parcel was lost in transit. We are sorry: Ada's Lamps decides what happens next "
        "and will contact you."
    ]
    assert findings() == []
    with pytest.raises(DomainError, match="lost"):
        mark_lost(box, reason="stolen", actor=house.pat)

    mark_found(box, actor=house.pat)

    assert at(box) == ("in_transit", "shipped", 0)
    assert told(box) == ["found", "seller_found"]
    assert state(box.order)["history"][0]["text"] == "Found again"
    assert findings() == []
    with pytest.raises(DomainError, match="it is not lost"):
        mark_found(box, actor=house.pat)


def test_who_loses_it_and_on_what_way(house):
    """Not while a run has it; and what was lost on its way back goes on its way back."""
    (box,) = sent_packages(house, {"LAMP": 2})
    stop = started_run(house, [box]).stops.get()
    with pytest.raises(DomainError, match="is on a run"):
        mark_lost(box, reason="stolen", actor=house.pat)
    fail_stop(stop, reason="refused", actor=house.cory)
    with pytest.raises(DomainError, match="Choose how it was lost"):
        mark_lost(box, reason="gone", actor=house.pat)
    send_back(box, actor=house.pat)

    mark_lost(box, reason="stolen", actor=house.pat)
    mark_found(box, actor=house.pat)

    assert at(box) == ("returning", "shipped", 0)
    take_back(box, actor=house.pat)
    assert at(box) == ("returned", "undelivered", 0)
    assert findings() == []
