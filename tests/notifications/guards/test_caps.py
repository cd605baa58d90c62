"""Texts cannot be turned into a bill: caps for an order, a number and a day; countries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.delivery.claims import claim
from notifications.delivery.sending import send_due
from notifications.facts import load_facts
from notifications.guards.caps import beyond_caps
from notifications.guards.sms_caps import COUNTS, sms_cap_guard
from notifications.models import Message, SmsStop, Suppression
from orders.statements import run
from tests.notifications.calling import sent_text
from tests.notifications.saying import follow_up, sms_of, state
from tests.support import servers
from tests.support.cast import make_order
from tests.support.databases import superuser
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db
NUMBER = "+4915112345678"


@pytest.fixture(autouse=True)
def _peers(smtp_peer, sms_peer):
    """Somebody takes what leaves."""


def limit(side, **fields):
    """Choose for a seller."""
    type(side.seller.message_settings).objects.filter(seller=side.seller).update(**fields)


def earlier(messages, minutes):
    """As if these had left so long ago."""
    moved = timezone.now() - timedelta(minutes=minutes)
    Message.objects.filter(pk__in=[row.pk for row in messages]).update(settled_at=moved)


def texts(status):
    return Message.objects.filter(channel="sms", status=status).count()


def test_a_number_gets_five_an_hour(ada, bo, sms_peer):
    orders = [make_order(side, {"LAMP": 1}, phone=NUMBER) for side in (ada, bo) * 4]
    send_due()
    assert (texts("sent"), len(sms_peer.messages)) == (5, 5)
    assert state(sms_of(orders[-1])) == (
        "suppressed",
        "Limit of 5 text messages per hour to one number reached.",
    )
    assert Message.objects.filter(channel="email", status="sent").count() == 8
    earlier(Message.objects.filter(channel="sms", status="sent"), 61)
    assert sent_text(ada, phone=NUMBER).status == "sent"


def test_an_order_gets_twelve(ada):
    message = sent_text(ada)
    for _ in range(12):
        earlier(Message.objects.filter(status="sent"), 61)
        message = follow_up(message)
        send_due()
    assert state(message) == (
        "suppressed",
        "Limit of 12 text messages per order reached.",
    )
    assert texts("sent") == 12


def test_a_seller_is_stopped_for_the_day_and_told_once(ada, client):
    limit(ada, sms_daily_cap=3)
    orders = [make_order(ada, {"LAMP": 1}, phone=f"+491511234567{n}") for n in range(6)]
    send_due()
    assert (texts("sent"), texts("suppressed")) == (3, 3)
    assert state(sms_of(orders[5])) == ("suppressed", "Daily text message limit reached: 3 sent.")
    assert Message.objects.filter(channel="email", status="sent").count() == 6
    sent_text(ada, email="g@example.com")
    assert list(SmsStop.objects.values_list("seller__name", "sent")) == [("Ada's Lamps", 3)]
    client.force_login(ada.owner)
    page = client.get("/dashboard/").content.decode()
    assert page.count("3 text messages sent today.") == 1
    limit(ada, sms_daily_cap=4)
    assert "limit reached" not in client.get("/dashboard/").content.decode()
    assert sent_text(ada).status == "sent"


def test_two_workers_together_pass_no_cap(ada):
    for _ in range(6):
        make_order(ada, {"LAMP": 1}, email="", phone=NUMBER)
    batches = [claim(worker, limit=3) for worker in ("w1", "w2")]
    against = [sms_cap_guard(load_facts(batch)) for batch in batches]
    assert [len(batch) - len(kept) for batch, kept in zip(batches, against, strict=True)] == [2, 2]


def test_what_is_held_back_for_another_reason_takes_no_place(ada):
    limit(ada, sms_daily_cap=1)
    orders = [make_order(ada, {"LAMP": 1}, phone=f"+491511234567{n}") for n in range(2)]
    Suppression.objects.create(
        seller=ada.seller, channel="sms", recipient="+4915112345670", reason="by_hand"
    )
    send_due()
    assert [state(sms_of(order))[0] for order in orders] == ["suppressed", "sent"]


def test_yesterday_does_not_count(ada):
    limit(ada, sms_daily_cap=1)
    first = sent_text(ada)
    earlier([first], 25 * 60)
    assert sent_text(ada).status == "sent"
    assert sent_text(ada).status == "suppressed"


def test_another_sellers_texts_do_not_count(ada, bo):
    limit(ada, sms_daily_cap=1)
    assert [sent_text(side).status for side in (bo, bo, ada)] == ["sent", "sent", "sent"]


@pytest.mark.parametrize(
    ("status", "provider_id", "counts"),
    [
        ("sent", "", True),
        ("delivered", "1", True),
        ("unknown", "", True),
        ("failed", "1", True),  # taken by the provider, so it costs
        ("failed", "", False),
        ("claimed", "", True),  # another worker is about to send it
    ],
)
def test_what_may_have_left_counts(ada, status, provider_id, counts):
    limit(ada, sms_daily_cap=1)
    first = sent_text(ada)
    Message.objects.filter(pk=first.pk).update(provider_id=provider_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_message SET status = %s, claimed_by = 'w2' WHERE id = %s",
            [status, first.pk],
        )
    second = sms_of(make_order(ada, {"LAMP": 1}, phone=NUMBER))
    assert bool(sms_cap_guard(load_facts([second]))) is counts


@pytest.mark.parametrize(
    ("phone", "country", "chosen", "status"),
    [
        ("+4915112345678", "AT", [], "sent"),  # the warehouse's
        ("+436641234567", "AT", [], "sent"),  # the order's
        ("+436641234567", "DE", [], "suppressed"),
        ("+436641234567", "DE", ["AT"], "sent"),
        ("+4915112345678", "DE", ["AT"], "suppressed"),
        ("+447624123456", "GB", [], "suppressed"),  # the Isle of Man is not Great Britain
        ("+882161234567", "DE", [], "failed"),
        ("+491805123456", "DE", [], "failed"),
    ],
)
def test_only_some_countries_are_texted(ada, sms_peer, phone, country, chosen, status):
    limit(ada, sms_countries=chosen)
    text = sent_text(ada, phone=phone, country=country)
    assert text.status == status
    if status == "suppressed":
        assert text.cause == "sms_country"
    assert len(sms_peer.messages) == (status == "sent")


def test_a_batch_is_counted_in_one_statement(ada, bo):
    rows = [sms_of(make_order(side, {"LAMP": 1}, phone=NUMBER)) for side in (ada, bo) * 20]
    facts = load_facts(list(Message.objects.filter(pk__in=[row.pk for row in rows])))
    with count_statements() as seen:
        assert len(sms_cap_guard(facts)) == 35
    assert len(seen) == 1


def test_the_counts_come_from_indexes(ada):
    """With 5,000 texts of a seller, no table is read from end to end."""
    first, busy = sent_text(ada), sent_text(ada)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_message (seller_id, order_id, event_id, template, audience,
              channel, recipient, language, revision, status, cause, reason, next_attempt_at,
              attempts_made, claimed_by, provider_id, created_at, settled_at)
            SELECT seller_id, order_id, event_id, template, audience, channel,
              '+4915' || (10000000 + n), language, 2 + n, 'sent', '', '', now(), 1, '', '',
              now(), now() - n * interval '1 minute'
            FROM notifications_message, generate_series(1, 5000) n WHERE id = %s
            """,
            [busy.pk],
        )
    with superuser(servers.DATABASE) as owner:
        owner.execute("ANALYZE notifications_message")
    values = {
        "worker": "w1",
        "orders": [first.order_id],
        "addresses": [NUMBER],
        "sellers": [first.seller_id],
        "days": [timezone.now() - timedelta(hours=12)],
    }
    lines = run(f"EXPLAIN {COUNTS.sql}", [values[name] for name in COUNTS.names])
    plan = "\n".join(line for (line,) in lines)
    with superuser(servers.DATABASE) as owner:  # dead rows would slow down what comes after
        owner.execute("DELETE FROM notifications_message WHERE revision > 1")
        owner.execute("VACUUM ANALYZE notifications_message")
    assert "text_to_number" in plan
    assert "text_of_seller" in plan
    assert "Seq Scan on notifications_message" not in plan


@pytest.mark.breaks_books  # writes rows that no action would
@pytest.mark.parametrize(
    ("status", "provider_id", "counts"),
    [("sent", "", 1), ("failed", "x-1", 1), ("failed", "", 0), ("suppressed", "", 0)],
)
def test_what_reached_the_provider_counts_for_each_cap(ada, status, provider_id, counts):
    first = sms_of(make_order(ada, {"LAMP": 1}, phone=NUMBER))
    message, seen = follow_up(first), []
    Message.objects.filter(pk=first.pk).update(
        status=status, provider_id=provider_id, settled_at=timezone.now()
    )
    beyond_caps(load_facts([message]), COUNTS, lambda _, sent: seen.append(sent))
    assert seen == [(counts, counts, counts)]
