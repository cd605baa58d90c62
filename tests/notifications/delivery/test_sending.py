"""Claimed messages leave once, and every way a provider can fail them ends in the right state."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from fulfillment.demo.peers import Fault
from notifications.channels.reports import Report
from notifications.delivery import sending
from notifications.delivery.claims import claim
from notifications.delivery.portions import portions
from notifications.delivery.sending import send_batch, send_due
from notifications.models import Attempt, Message, MessageSettings, Receipt
from notifications.reports.receipts import store_reports
from orders.lifecycle.cancel import cancel_order
from tests.notifications.saying import (
    follow_up,
    mail_of,
    make_due,
    seconds_until_next,
    sms_of,
    state,
    tries,
)
from tests.support import servers
from tests.support.cast import make_order
from tests.support.databases import superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(ada, smtp_peer, sms_peer):
    """A confirmation by e-mail that is due."""
    return mail_of(make_order(ada, {"LAMP": 1}, phone=""))


@pytest.fixture
def text(ada, smtp_peer, sms_peer):
    """A confirmation by SMS that is due."""
    return sms_of(make_order(ada, {"LAMP": 1}, email=""))


def test_a_mail_and_a_text_are_sent(ada, smtp_peer, sms_peer):
    order = make_order(ada, {"LAMP": 1}, number="#1001")
    assert send_due() == 2
    assert smtp_peer.messages[0].recipients == ["grace@example.com"]
    assert smtp_peer.messages[0].subject.strip().startswith("Order #1001 is confirmed")
    assert sms_peer.messages[0].to == "+4915112345678"
    mail, text = mail_of(order), sms_of(order)
    assert (mail.status, text.status) == ("sent", "sent")
    assert mail.provider_id == smtp_peer.messages[0].message["Message-ID"]
    assert text.provider_id == sms_peer.messages[0].id
    assert (mail.attempts_made, mail.claimed_by, mail.claimed_until) == (1, "", None)
    assert mail.settled_at is not None
    assert set(Attempt.objects.values_list("provider", "number", "outcome")) == {
        ("smtp", 1, "sent"),
        ("http", 1, "sent"),
    }
    assert Attempt.objects.get(provider="smtp").answer == "250 OK"


def test_nothing_is_sent_twice(mail, smtp_peer):
    assert (send_due(), send_due()) == (1, 0)
    assert len(smtp_peer.messages) == 1


def test_a_lane_is_sent_in_its_order(mail, smtp_peer):
    second = follow_up(mail)
    third = follow_up(second)
    assert send_due() == 3
    sent = [row.message["Message-ID"] for row in smtp_peer.messages]
    planned = [Message.objects.get(pk=row.pk).provider_id for row in (mail, second, third)]
    assert sent == planned


def test_a_refused_recipient_fails_and_frees_the_lane(mail, smtp_peer):
    smtp_peer.refused = {"grace@example.com": "550 5.1.1 no such user"}
    second = follow_up(mail)
    send_due()
    assert state(mail) == ("failed", "550 5.1.1 no such user")
    assert state(second) == ("failed", "550 5.1.1 no such user")
    assert tries(mail) == ["failed"]
    assert smtp_peer.attempts == 0


def test_a_recipient_who_cannot_now_is_tried_again(mail, smtp_peer):
    smtp_peer.refused = {"grace@example.com": "451 4.7.1 greylisted"}
    send_due()
    assert state(mail) == ("retrying", "451 4.7.1 greylisted")
    assert 0 < seconds_until_next(mail) <= 20
    smtp_peer.refused = {}
    make_due(mail)
    send_due()
    assert state(mail) == ("sent", "")
    assert tries(mail) == ["retrying", "sent"]


def test_a_mail_refused_after_its_content_was_not_sent(mail, smtp_peer):
    smtp_peer.behaviour = lambda _: Fault(status=452, text="disk full")
    send_due()
    assert state(mail) == ("retrying", "452 disk full")
    make_due(mail)
    smtp_peer.behaviour = lambda _: Fault(status=554, text="no spam here")
    send_due()
    assert state(mail) == ("failed", "554 no spam here")


@pytest.mark.parametrize("fault", [Fault(hang=3.0, kept=True), Fault(reset=True, kept=True)])
def test_a_mail_without_an_answer_stays_unknown(mail, smtp_peer, settings, fault):
    settings.EMAIL_TIMEOUT = 1
    smtp_peer.behaviour = lambda _: fault
    send_due()
    status, reason = state(mail)
    assert status == "unknown"
    assert reason.startswith("The mail server did not answer after the mail: ")
    smtp_peer.behaviour = None
    make_due(mail)
    assert send_due() == 0
    assert len(smtp_peer.messages) == 1
    assert tries(mail) == ["unknown"]


def test_an_unknown_outcome_frees_the_lane(mail, smtp_peer, settings):
    settings.EMAIL_TIMEOUT = 1
    second = follow_up(mail)
    faults = iter([Fault(hang=3.0)])
    smtp_peer.behaviour = lambda _: next(faults, None)
    send_due()
    assert (state(mail)[0], state(second)) == ("unknown", ("sent", ""))


def test_a_server_that_is_gone_costs_one_attempt_of_one_message(ada, smtp_peer, settings):
    mails = [mail_of(make_order(ada, {"LAMP": 1}, phone="")) for _ in range(3)]
    settings.EMAIL_PORT = 9
    send_due()
    rows = [Message.objects.get(pk=mail.pk) for mail in mails]
    assert sorted((row.status, row.attempts_made) for row in rows) == [
        ("planned", 0),
        ("planned", 0),
        ("retrying", 1),
    ]
    assert {row.reason for row in rows if row.status == "planned"} == {
        "The provider is unreachable."
    }
    settings.EMAIL_PORT = smtp_peer.port
    make_due(*mails)
    send_due()
    assert len(smtp_peer.messages) == 3


def test_a_mail_server_that_hangs_holds_no_text_back(ada, smtp_peer, sms_peer, settings):
    settings.EMAIL_TIMEOUT = 1
    smtp_peer.behaviour = lambda _: Fault(hang=2.0)
    order = make_order(ada, {"LAMP": 1})
    send_due()
    mail, text = mail_of(order), sms_of(order)
    assert (mail.status, text.status) == ("unknown", "sent")
    assert text.settled_at < mail.settled_at


def test_a_provider_that_is_not_set_up_stops_no_other(ada, smtp_peer, settings):
    settings.SMS_PROVIDER = "nobody"
    order = make_order(ada, {"LAMP": 1})
    send_due()
    assert state(mail_of(order)) == ("sent", "")
    assert state(sms_of(order)) == ("planned", "The provider is not configured: see the log.")
    assert sms_of(order).attempts_made == 0


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        (Fault(status=500, text="oops"), "retrying", "500 oops"),
        (Fault(status=401, text="wrong token"), "retrying", "401 wrong token"),
        (Fault(status=302, text="over there"), "retrying", "302 over there"),
        (Fault(status=409, text="under way"), "retrying", "409 under way"),
        (Fault(status=422, text="no such number"), "failed", "422 no such number"),
    ],
)
def test_the_answers_of_a_gateway_have_their_meaning(text, sms_peer, fault, status, reason):
    sms_peer.behaviour = lambda _: fault
    send_due()
    assert state(text) == (status, reason)


def test_a_gateway_says_how_long_it_wants_peace(ada, sms_peer):
    texts = [sms_of(make_order(ada, {"LAMP": 1}, email="")) for _ in range(2)]
    sms_peer.behaviour = lambda _: Fault(status=429, headers={"Retry-After": "300"})
    send_due()
    assert sms_peer.attempts == 1
    assert all(299 < seconds_until_next(text) <= 330 for text in texts)


@pytest.mark.parametrize("fault", [Fault(hang=3.0, kept=True), Fault(reset=True, kept=True)])
def test_a_text_without_an_answer_is_repeated_by_its_key(text, sms_peer, settings, fault):
    settings.SMS_TIMEOUT = 1
    sms_peer.behaviour = lambda _: fault
    send_due()
    assert state(text)[0] == "retrying"
    assert len(sms_peer.messages) == 1
    sms_peer.behaviour = None
    make_due(text)
    send_due()
    assert state(text) == ("sent", "")
    assert (len(sms_peer.messages), sms_peer.attempts) == (1, 2)
    assert sms_peer.messages[0].key == text.key
    assert tries(text) == ["unknown", "sent"]


def test_a_text_that_may_have_come_is_not_said_to_be_overtaken(ada, text, sms_peer):
    sms_peer.behaviour = lambda _: Fault(reset=True, kept=True)
    send_due()
    sms_peer.behaviour = None
    cancel_order(text.order, actor=None)
    make_due(text)
    send_due()
    reason = "The order was cancelled. An earlier attempt may have arrived."
    assert state(text) == ("unknown", reason)
    texts = [message.text.partition(": ")[2][:22] for message in sms_peer.messages]
    number = text.order.number
    assert texts == [f"order {number} is confirmed"[:22], f"order {number} was cancelled"[:22]]


def test_a_text_that_may_have_come_is_held_and_says_so(ada, text, sms_peer):
    """Of one that waits, too, the report of its delivery counts."""
    sms_peer.behaviour = lambda _: Fault(reset=True, kept=True)
    send_due()
    local = datetime.now(ZoneInfo("Europe/Berlin"))
    MessageSettings.objects.filter(seller=ada.seller).update(
        quiet_from=(local - timedelta(hours=1)).time(),
        quiet_until=(local + timedelta(hours=1)).time(),
    )
    make_due(text)
    send_due()
    status, reason = state(text)
    assert (status, reason[:18]) == ("held", "Quiet hours until ")
    assert reason.endswith(" An earlier attempt may have arrived.")
    assert sms_peer.attempts == 1

    report = Report("sms", "http", Receipt.Kind.DELIVERED, timezone.now(), key=text.key)
    store_reports([report])
    assert state(text) == ("delivered", "")


def test_a_text_that_came_to_nobody_is_simply_overtaken(text, sms_peer):
    sms_peer.behaviour = lambda _: Fault(status=429)
    send_due()
    sms_peer.behaviour = None
    cancel_order(text.order, actor=None)
    make_due(text)
    send_due()
    assert state(text) == ("suppressed", "The order was cancelled.")


def test_a_gateway_that_drips_is_cut_off_in_time(text, sms_peer, settings):
    settings.SMS_TIMEOUT = 1
    sms_peer.behaviour = lambda _: Fault(hang=2.0)
    began = time.monotonic()
    send_due()
    assert time.monotonic() - began < 2
    assert state(text)[0] == "retrying"


def test_a_message_is_given_up_after_a_day(text, sms_peer):
    sms_peer.behaviour = lambda _: Fault(status=503, text="oops")
    old = text.created_at.replace(year=text.created_at.year - 1)
    Message.objects.filter(pk=text.pk).update(created_at=old)
    send_due()
    assert state(text) == ("failed", "503 oops")


def test_a_premium_number_is_never_texted(ada, sms_peer):
    text = sms_of(make_order(ada, {"LAMP": 1}, email="", phone="+499001234567"))
    send_due()
    assert state(text) == ("failed", "This is a premium-rate or shared-cost number.")
    assert sms_peer.attempts == 0


def test_no_send_begins_past_half_of_its_lease(mail, smtp_peer):
    send_batch(claim("w1"), channels=sending.OPENERS, begin_before=time.monotonic() - 1)
    assert smtp_peer.attempts == 0
    row = Message.objects.get(pk=mail.pk)
    assert (row.status, row.attempts_made, row.claimed_by) == ("planned", 0, "")


def test_what_is_rendered_leaves_before_the_next_is_rendered(ada, smtp_peer, monkeypatch):
    """The turn ends after the first portion: what is left goes back, and keeps its place."""
    monkeypatch.setattr("notifications.delivery.portions.MOST_LINES", 2)
    mails = [mail_of(make_order(ada, {"LAMP": 1, "CORD": 1}, phone="")) for _ in range(3)]
    claimed = claim("w1")
    assert [len(portion) for portion in portions(claimed)] == [1, 1, 1]
    smtp_peer.behaviour = lambda _: Fault(hang=1.2, kept=True)
    send_batch(claimed, channels=sending.OPENERS, begin_before=time.monotonic() + 1.2)
    rows = [Message.objects.get(pk=mail.pk) for mail in mails]
    assert [(row.status, row.attempts_made) for row in rows] == [
        ("sent", 1),
        ("planned", 0),
        ("planned", 0),
    ]
    moved = (
        row.next_attempt_at - mail.next_attempt_at for row, mail in zip(rows, mails, strict=True)
    )
    assert all(abs(by.total_seconds()) < 1 for by in moved)


def test_a_provider_that_is_down_is_asked_once_in_a_batch(ada, smtp_peer, settings, monkeypatch):
    monkeypatch.setattr("notifications.delivery.portions.MOST_LINES", 1)
    mails = [mail_of(make_order(ada, {"LAMP": 1}, phone="")) for _ in range(3)]
    settings.EMAIL_PORT = 9
    send_batch(claim("w1"), channels=sending.OPENERS, begin_before=time.monotonic() + 30)
    down = ("planned", "The provider is unreachable.")
    assert [state(mail) for mail in mails[1:]] == [down, down]
    assert (state(mails[0])[0], len(tries(mails[0]))) == ("retrying", 1)


def test_sellers_take_turns_in_a_batch(ada, bo):
    many = [mail_of(make_order(ada, {"LAMP": 1}, phone="")) for _ in range(3)]
    one = mail_of(make_order(bo, {"FERN": 1}, phone=""))
    (portion,) = portions(claim("w1"))
    assert [message.pk for message in portion] == [row.pk for row in (many[0], one, *many[1:])]


def test_an_error_in_a_living_worker_counts_no_attempt(ada, mail, smtp_peer):
    class Limit(BaseException):
        """As when a task is told to end."""

    def stopped():
        raise Limit

    with pytest.raises(Limit):
        send_batch(claim("w1"), channels={"email": stopped}, begin_before=time.monotonic() + 30)
    row = Message.objects.get(pk=mail.pk)
    assert (row.status, row.attempts_made, row.claimed_by) == ("planned", 0, "")


def test_a_claim_that_was_taken_away_is_not_sent(mail, smtp_peer):
    claimed = claim("w1")
    Message.objects.filter(pk=mail.pk).update(claimed_by="w2")
    send_batch(claimed, channels=sending.OPENERS, begin_before=time.monotonic() + 30)
    assert (smtp_peer.attempts, tries(mail), state(mail)) == (0, [], ("claimed", ""))


def test_nothing_is_sent_inside_a_transaction(mail, smtp_peer):
    claimed = claim("w1")
    with transaction.atomic(), pytest.raises(RuntimeError):
        send_batch(claimed, channels=sending.OPENERS, begin_before=time.monotonic() + 30)
    assert smtp_peer.attempts == 0


def test_a_poisonous_message_is_put_aside_and_the_others_leave(ada, smtp_peer, sms_peer):
    poisoned = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    healthy = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    Message.objects.filter(pk=poisoned.pk).update(template="no_such_template")
    for _ in range(5):
        send_due()
        make_due(poisoned)
    assert state(healthy) == ("sent", "")
    assert state(poisoned) == ("failed", "The message could not be rendered.")
    assert tries(poisoned) == ["retrying"] * 4 + ["failed"]


def test_facts_that_cannot_be_read_stop_no_other_message(ada, smtp_peer, sms_peer):
    poisoned = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    healthy = mail_of(make_order(ada, {"LAMP": 1}, phone=""))
    with superuser(servers.DATABASE) as connection:  # the portal itself cannot change an event
        damage = """UPDATE orders_event SET data = '{"promise": "no id"}' WHERE id = %s"""
        connection.execute(damage, [poisoned.event_id])
    send_due()
    assert state(healthy) == ("sent", "")
    assert state(poisoned) == ("retrying", "The message could not be rendered.")
