"""What one guard keeps back, another counts on, and an undo takes back: nothing falls between."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.delivery.claims import claim
from notifications.delivery.outcomes import Outcome
from notifications.delivery.sending import send_due
from notifications.delivery.settling import settle
from notifications.guards.seller_warnings import MOST_AN_HOUR, TOO_MANY
from notifications.kinds.catalogue import kind_of
from notifications.models import Message, MessageSettings, Suppression
from notifications.states import MessageStatus
from orders.models import Event, Seller
from orders.states import PACKAGE_UNDO_MOVES, SHIPMENT_UNDO_MOVES
from tests.notifications.saying import follow_up, make_due, said, seconds_until_next, state
from tests.support.cast import make_order
from tests.support.stages import open_house, ready_shipment, sent_packages, started_run
from warehouse.couriers.runs import deliver_stop
from warehouse.couriers.undo import undo_stop
from warehouse.floor.undo import undo_ready

pytestmark = pytest.mark.django_db
# What customers are told of a status, where it is not the status itself.
TOLD_AS = {"handed_over": {"shipped"}, "delivered": {"delivered", "delivered_to_neighbour"}}
UNTOLD = {"labelled"}


@pytest.fixture
def house(once, smtp_peer, sms_peer):
    return once(open_house)


def be_calm(house, **choices):
    MessageSettings.objects.filter(seller=house.ada.seller).update(calm=True, **choices)


def mails(order):
    rows = order.messages.filter(audience="customer", channel="email").order_by("pk")
    return {row.template: str(row.status) for row in rows}


@pytest.mark.parametrize(
    ("status", "again"),
    [(was, back) for was, targets in PACKAGE_UNDO_MOVES.items() for back in sorted(targets)],
)
def test_a_message_is_untrue_once_its_fact_was_taken_back(status, again):
    if status in UNTOLD or status == "packed" or status == "handed_over":
        return  # told of shipments: see below
    for template in TOLD_AS.get(status, {status}):
        assert again in kind_of(template).overtaken_by, template


def test_the_same_of_shipments():
    for status, targets in SHIPMENT_UNDO_MOVES.items():
        for template in TOLD_AS.get(status, {status}):
            assert targets <= kind_of(template).not_yet, template


def test_nothing_gives_way_to_what_the_shop_does_not_send(house):
    be_calm(house, switched_off=["ready:email"])
    order = ready_shipment(house, {"LAMP": 1}, phone="").order
    send_due()
    told = mails(order)
    assert (told["packed"], told["ready"]) == ("sent", "suppressed")


def test_nothing_gives_way_to_what_goes_to_nobody(house):
    be_calm(house)
    order = ready_shipment(house, {"LAMP": 1}, phone="").order
    Suppression.objects.create(
        seller=house.ada.seller, channel="email", recipient="grace@example.com", reason="by_hand"
    )
    send_due()
    assert {mails(order)["packed"], mails(order)["ready"]} == {"suppressed"}


def test_what_gave_way_to_a_mistake_is_news_again(house, settings):
    settings.UNDO_HOLD_SECONDS = 60
    packages = sent_packages(house, {"LAMP": 1}, phone="")
    order = packages[0].order
    make_due(*order.messages.filter(status="held"))
    send_due()
    run = started_run(house, packages)
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    send_due()
    assert mails(order)["out_for_delivery"] == "superseded"
    undo_stop(run.stops.get(), actor=house.cory)
    send_due()
    told = mails(order)
    assert (told["out_for_delivery"], told["delivered"]) == ("sent", "suppressed")


def test_nothing_gives_way_to_what_was_called_off_meanwhile(house):
    order = make_order(house.ada, {"LAMP": 1}, phone="")
    first = order.messages.get(template="confirmed")
    other = Message.objects.create(
        seller_id=order.seller_id, order=order, event_id=first.event_id, template="confirmed",
        audience="customer", channel="email", recipient="other@example.com",
        status="suppressed", cause="undone", reason="Undone before it was sent.",
    )  # fmt: skip
    Message.objects.filter(pk=first.pk).update(
        status="claimed", claimed_by="w1", attempts_made=1, claimed_until=first.created_at
    )
    first.refresh_from_db()
    settle([Outcome(first, MessageStatus.SUPERSEDED, "Told together.", returned=1, by=other.pk)])
    first.refresh_from_db()
    assert (first.status, first.superseded_by, first.settled_at) == ("planned", None, None)


def test_a_correction_does_not_wait_for_calm(house):
    be_calm(house)
    shipment = ready_shipment(house, {"LAMP": 1}, phone="")
    order = shipment.order
    send_due()
    assert mails(order)["ready"] == "sent"
    event = Event.objects.filter(order=order, kind="shipment.packed").get()
    held = Message.objects.create(
        seller_id=order.seller_id, order=order, event=event, template="packed", revision=2,
        audience="customer", channel="email", recipient="grace@example.com", status="held",
        cause="calm", reason="Fewer messages: this parcel had an update within two hours.",
    )  # fmt: skip
    # Not in a burst any more, and within the two hours in which a parcel rests.
    order.messages.update(settled_at=timezone.now() - timedelta(minutes=20))
    undo_ready(shipment, actor=house.pat)
    send_due()
    assert mails(order)["correction"] == "sent"
    assert state(held)[0] != "held"


def test_what_was_there_before_the_claim_does_not_shorten_the_wait(house):
    order = make_order(house.ada, {"LAMP": 1}, phone="")
    first = order.messages.get(template="confirmed", channel="email")
    before = timezone.now() - timedelta(seconds=10)
    later = follow_up(first)
    Message.objects.filter(pk=later.pk).update(created_at=before)
    (claimed,) = claim("w1", limit=1)
    settle([Outcome(claimed, MessageStatus.HELD, "Calm: later.", 3600.0, returned=1)])
    assert seconds_until_next(first) > 3500


def test_what_comes_while_a_message_is_in_hand_is_not_kept_waiting(house):
    order = make_order(house.ada, {"LAMP": 1}, phone="")
    first = order.messages.get(template="confirmed", channel="email")
    (claimed,) = claim("w1", limit=1)
    assert claimed.pk == first.pk
    settle([Outcome(claimed, MessageStatus.HELD, "Calm: later.", 3600.0, returned=1)])
    assert seconds_until_next(first) > 3500
    make_due(first)
    (claimed,) = claim("w1", limit=1)
    follow_up(first)
    settle([Outcome(claimed, MessageStatus.HELD, "Calm: later.", 3600.0, returned=1)])
    assert seconds_until_next(first) <= 0


def test_a_gift_is_only_counted_in_a_text_message(house):
    order = sent_packages(house, {"LAMP": 2}, is_gift=True, number="1001")[0].order
    assert "LAMP" not in said(order, "shipped", "sms").text
    assert ": 2 items. " in said(order, "shipped", "sms").text
    assert "2 × Title of LAMP" in said(order, "shipped").text


@pytest.mark.breaks_books  # writes rows that no action would
def test_nobody_waits_for_a_parcel_of_what_does_not_travel(house):
    order = make_order(house.ada, {"LAMP": 1})
    order.lines.update(ships=False)
    assert "when it is packed" not in said(order, "confirmed").text


def test_a_seller_without_an_address_is_visibly_not_told(house):
    Seller.objects.filter(pk=house.ada.seller.pk).update(email="")
    packages = sent_packages(house, {"LAMP": 1})
    run = started_run(house, packages)
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    untold = packages[0].order.messages.get(template="seller_delivered")
    assert state(untold) == ("suppressed", "The seller has no e-mail address.")


@pytest.mark.breaks_books  # warnings about promises that nobody made
def test_a_seller_gets_some_warnings_an_hour_and_finds_the_rest(house):
    order = make_order(house.ada, {"LAMP": 1}, phone="", email="")
    promise = order.promises.get()
    for _ in range(MOST_AN_HOUR + 3):
        event = Event.objects.create(
            seller_id=order.seller_id, order=order, kind="promise.broken", subject_id=promise.pk,
            data={"promise": str(promise.pk)},
        )  # fmt: skip
        Message.objects.create(
            seller_id=order.seller_id, order=order, event=event, template="seller_broken",
            audience="seller", channel="email", recipient=house.ada.seller.email,
        )  # fmt: skip
    send_due()
    rows = order.messages.filter(template="seller_broken").order_by("pk")
    assert [row.status for row in rows] == ["sent"] * MOST_AN_HOUR + ["suppressed"] * 3
    assert {row.reason for row in rows[MOST_AN_HOUR:]} == {TOO_MANY}
