"""A provider that is down or slow is spared, and takes neither the workers nor other channels."""

import time

import pytest
from django.db import connection

from fulfillment.demo.peers.kept import Fault
from notifications.delivery import sending
from notifications.delivery.circuit import create_circuits
from notifications.delivery.claims import claim, claim_granted
from notifications.delivery.sending import send_due
from notifications.models import Attempt, ChannelCircuit, Message
from tests.notifications.saying import make_due
from tests.support.cast import make_order
from tests.support.racing import race

pytestmark = pytest.mark.django_db


def pull(seconds):
    """As if so many seconds had passed at the circuits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_channelcircuit "
            "SET filled_at = filled_at - %s * interval '1 second', "
            "open_until = open_until - %s * interval '1 second'",
            [seconds, seconds],
        )


def mails(status):
    return Message.objects.filter(channel="email", status=status)


@pytest.fixture
def orders(ada, smtp_peer, sms_peer):
    return [make_order(ada, {"LAMP": 1}, phone=f"+491511234567{n}") for n in range(8)]


@pytest.fixture
def down(orders, smtp_peer):
    """Three times the mail server said that it closes."""
    smtp_peer.behaviour = lambda mail: Fault(status=421)
    for _ in range(3):
        make_due(*mails("planned"), *mails("retrying"))
        send_due()
    smtp_peer.behaviour = None
    make_due(*mails("planned"), *mails("retrying"))


def test_after_three_failures_nothing_knocks_for_a_while(down, smtp_peer, sms_peer):
    assert ChannelCircuit.objects.get(channel="email").failures == 3
    tries = Attempt.objects.filter(message__channel="email").count()
    send_due()
    assert Attempt.objects.filter(message__channel="email").count() == tries
    assert smtp_peer.messages == []
    assert len(sms_peer.messages) == 8


def test_one_message_goes_to_see_and_the_others_follow(down, smtp_peer):
    pull(120)
    send_due()
    assert mails("sent").count() == 8
    assert ChannelCircuit.objects.get(channel="email").failures == 0


def test_a_probe_that_fails_keeps_the_gate_closed(down, smtp_peer):
    smtp_peer.behaviour = lambda mail: Fault(status=421)
    pull(120)
    send_due()
    circuit = ChannelCircuit.objects.get(channel="email")
    assert (circuit.failures, mails("sent").count()) == (4, 0)
    assert mails("retrying").count() + mails("planned").count() == 8


def test_a_rate_is_kept_over_all_workers(orders, settings):
    settings.SEND_RATES = {"email": 2, "sms": 0}
    begun = time.monotonic()

    def most(tokens):
        """So many, and what comes in while the machine takes its time."""
        return tokens + 2 * (time.monotonic() - begun)

    send_due()
    assert mails("sent").count() <= most(1)  # the bucket begins empty
    pull(1)
    send_due()
    assert 2 <= mails("sent").count() <= most(3)
    pull(60)
    send_due()
    assert mails("sent").count() <= most(7)  # two seconds' worth, however long it was quiet
    settings.SEND_RATES = {}
    send_due()
    assert mails("sent").count() == 8


def test_a_worker_that_hangs_in_a_channel_leaves_the_rest_to_others(orders):
    hanging = claim("w1", {"email": 2}, senders=1)
    assert len(hanging) == 2
    assert claim("w2", {"email": 10}, senders=1) == []
    assert len(claim("w2", {"sms": 10}, senders=1)) == 8
    assert len(claim("w1", {"email": 1}, senders=1)) == 1
    assert len(claim("w3", {"email": 10}, senders=2)) == 5


def test_two_workers_at_once_do_not_share_a_channel(orders, settings):
    settings.SENDERS_PER_CHANNEL = 1
    create_circuits(["email"])
    taken, _ = race(claimer("w1"), claimer("w2"))
    assert sorted(map(bool, taken)) == [False, True]


def claimer(name):
    return lambda: claim_granted(name, ["email"], limit=4)[0]


def test_two_workers_send_over_two_channels_at_once(orders, sms_peer, settings):
    settings.SENDERS_PER_CHANNEL = 1
    taken = []

    def claim_mails(_text):
        found, _ = race(lambda: claim("w2", {"email": 10}, senders=1))
        taken.append(len(found[0]))

    sms_peer.behaviour = claim_mails
    assert send_due() == 8
    assert taken == [8, *[0] * 7]
    assert len(sms_peer.messages) == 8


def test_a_process_only_helps_out_beside_others(orders, sms_peer, settings):
    settings.SENDERS_PER_CHANNEL = 1
    assert len(claim("w1", {"email": 10})) == 8
    assert send_due(help_seconds=0.0) == 0
    settings.SENDERS_PER_CHANNEL = 2
    assert send_due(help_seconds=0.0) == 8
    assert len(sms_peer.messages) == 8


def test_a_helper_sends_what_is_left_once_the_others_have_ended(
    orders, sms_peer, settings, monkeypatch
):
    now = [0.0]
    monkeypatch.setattr(sending, "monotonic", lambda: now[0])
    settings.SENDERS_PER_CHANNEL = 1
    other = Message.objects.filter(pk=claim("w1", {"email": 1})[0].pk)

    def end_the_other(_text):
        other.update(status="sent", claimed_by="")
        now[0] = 2.0  # the help is over

    sms_peer.behaviour = end_the_other
    send_due(help_seconds=1.0)
    assert (len(sms_peer.messages), mails("sent").count()) == (8, 8)
