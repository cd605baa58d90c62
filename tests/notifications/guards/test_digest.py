"""A seller's inbox: twenty deliveries a day one by one, the rest once an hour, and none missing."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from notifications.delivery import sending
from notifications.delivery.claims import claim
from notifications.delivery.recovery import recover_claims
from notifications.delivery.sending import send_due
from notifications.delivery.unclaimed import suppress_undone
from notifications.facts import load_facts
from notifications.guards import seller_digest
from notifications.guards.all import prepare_facts, verdicts
from notifications.guards.seller_digest import next_hour
from notifications.models import Message, MessageSettings
from notifications.states import MessageStatus
from orders.events.recording import record
from orders.models import Event, Package, Shipment
from tests.notifications.saying import state
from tests.support.cast import make_order, make_product
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def noon():
    """Of today, wherever the test began."""
    return datetime.now(BERLIN).replace(hour=12, minute=0, second=0, microsecond=0)


TOLD = re.compile(r"#(\d+)")


@pytest.fixture
def shop(ada, smtp_peer, sms_peer):
    make_product(ada, "LAMP", "Desk lamp")
    return ada


def deliver(side, *numbers, at=None, received_by="Grace"):
    """Parcels of these orders arrive, as a carrier reports it; their messages to the seller."""
    at, found = at or noon(), []
    for number in numbers:
        order = make_order(side, {"LAMP": 1}, number=str(number), phone="", email="")
        shipment = Shipment.objects.create(
            seller=side.seller, order=order, warehouse=side.seller.warehouse,
            number=f"{number}-1", ship_by=at,
        )  # fmt: skip
        box = Package.objects.create(
            seller=side.seller, order=order, shipment=shipment, number=f"{number}-1-1",
            status="delivered", delivered_at=at, received_by=received_by,
        )  # fmt: skip
        record([Event.of(box, "delivered")])
        found.append(order.messages.get(template="seller_delivered"))
        Message.objects.filter(pk=found[-1].pk).update(
            created_at=at + timedelta(seconds=len(found))
        )
    return found


def prepared(messages):
    """Facts as guards are asked about them."""
    return prepare_facts(load_facts(messages))


def to_seller(side, peer):
    """The mails in the seller's inbox."""
    return [mail for mail in peer.messages if side.seller.email in mail.recipients]


def orders_in(mails):
    """Every order number that these mails report, however often."""
    return [int(n) for mail in mails for n in sorted(set(TOLD.findall(mail.subject + mail.text)))]


def the_hour_comes():
    """Every message that waits is due, until nothing waits any more."""
    while Message.objects.filter(status=MessageStatus.HELD).exists():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE notifications_message SET next_attempt_at = now() WHERE status = 'held'"
            )
        send_due()


def set_limit(side, limit):
    MessageSettings.objects.filter(seller=side.seller).update(digest_above=limit)


