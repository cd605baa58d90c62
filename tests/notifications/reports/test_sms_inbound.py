"""STOP, START and HELP by text: obeyed for each seller, answered once, and only when signed."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fulfillment.demo.peers import sms
from notifications.delivery.sending import send_due
from notifications.models import InboundText, Message, Suppression
from notifications.reports.keywords import Word, keyword_of
from notifications.reports.opt_outs import delete_old_texts
from orders.models import Event
from tests.notifications.calling import call, hook, sent_text

NUMBER = "+4915112345678"
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", Word.STOP),
        (" stop. ", Word.STOP),
        ("Stop .", Word.STOP),
        ("Arrêt", Word.STOP),
        ("arre\u0302t", Word.STOP),
        ("opt-out", Word.STOP),
        ("OptOut", Word.STOP),
        ("td", Word.STOP),
        ("\u200bQUIT\n", Word.STOP),
        ("ＥＮＤ", Word.STOP),
        ("Start", Word.START),
        ("help.", Word.HELP),
        ("", None),
        (".", None),
        ("STOP it", None),
        ("Please stop", None),
        ("stopp", None),
        ("x" * 2000, None),
    ],
)
def test_a_word_is_known_in_every_spelling(text, word):
    assert keyword_of(text) is word


pytestmark = pytest.mark.django_db


@pytest.fixture
def peer(sms_peer, settings):
    """The plain gateway, which knows our secret."""
    settings.SMS_HOOK_SECRET = sms.SECRET
    return sms_peer


def say(client, peer, text, provider="http", number=NUMBER):
    made = peer.inbound(hook(provider, "inbound"), number, text)
    return call(client, made), made


def answers():
    return list(
        Message.objects.filter(template__startswith="texts_")
        .order_by("pk")
        .values_list("template", "status")
    )


def test_a_stop_is_kept_and_confirmed_once(ada, client, peer):
    sent_text(ada)
    _, made = say(client, peer, "Stop.")
    for _ in range(4):
        assert call(client, made).status_code == 200
    say(client, peer, "STOP")
    send_due()
    row = Suppression.objects.get()
    assert (row.seller, row.channel, row.recipient, row.reason) == (
        ada.seller,
        "sms",
        NUMBER,
        "stopped",
    )
    assert answers() == [("texts_stopped", "sent")]
    assert [taken.text for taken in peer.messages[1:]] == [
        "Ada's Lamps: you will get no more text messages about your orders. Reply START to resume."
    ]
    assert sent_text(ada).status == "suppressed"
    assert Event.objects.filter(kind="text_messages.stopped").count() == 1


def test_a_start_lifts_it_and_is_confirmed_once(ada, client, peer):
    sent_text(ada)
    say(client, peer, "STOP")
    _, made = say(client, peer, "start")
    call(client, made)
    say(client, peer, "START")
    send_due()
    assert Suppression.objects.count() == 0
    assert answers() == [("texts_stopped", "sent"), ("texts_started", "sent")]
    assert sent_text(ada).status == "sent"


def test_a_start_lifts_no_other_reason(ada, client, peer):
    text = sent_text(ada)
    Suppression.objects.create(
        seller=text.seller, channel="sms", recipient=NUMBER, reason="by_hand"
    )
    say(client, peer, "STOP")
    say(client, peer, "START")
    assert Suppression.objects.get().reason == "by_hand"
    assert answers() == []


def test_help_says_who_we_are_once_an_hour(ada, client, peer):
    text = sent_text(ada)
    for _ in range(3):
        say(client, peer, "HELP")
    send_due()
    assert answers() == [("texts_help", "sent")]
    number = text.order.number
    assert peer.messages[-1].text == (
        f"Ada's Lamps: text messages about your order {number}. Questions: help-ada@example.com."
    )
    InboundText.objects.update(received_at=timezone.now() - timedelta(minutes=61))
    say(client, peer, "HELP")
    assert len(answers()) == 2


def test_a_stop_concerns_every_seller_who_texted_lately(ada, bo, client, peer):
    sent_text(ada)
    sent_text(bo)
    old = sent_text(bo, phone="+4915112345679")
    Message.objects.filter(pk=old.pk).update(settled_at=timezone.now() - timedelta(days=91))
    say(client, peer, "STOP")
    say(client, peer, "STOP", number="+4915112345679")
    stopped = Suppression.objects.values_list("seller__name", "recipient").order_by("seller__name")
    assert list(stopped) == [("Ada's Lamps", NUMBER), ("Bo & Leaf", NUMBER)]
    send_due()
    assert answers() == [("texts_stopped", "sent")]
    assert Message.objects.get(template="texts_stopped").seller == bo.seller


def test_the_night_and_a_cancelled_order_keep_no_answer_back(ada, client, peer):
    text = sent_text(ada)
    ada.seller.message_settings.sms_daily_cap = 0
    ada.seller.message_settings.save(update_fields=["sms_daily_cap"])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_order SET status = 'cancelled' WHERE id = %s", [text.order_id]
        )
    say(client, peer, "STOP")
    send_due()
    assert answers() == [("texts_stopped", "sent")]


def test_five_calls_at_once_are_one(ada, peer):
    sent_text(ada)
    made = peer.inbound(hook("http", "inbound"), NUMBER, "STOP")
    codes = []

    def knock():
        codes.append(call(Client(), made).status_code)
        connection.close()

    threads = [threading.Thread(target=knock) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [200] * 5
    assert (InboundText.objects.count(), len(answers())) == (1, 1)


def test_twilio_texts_our_answer_itself(ada, client, twilio_peer):
    sent_text(ada)
    answer, made = say(client, twilio_peer, "STOP", "twilio")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Ada&#x27;s Lamps: you will get '
        "no more text messages about your orders. Reply START to resume.</Message></Response>"
    )
    assert call(client, made).content.decode() == EMPTY
    assert (Suppression.objects.count(), answers()) == (1, [])


def test_what_twilio_answered_itself_is_not_answered_again(ada, client, twilio_peer):
    sent_text(ada)
    made = twilio_peer.inbound(hook("twilio", "inbound"), NUMBER, "STOP", OptOutType="STOP")
    assert call(client, made).content.decode() == EMPTY
    assert Suppression.objects.get().reason == "stopped"


def test_vonage_passes_words_on(ada, client, vonage_peer):
    sent_text(ada)
    answer, _ = say(client, vonage_peer, "ARRET", "vonage")
    assert answer.status_code == 200
    send_due()
    assert answers() == [("texts_stopped", "sent")]


def test_other_texts_and_strangers_change_nothing(ada, client, peer):
    sent_text(ada)
    for text in ("Thank you", "stop it", ""):
        assert say(client, peer, text)[0].status_code == 200
    for number in ("+4915199999999", "Ada", ""):
        say(client, peer, "STOP", number=number)
    assert (Suppression.objects.count(), answers()) == (0, [])
    assert list(InboundText.objects.values_list("number", flat=True)) == ["+4915199999999"]


@pytest.mark.parametrize("text_id", ["a\x00b", "\ud800", "x" * 5000, 5])
def test_a_strange_id_is_an_id(ada, client, peer, text_id):
    sent_text(ada)
    fields = {"id": text_id, "from": NUMBER, "text": "STOP"}

    assert call(client, sms.signed(hook("http", "inbound"), fields)).status_code == 200
    assert InboundText.objects.count() == 1


def test_an_unsigned_word_is_not_obeyed(ada, client, peer):
    sent_text(ada)
    made = peer.inbound(hook("http", "inbound"), NUMBER, "STOP")
    assert call(client, made, x_signature="0" * 64).status_code == 403
    assert (Suppression.objects.count(), InboundText.objects.count()) == (0, 0)


def test_words_are_forgotten_after_a_month(ada, client, peer):
    say(client, peer, "STOP")
    delete_old_texts()
    assert InboundText.objects.count() == 1
    InboundText.objects.update(received_at=timezone.now() - timedelta(days=31))
    delete_old_texts()
    assert InboundText.objects.count() == 0
