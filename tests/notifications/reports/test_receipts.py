"""Reports of providers: each counts once, in any order, also before our own attempt has ended."""

import threading
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications.channels.reports import Report
from notifications.delivery.attempts import new_attempt
from notifications.delivery.claims import claim
from notifications.delivery.outcomes import Outcome
from notifications.delivery.sending import send_due
from notifications.delivery.settling import settle
from notifications.delivery.unclaimed import reopen
from notifications.models import Message, Receipt, Suppression
from notifications.reports.receipts import match_receipts, store_reports
from notifications.states import MessageStatus
from tests.notifications.saying import follow_up, mail_of, state
from tests.support.cast import make_order
from tests.support.spoiling import spoiled
from tests.support.stages import open_house
from tests.support.waiting import wait_until

pytestmark = pytest.mark.django_db
NOON = timezone.now()


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def mail(house, smtp_peer):
    return mail_of(make_order(house.ada, {"LAMP": 1}, phone="", placed_at=NOON))


def report(kind, minutes=0, **fields):
    at = NOON + timedelta(minutes=minutes)
    return Report("email", "postmark", Receipt.Kind(kind), at, **fields)


def sent(message, provider_id="p-1"):
    """The message has left and the provider calls it so."""
    (claimed,) = claim("w1", limit=1)
    assert claimed.pk == message.pk
    attempt = new_attempt(claimed, "postmark")
    settle([Outcome(claimed, MessageStatus.SENT, provider_id=provider_id, attempt=attempt)])


def test_a_delivered_mail_is_delivered(mail):
    sent(mail)
    store_reports([report("delivered", provider_id="p-1")])
    assert state(mail) == ("delivered", "")
    assert mail.receipts.count() == 1


def test_a_report_that_comes_five_times_counts_once(mail):
    sent(mail)
    for _ in range(5):
        store_reports([report("bounced", provider_id="p-1", detail="550 no such user")])
    assert state(mail) == ("failed", "550 no such user")
    assert (Receipt.objects.count(), Suppression.objects.count()) == (1, 1)


def test_every_order_of_reports_ends_in_the_same_state(mail):
    sent(mail)
    story = [
        report("deferred", 1, provider_id="p-1"),
        report("failed", 2, provider_id="p-1", detail="451 later"),
        report("delivered", 3, provider_id="p-1"),
        report("complained", 4, provider_id="p-1"),
    ]
    for shuffled in permutations(story):
        for each in shuffled:
            store_reports([each])
        assert state(mail) == ("delivered", "")
        Receipt.objects.all().delete()


def test_a_bounce_after_the_delivery_is_believed(mail):
    sent(mail)
    store_reports([report("bounced", 2, provider_id="p-1", detail="550 gone")])
    store_reports([report("delivered", 1, provider_id="p-1")])
    assert state(mail) == ("failed", "550 gone")


def test_a_report_before_our_own_commit_waits_for_it(mail):
    store_reports([report("delivered", provider_id="p-1")])
    assert state(mail) == ("planned", "")
    sent(mail)
    assert match_receipts() == 1
    assert state(mail) == ("delivered", "")


def test_our_own_key_resolves_what_was_unknown(mail):
    (claimed,) = claim("w1", limit=1)
    settle([Outcome(claimed, MessageStatus.UNKNOWN, "The answer got lost.")])
    store_reports([report("delivered", key=mail.key)])
    assert state(mail) == ("delivered", "")


def test_what_is_tried_again_stops_when_it_has_arrived(mail):
    (claimed,) = claim("w1", limit=1)
    settle([Outcome(claimed, MessageStatus.RETRYING, "No answer.", delay=60.0)])
    store_reports([report("delivered", key=mail.key)])
    assert state(mail) == ("delivered", "")


def test_a_report_of_an_earlier_try_decides_nothing(mail):
    sent(mail)
    store_reports([report("bounced", provider_id="p-1", detail="550")])
    reopen(Message.objects.get(pk=mail.pk), recipient="new@example.com")
    store_reports([report("bounced", 9, provider_id="p-1", detail="550 again")])
    assert state(mail) == ("retrying", "Resent manually.")


def test_a_report_of_a_stranger_changes_nothing(mail):
    sent(mail)
    store_reports([report("bounced", provider_id="p-2"), report("bounced", key="nonsense")])
    assert state(mail) == ("sent", "")
    assert Receipt.objects.filter(message__isnull=True).count() == 2


@pytest.mark.parametrize("kind", ["bounced", "complained"])
def test_an_address_that_bounced_or_complained_is_left_alone(mail, kind):
    sent(mail)
    store_reports([report(kind, provider_id="p-1")])
    later = follow_up(mail)
    send_due()
    reason = Suppression.objects.get(recipient="grace@example.com").get_reason_display()
    assert state(later) == ("suppressed", f"{reason} ({timezone.now():%Y-%m-%d}).")


def test_another_seller_may_still_write(house, mail):
    sent(mail)
    store_reports([report("bounced", provider_id="p-1")])
    other = mail_of(make_order(house.bo, {"MUG": 1}, phone="", placed_at=NOON))
    send_due()
    assert state(other) == ("sent", "")


def test_a_failure_without_words_still_says_why(mail):
    sent(mail)
    store_reports([report("failed", provider_id="p-1")])
    assert state(mail) == ("failed", "Its provider reports: failed.")


def test_of_two_calls_at_once_the_later_event_decides(mail):
    sent(mail)
    late = threading.Thread(
        target=in_a_connection_of_its_own,
        args=[
            lambda: store_reports([report("bounced", 1, provider_id="p-1", detail="550 for now")])
        ],
    )
    with transaction.atomic():
        store_reports([report("delivered", 2, provider_id="p-1")])
        late.start()
        wait_until(somebody_waits_for_a_lock)
    late.join(timeout=10)
    assert state(mail) == ("delivered", "")


def in_a_connection_of_its_own(action):
    try:
        action()
    finally:
        connection.close()


def somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT l.granted AND a.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_a_report_that_cannot_be_applied_holds_up_no_other(house, smtp_peer):
    mails = [
        mail_of(make_order(house.ada, {"LAMP": 1}, phone="", placed_at=NOON, email=email))
        for email in ("gone@example.com", "here@example.com")
    ]
    send_due()
    ids = [row.provider_id for row in Message.objects.filter(pk__in=[mail.pk for mail in mails])]
    with spoiled("notifications_suppression", recipient="gone@example.com"):
        store_reports(
            [report("bounced", provider_id=ids[0]), report("delivered", 1, provider_id=ids[1])]
        )
        assert [state(mail)[0] for mail in mails] == ["sent", "delivered"]
        aside = Receipt.objects.get(set_aside_at__isnull=False)
        assert (aside.kind, aside.message) == ("bounced", None)
    match_receipts()
    assert state(mails[0])[0] == "sent"
    Receipt.objects.filter(pk=aside.pk).update(set_aside_at=NOON - timedelta(hours=2))
    match_receipts()
    assert state(mails[0])[0] == "failed"
