"""Twilio on the line: the documented form, what its codes mean, and what stays unknown."""

import pytest

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.twilio import ACCOUNT
from notifications.channels.base import (
    OptedOut,
    OutcomeUnknown,
    Outgoing,
    Permanent,
    Temporary,
)
from notifications.channels.sms import sms_channel

TEXT = Outgoing(key="k-1:a", recipient="+4915112345678", text="Grüße", sender_name="Ada's Lamps")


def send(outgoing=TEXT):
    with sms_channel() as channel:
        return channel.send(outgoing)


def test_the_documented_form_is_posted(twilio_peer, settings):
    receipt = send()
    assert twilio_peer.forms == [
        {
            "To": "+4915112345678",
            "From": "Adas Lamps",
            "Body": "Grüße",
            "StatusCallback": f"{settings.SITE_URL}/hooks/sms/twilio/?key=k-1%3Aa",
        }
    ]
    assert (receipt.provider_id, receipt.answer) == (twilio_peer.messages[0].id, "queued")


def test_a_messaging_service_chooses_the_sender(twilio_peer, settings):
    settings.TWILIO_MESSAGING_SERVICE_SID = "MG1"
    send(Outgoing(key="k", recipient="+12125550123", text="Hello"))
    assert twilio_peer.messages[0].sender == "MG1"


def test_a_wrong_key_is_ours_to_repair(twilio_peer, settings):
    settings.TWILIO_AUTH_TOKEN = "old"
    with pytest.raises(Temporary, match="401 20003 Authenticate") as raised:
        send()
    assert raised.value.is_down
    settings.TWILIO_ACCOUNT_SID = ACCOUNT + "/../x"
    with pytest.raises(Temporary):
        send()
    assert twilio_peer.attempts == 0


@pytest.mark.parametrize(
    ("code", "kind", "is_down"),
    [
        (21211, Permanent, None),
        (21408, Permanent, None),
        (21614, Permanent, None),
        (21610, OptedOut, None),
        (21611, Temporary, True),
        (30002, Temporary, True),
    ],
)
def test_a_code_says_what_to_do(twilio_peer, code, kind, is_down):
    twilio_peer.refused[TEXT.recipient] = code
    with pytest.raises(kind, match=str(code)) as raised:
        send()
    assert type(raised.value) is kind
    assert getattr(raised.value, "is_down", None) is is_down


def test_what_is_too_much_is_tried_later(twilio_peer):
    twilio_peer.behaviour = lambda sms: Fault(429, "Too Many", headers={"Retry-After": "7"})
    with pytest.raises(Temporary) as raised:
        send()
    assert (raised.value.is_down, raised.value.retry_after) == (True, 7.0)


@pytest.mark.parametrize(
    "fault",
    [Fault(reset=True, kept=True), Fault(hang=3, kept=True), Fault(500), Fault(502), Fault(504)],
)
def test_an_answer_that_got_lost_proves_nothing(twilio_peer, settings, fault):
    settings.SMS_TIMEOUT = 1
    twilio_peer.behaviour = lambda sms: fault
    with pytest.raises(OutcomeUnknown):
        send()
    assert twilio_peer.attempts == 1


def test_a_redirect_is_not_followed(twilio_peer):
    elsewhere = {"Location": f"{twilio_peer.url}/elsewhere"}
    twilio_peer.behaviour = lambda sms: Fault(307, headers=elsewhere)
    with pytest.raises(Temporary):
        send()
    assert twilio_peer.attempts == 1


def test_a_line_that_was_hung_up_is_opened_again(twilio_peer):
    with sms_channel() as channel:
        channel.send(TEXT)
        channel.line.connection.sock.shutdown(0)  # as a server does that has waited long enough
        channel.send(TEXT)
    assert len(twilio_peer.messages) == 2


def test_a_country_that_wants_a_number_gets_ours(twilio_peer, settings):
    american = Outgoing(key="k", recipient="+12125550123", text="Hello", sender_name="Ada")
    with pytest.raises(Permanent, match="A text to US needs a number there: SMS_NUMBERS has none"):
        send(american)
    settings.SMS_NUMBERS = {"US": "+15005550006"}
    send(american)
    assert [sms.sender for sms in twilio_peer.messages] == ["+15005550006"]