def test_a_hundred_deliveries_are_twenty_mails_and_one_an_hour(shop, smtp_peer):
    numbers, hours = iter(range(1001, 1101)), []
    for hour in range(10):
        for part in range(2):
            batch = [next(numbers) for _ in range(5)]
            deliver(shop, *batch, at=noon() + timedelta(hours=hour - 5, minutes=part))
            send_due()
        before = len(to_seller(shop, smtp_peer))
        the_hour_comes()
        hours.append(len(to_seller(shop, smtp_peer)) - before)
    mails = to_seller(shop, smtp_peer)
    assert hours == [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert len(mails) == 28
    assert sorted(orders_in(mails)) == list(range(1001, 1101))
    assert Message.objects.filter(template="seller_delivered", status="sent").count() == 28


def test_a_list_says_what_a_single_mail_says(shop, smtp_peer):
    set_limit(shop, 0)
    deliver(shop, 1001, received_by="Grace")
    deliver(shop, 1002, received_by="the shed\r\nBcc: x@example.com")
    send_due()
    assert to_seller(shop, smtp_peer) == []
    the_hour_comes()
    (mail,) = to_seller(shop, smtp_peer)
    assert mail.subject == "2 orders were delivered"
    assert "- #1001, 12:00 today: Grace\n" in mail.text
    assert "12:00 today: the shed Bcc: x@example.com\n" in mail.text
    assert "/dashboard/orders/?status=delivered_today" in mail.text
    assert "- #1001, 12:00 today: Grace<br>" in mail.html


def test_very_many_deliveries_of_an_hour_are_several_lists(shop, smtp_peer, monkeypatch):
    monkeypatch.setattr(seller_digest, "MOST_LISTED", 3)
    monkeypatch.setattr(sending, "BATCH", 2)  # a list goes through several claims
    set_limit(shop, 0)
    deliver(shop, *range(1001, 1009))
    send_due()
    the_hour_comes()
    lists = [orders_in([mail]) for mail in to_seller(shop, smtp_peer)]
    assert sorted(lists) == [[1001, 1002, 1003], [1004, 1005, 1006], [1007, 1008]]


def test_a_lone_delivery_of_an_hour_is_told_as_ever(shop, smtp_peer):
    set_limit(shop, 0)
    (message,) = deliver(shop, 1001)
    send_due()
    hour = next_hour(timezone.now() + timedelta(seconds=90), "Europe/Berlin").astimezone(BERLIN)
    assert state(message) == ("held", f"Combined into a digest at {hour:%H:%M}.")
    the_hour_comes()
    (mail,) = to_seller(shop, smtp_peer)
    assert mail.subject.endswith("rder #1001 was delivered")


@pytest.mark.parametrize(("seconds", "hour"), [(91, 12), (90, 13), (89, 13)])
def test_an_hour_that_is_about_to_come_is_not_joined(shop, seconds, hour):
    set_limit(shop, 0)
    (message,) = deliver(shop, 1001, at=noon() - timedelta(minutes=5))

    with time_machine.travel(noon() - timedelta(seconds=seconds), tick=False):
        verdict = verdicts(load_facts([message]))[message.pk]

    assert verdict.reason == f"Combined into a digest at {hour}:00."
    assert verdict.delay == seconds + (hour - 12) * 3600


def test_those_that_give_way_point_to_the_one_that_speaks(shop, smtp_peer):
    set_limit(shop, 1)
    first, second, third, last = deliver(shop, 1001, 1002, 1003, 1004)
    send_due()
    the_hour_comes()
    assert state(first) == state(last) == ("sent", "")
    for message in (second, third):
        message.refresh_from_db()
        assert (message.status, message.superseded_by) == ("superseded", last)


def test_two_parcels_of_one_order_are_no_list(shop, smtp_peer):
    (message,) = deliver(shop, 1001)
    box = Package.objects.get(order=message.order)
    other = Package.objects.create(
        seller=shop.seller, order=box.order, shipment=box.shipment, number="1001-1-2",
        status="delivered", delivered_at=noon(),
    )  # fmt: skip
    record([Event.of(other, "delivered")])
    send_due()
    subjects = {mail.subject for mail in to_seller(shop, smtp_peer)}
    assert subjects == {"Part of order #1001 was delivered"}


def test_each_day_begins_anew_where_the_goods_are(shop, smtp_peer):
    set_limit(shop, 1)
    midnight = noon().replace(hour=0)
    deliver(shop, 1001, at=midnight - timedelta(minutes=5))
    deliver(shop, 1002, at=midnight - timedelta(minutes=2))
    deliver(shop, 1003, at=midnight)
    send_due()
    assert orders_in(to_seller(shop, smtp_peer)) == [1001, 1003]


def test_each_seller_has_an_inbox_of_its_own(shop, bo, smtp_peer):
    make_product(bo, "LAMP", "Tea lamp")
    for side in (shop, bo):
        set_limit(side, 1)
    deliver(shop, 1001, 1002, 1003)
    deliver(bo, 2001, 2002, 2003)
    send_due()
    the_hour_comes()
    assert sorted(orders_in(to_seller(shop, smtp_peer))) == [1001, 1002, 1003]
    assert sorted(orders_in(to_seller(bo, smtp_peer))) == [2001, 2002, 2003]


def test_what_is_called_off_leaves_the_list_but_takes_no_other_along(shop, smtp_peer):
    set_limit(shop, 0)
    messages = deliver(shop, 1001, 1002, 1003)
    send_due()
    suppress_undone([messages[0].pk])
    make_due_and_gather()
    assert state(messages[1])[0] == "superseded"
    # The last one speaks for another already: its own parcel is taken back, the other stays told.
    Package.objects.filter(order=messages[2].order).update(status="out_for_delivery")
    suppress_undone([messages[2].pk])
    the_hour_comes()
    (mail,) = to_seller(shop, smtp_peer)
    assert (mail.subject, orders_in([mail])) == ("1 order was delivered", [1002])
    assert state(messages[2]) == ("sent", "")


def make_due_and_gather():
    """The hour comes, and the last one waits a moment for the others."""
    Message.objects.filter(status="held").update(
        next_attempt_at=timezone.now() - timedelta(hours=1)
    )
    send_due()


def test_a_worker_killed_in_the_hour_loses_and_doubles_nothing(shop, smtp_peer):
    set_limit(shop, 0)
    deliver(shop, *range(1001, 1011))
    send_due()
    Message.objects.filter(status="held").update(
        next_attempt_at=timezone.now() - timedelta(hours=1)
    )
    claim("dead-worker", limit=4)
    assert recover_claims() == 4
    send_due()
    the_hour_comes()
    assert sorted(orders_in(to_seller(shop, smtp_peer))) == list(range(1001, 1011))


def test_nobody_gives_way_to_what_is_in_other_hands(shop):
    set_limit(shop, 0)
    messages = deliver(shop, 1001, 1002, 1003)
    send_due()
    Message.objects.filter(status="held").update(
        next_attempt_at=timezone.now() - timedelta(hours=1)
    )
    claimed = claim("w1", limit=3)
    ours, theirs = claimed[:2], claimed[2]
    found = verdicts(prepared(ours))
    assert {verdict.status for verdict in found.values()} == {MessageStatus.HELD}
    assert {verdict.delay for verdict in found.values()} == {1.0}
    assert verdicts(prepared([theirs]))[messages[2].pk].status == MessageStatus.HELD
    both = verdicts(prepared(claimed))
    assert [both[row.pk].by for row in messages] == [messages[2].pk, messages[2].pk, None]


def test_the_last_one_waits_for_facts_that_came_too_late(shop):
    set_limit(shop, 0)
    first, last = deliver(shop, 1001, 1002)
    send_due()
    Message.objects.filter(status="held").update(
        next_attempt_at=timezone.now() - timedelta(hours=1)
    )
    facts = prepared([row for row in claim("w1", limit=2) if row.pk == last.pk])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_message SET status = 'superseded', superseded_by_id = %s "
            "WHERE id = %s",
            [last.pk, first.pk],
        )
    assert verdicts(facts)[last.pk].delay == 1.0
    assert verdicts(prepared([Message.objects.get(pk=last.pk)])) == {}


