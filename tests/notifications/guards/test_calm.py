"""A calm seller's customers hear the newest state once, soon, and nothing essential is missing."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from notifications.delivery.sending import send_due
from notifications.facts import load_facts
from notifications.guards.calm import calm_guard
from notifications.models import Message, MessageSettings
from orders.models import Order
from tests.notifications.saying import state
from tests.support.cast import make_order
from tests.support.stages import open_house, ready_shipment, sent_packages, started_run
from warehouse.couriers.runs import deliver_stop, fail_stop
from warehouse.floor.hand_over import hand_over

pytestmark = pytest.mark.django_db


def calm_house():
    house = open_house()
    MessageSettings.objects.filter(seller=house.ada.seller).update(calm=True)
    return house


@pytest.fixture
def house(once, smtp_peer, sms_peer):
    return once(calm_house)


def rows(order, channel="email"):
    return order.messages.filter(audience="customer", channel=channel).order_by("pk")


def told(order, channel="email"):
    """{template: status} of what the customer is told."""
    return {row.template: str(row.status) for row in rows(order, channel)}


def let_time_pass(order, **delta):
    """As if everything of this order had happened earlier."""
    delta = timedelta(**delta)
    for row in Message.objects.filter(order=order):
        row.created_at -= delta
        row.next_attempt_at -= delta
        row.settled_at = row.settled_at and row.settled_at - delta
        row.save()


def test_a_newer_state_speaks_for_an_older_one(house, smtp_peer):
    new = {"phone": "", "number": "1001", "placed_at": timezone.now()}
    order = ready_shipment(house, {"LAMP": 1}, **new).order
    send_due()
    assert told(order) == {"confirmed": "sent", "packed": "superseded", "ready": "sent"}
    packed, ready = rows(order)[1:3]
    assert packed.superseded_by == ready
    assert packed.reason == "Replaced by a message with a newer status."


def test_routine_news_of_a_parcel_rests_for_two_hours(house, smtp_peer):
    shipment = ready_shipment(house, {"LAMP": 1}, phone="", number="1001")
    order = shipment.order
    send_due()
    assert told(order)["ready"] == "sent"
    let_time_pass(order, minutes=30)
    hand_over(shipment.packages.all(), actor=house.pat)
    send_due()
    shipped = rows(order).get(template="shipped")
    assert state(shipped) == ("held", "Fewer messages: this parcel had an update within two hours.")
    waits = shipped.next_attempt_at - timezone.now()
    assert timedelta(minutes=88) < waits < timedelta(minutes=91)
    let_time_pass(order, minutes=91)
    send_due()
    assert told(order)["shipped"] == "sent"


def test_what_is_urgent_does_not_wait_behind_routine_news(house, smtp_peer):
    packages = sent_packages(house, {"LAMP": 1}, phone="", number="1001")
    order = packages[0].order
    send_due()
    let_time_pass(order, minutes=10)
    started_run(house, packages)
    send_due()
    assert told(order)["out_for_delivery"] == "sent"


def test_thirty_events_in_five_minutes_are_three_messages(house, smtp_peer):
    packages = sent_packages(
        house, {"LAMP": 1, "SHADE": 1}, boxes=[{"LAMP": 1}, {"SHADE": 1}], phone="", number="1001"
    )
    order = packages[0].order
    send_due()
    for _ in range(6):
        run = started_run(house, packages)
        send_due()
        fail_stop(run.stops.get(), reason="not_home", actor=house.cory)
        send_due()
    run = started_run(house, packages)
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    send_due()
    let_time_pass(order, minutes=6)
    send_due()
    assert rows(order).filter(status="held").count() == 0
    to_customer = [mail for mail in smtp_peer.messages if order.email in mail.recipients]
    subjects = [mail.subject for mail in to_customer]
    assert len(subjects) <= 3
    assert subjects[-1] == "Order #1001 was delivered"
    assert rows(order).count() >= 15


def test_a_burst_ends_after_exactly_five_minutes(house):
    MessageSettings.objects.update(calm=False)
    shipment = ready_shipment(house, {"LAMP": 1}, phone="", number="1001")
    order = shipment.order
    while send_due():
        pass
    packages = hand_over(shipment.packages.all(), actor=house.pat)
    while send_due():
        pass
    MessageSettings.objects.update(calm=True)
    started_run(house, packages)
    news = rows(order).get(template="out_for_delivery")
    now = timezone.now()

    def verdict(age):
        assert rows(order).filter(status="sent").update(settled_at=now - age) > 2
        with time_machine.travel(now, tick=False):
            return calm_guard(load_facts([news])).get(news.pk)

    held = verdict(timedelta(minutes=5) - timedelta(seconds=2))
    assert held is not None
    assert (held.cause, held.delay) == ("calm", 2.0)
    assert verdict(timedelta(minutes=5)) is None


def test_an_old_order_that_is_imported_is_not_confirmed(house, smtp_peer):
    order = make_order(house.ada, {"LAMP": 1}, phone="")
    Order.objects.filter(pk=order.pk).update(placed_at=order.created_at - timedelta(hours=25))
    send_due()
    assert told(order) == {"confirmed": "suppressed"}
    assert smtp_peer.messages == []


def test_a_seller_who_is_not_calm_tells_everything(house, smtp_peer):
    MessageSettings.objects.update(calm=False)
    new = {"phone": "", "number": "1001", "placed_at": timezone.now()}
    order = ready_shipment(house, {"LAMP": 1}, **new).order
    send_due()
    assert told(order) == {"confirmed": "sent", "packed": "sent", "ready": "sent"}


def test_what_waited_too_long_gives_way_even_so(house, smtp_peer):
    MessageSettings.objects.update(calm=False)
    order = ready_shipment(house, {"LAMP": 1}, phone="", number="1001").order
    let_time_pass(order, minutes=31)
    send_due()
    assert told(order) == {"confirmed": "sent", "packed": "superseded", "ready": "sent"}
