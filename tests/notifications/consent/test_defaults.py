"""What a new shop's customers get without anybody having chosen: five mails, two texts."""

from collections import Counter

import pytest
import time_machine

from notifications.consent.choices import choices_of
from notifications.consent.updates import choose_updates
from notifications.delivery.sending import send_due
from notifications.models import Message, MessageSettings
from orders.events.recording import record
from orders.models import Event
from tests.support.stages import hour, open_house, ready_shipment, started_run
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(smtp_peer, sms_peer):
    """A new shop; no calm, so that nothing is left out because it came too soon."""
    with time_machine.travel(hour(17)[0], tick=True):
        house = open_house()
        MessageSettings.objects.all().delete()
        at_once = {"calm": False, "quiet_from": None, "quiet_until": None}
        MessageSettings.objects.create(seller=house.ada.seller, **at_once)
        yield house


def send_all():
    Message.objects.update(next_attempt_at="2026-01-01T00:00Z")
    while send_due():
        continue


def sent(order):
    """How many messages its customer got, by channel."""
    rows = order.messages.filter(audience="customer", status="sent")
    return Counter(rows.values_list("channel", flat=True))


def unasked(order):
    """How many texts are not sent because the customer has to ask for them."""
    return order.messages.filter(reason__startswith="The customer has not asked").count()


def handed_over(house, **fields):
    """The boxes of an order whose customer was told of each step before the next."""
    shipment = ready_shipment(house, {"LAMP": 1}, **fields)
    send_all()
    boxes = hand_over(shipment.packages.all(), actor=house.pat)
    send_all()
    return boxes


def deliver(house, **fields):
    """An order of one parcel, from its confirmation to the door; every message is sent in time."""
    (box,) = handed_over(house, **fields)
    record([Event.of(box, "due_tomorrow")])
    send_all()
    stop = started_run(house, [box]).stops.get()
    send_all()
    deliver_stop(stop, received_by="Grace", actor=house.cory)
    send_all()
    return box.order


def test_an_order_of_one_parcel_is_five_mails_and_two_texts(house):
    order = deliver(house)

    assert sent(order) == {"email": 5, "sms": 2}
    texts = order.messages.filter(channel="sms", status="sent").order_by("pk")
    assert [row.template for row in texts] == ["out_for_delivery", "delivered"]
    packed = order.messages.get(template="packed", channel="sms")
    assert packed.reason == "The customer has not asked for such text messages."


def test_who_asks_or_has_no_mail_gets_the_other_texts_too(house):
    first, number = deliver(house, email=""), "+4915112345679"
    assert unasked(first) == 0
    order = handed_over(house, phone=number)[0].order
    assert unasked(order) == 3  # confirmed, packed, on its way
    choice = next(row for row in choices_of(order) if row.channel == "sms")
    assert choice.wanted == []

    choose_updates(order, channel="sms", off=[], is_off=False)

    asked = handed_over(house, phone=number)[0].order
    assert unasked(asked) == 0