def test_what_a_list_told_is_corrected_when_it_is_undone(shop, smtp_peer):
    set_limit(shop, 0)
    first, _, last = deliver(shop, 1001, 1002, 1003)
    send_due()
    the_hour_comes()
    for message in (first, last):
        box = Package.objects.get(order=message.order)
        record([Event.of(box, "delivered_undone")])
    send_due()
    subjects = [mail.subject for mail in to_seller(shop, smtp_peer)]
    assert subjects == [
        "3 orders were delivered",
        "Correction: order #1001 is not delivered yet",
        "Correction: order #1003 is not delivered yet",
    ]


def test_a_failed_attempt_is_told_at_once_however_many_there_are(shop, smtp_peer):
    set_limit(shop, 0)
    (message,) = deliver(shop, 1001)
    box = Package.objects.get(order=message.order)
    Package.objects.filter(pk=box.pk).update(status="attempt_failed")
    Message.objects.all().delete()
    record([Event.of(box, "attempt_failed", reason="refused")])
    send_due()
    (mail,) = to_seller(shop, smtp_peer)
    # The parcel of this story holds nothing, so it is a part of its order.
    assert mail.subject == (
        "Delivery attempt failed for part of order #1001: the parcel was refused"
    )
    assert "The customer was told that it goes back." in mail.text
    Package.objects.filter(pk=box.pk).update(status="out_for_delivery")
    record([Event.of(box, "attempt_failed_undone")])
    send_due()
    correction = to_seller(shop, smtp_peer)[-1]
    assert correction.subject == "Correction: order #1001 is still out for delivery"
    assert "could not be delivered. The courier undid that" in correction.text


def test_a_new_address_of_the_seller_gets_only_what_is_new(shop, smtp_peer):
    set_limit(shop, 0)
    deliver(shop, 1001, 1002)
    old = shop.seller.email
    shop.seller.email = "new@example.com"
    shop.seller.save(update_fields=["email"])
    deliver(shop, 1003, 1004)
    send_due()
    the_hour_comes()
    new = [mail for mail in smtp_peer.messages if "new@example.com" in mail.recipients]
    assert orders_in(new) == [1003, 1004]
    assert orders_in([mail for mail in smtp_peer.messages if old in mail.recipients]) == [
        1001,
        1002,
    ]


def test_an_ordinary_day_costs_one_statement(shop):
    deliver(shop, 1001, 1002, 1003)
    facts = prepared(list(Message.objects.filter(template="seller_delivered")))
    with count_statements() as statements:
        assert verdicts(facts) == {}
    # what was suppressed, and what was delivered today
    assert len(statements) == 2


@pytest.mark.parametrize(
    ("now", "zone", "hour"),
    [
        ("2026-11-25T10:59:59+00:00", "Europe/Berlin", "2026-11-25T11:00:00+00:00"),
        ("2026-11-25T10:00:00+00:00", "Europe/Berlin", "2026-11-25T11:00:00+00:00"),
        ("2026-11-25T10:10:00+00:00", "Asia/Kolkata", "2026-11-25T10:30:00+00:00"),
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", "2026-10-25T01:00:00+00:00"),
    ],
)
def test_the_next_full_hour(now, zone, hour):
    assert next_hour(datetime.fromisoformat(now), zone) == datetime.fromisoformat(hour)
