"""What a worker that died had claimed leaves all the same, and never twice."""

import os
import signal
import time

import pytest
from django.db import connection

from fulfillment.demo.peers import Fault
from notifications import tasks
from notifications.delivery import sending
from notifications.delivery.attempts import begin_attempt, new_attempt
from notifications.delivery.claims import TWICE, claim
from notifications.delivery.recovery import recover_claims
from notifications.delivery.sending import send_batch, send_due
from notifications.models import Message, Worker
from tests.notifications.saying import mail_of, make_due, sms_of, state, tries
from tests.support.cast import make_order
from tests.support.racing import in_a_child
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(ada, smtp_peer, sms_peer):
    """An order whose two confirmations are due."""
    return make_order(ada, {"LAMP": 1})


def beat(name, seconds_ago):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notifications_worker (name, beat_at) "
            "VALUES (%s, now() - %s * interval '1 second')",
            [name, seconds_ago],
        )


def begun(message):
    """The worker has begun to send this claimed message when it dies."""
    assert begin_attempt(message, new_attempt(message, "smtp"))


def test_claims_of_a_silent_worker_return(order, smtp_peer, sms_peer):
    beat("w1", 16)
    claim("w1")
    assert recover_claims() == 2
    assert state(mail_of(order)) == ("planned", "The worker stopped.")
    assert state(sms_of(order)) == ("retrying", "The worker stopped.")
    send_due()
    assert (mail_of(order).status, sms_of(order).status) == ("sent", "sent")
    assert (len(smtp_peer.messages), len(sms_peer.messages)) == (1, 1)


def test_claims_of_a_worker_that_beats_stay(order):
    beat("w1", 14)
    claim("w1")
    assert recover_claims() == 0
    assert mail_of(order).status == "claimed"


def test_a_provider_that_is_not_set_up_keeps_no_claim(order, settings):
    claim("w1")
    settings.SMS_PROVIDER = "nobody"
    assert recover_claims() == 2
    assert (mail_of(order).status, sms_of(order).status) == ("planned", "planned")


def test_a_lease_that_ended_returns_even_from_a_worker_that_beats(order):
    beat("w1", 0)
    claim("w1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_message SET claimed_until = now() - interval '1 s'")
    assert recover_claims() == 2


def test_a_worker_that_lives_is_never_counted_as_a_crash(order):
    """However often its lease ends: nothing is claimed alone, nothing is given up."""
    for _ in range(6):
        beat("w1", 0)
        make_due(mail_of(order), sms_of(order))
        assert len(claim("w1")) == 2
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE notifications_message SET claimed_until = now() - interval '1 s'"
            )
        assert recover_claims() == 2
        Worker.objects.all().delete()
    late = "No answer came before the end of the lease."
    assert (state(mail_of(order)), tries(mail_of(order))) == (("planned", ""), [])
    # The gateway may have the text: it is asked again by the same key.
    assert (state(sms_of(order)), tries(sms_of(order))) == (("retrying", late), ["unknown"] * 6)


def test_a_mail_that_was_begun_is_unknown_and_not_sent_again(order, smtp_peer):
    begun(next(message for message in claim("w1") if message.channel == "email"))
    recover_claims()
    mail = mail_of(order)
    assert state(mail) == ("unknown", "The worker stopped before the provider answered.")
    assert tries(mail) == ["unknown"]
    send_due()
    assert smtp_peer.messages == []


def test_a_mail_cannot_begin_after_its_claim_returned(order):
    mail = next(message for message in claim("w1") if message.channel == "email")
    recover_claims()
    assert not begin_attempt(mail, new_attempt(mail, "smtp"))
    assert tries(mail) == []


def test_five_crashes_make_a_dead_letter(order):
    for crash in range(1, 6):
        make_due(mail_of(order), sms_of(order))
        claim("w1", crashes=min(crash - 1, TWICE))
        assert recover_claims() == 2
    reason = "Given up: the worker stopped 5 times while sending it."
    assert state(mail_of(order)) == ("failed", reason)
    # The gateway may have the text: no note is made before a provider that knows keys is asked.
    assert state(sms_of(order)) == ("unknown", reason)


def test_suspects_are_claimed_apart_by_the_number_of_their_crashes(order, ada):
    claim("w1")
    recover_claims()
    innocent = make_order(ada, {"LAMP": 1}, phone="")
    assert [message.pk for message in claim("w2")] == [mail_of(innocent).pk]
    assert claim("w2", limit=1, crashes=TWICE) == []
    assert claim("w2", limit=1, crashes=1) == [mail_of(order)]
    recover_claims()
    make_due(mail_of(order))
    assert claim("w3", limit=10, crashes=1) == [sms_of(order), mail_of(innocent)]
    assert claim("w3", limit=1, crashes=TWICE) == [mail_of(order)]


def test_what_a_killed_worker_had_is_sent_by_the_next_in_few_claims(ada, smtp_peer):
    """A hundred messages must not become a hundred batches of one."""
    for _ in range(12):
        make_order(ada, {"LAMP": 1}, phone="")
    assert len(claim("w1")) == 12
    recover_claims()
    with count_statements() as statements:
        send_due()
    assert len(smtp_peer.messages) == 12
    # One by one they would take more than three hundred.
    assert len(statements) < 150


def test_what_a_live_worker_put_back_is_no_poison_message(order):
    begin_before = time.monotonic() - 1
    send_batch(claim("w1"), channels=sending.OPENERS, begin_before=begin_before)
    assert len(claim("w2")) == 2


def test_the_task_returns_claims_and_sends(order, smtp_peer):
    claim("w1")
    tasks.recover_claims()
    assert (mail_of(order).status, len(smtp_peer.messages)) == ("sent", 1)


def test_workers_dead_for_long_are_forgotten(order):
    beat("old", 3700)
    beat("new", 20)
    recover_claims()
    assert list(Worker.objects.values_list("name", flat=True)) == ["new"]


def test_a_killed_worker_process_loses_nothing(order, smtp_peer, sms_peer):
    """A child process claims, sends the SMS, hangs in the mail, and is killed."""
    smtp_peer.behaviour = lambda _: Fault(hang=20.0)
    child = in_a_child(send_due)
    deadline = time.monotonic() + 10
    while smtp_peer.attempts == 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert sms_of(order).status == "sent"
    assert mail_of(order).status == "claimed"
    assert recover_claims() == 0  # it has only just fallen silent
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_worker SET beat_at = now() - interval '16 s'")
    assert recover_claims() == 1
    assert state(mail_of(order)) == ("unknown", "The worker stopped before the provider answered.")
    assert Message.objects.filter(status="claimed").count() == 0


def test_without_a_wake_up_the_sweep_sends(order):
    assert state(mail_of(order)) == ("planned", "")
    tasks.send_due()
    assert (mail_of(order).status, sms_of(order).status) == ("sent", "sent")
