"""Vonage on the line: the documented form, statuses of parts, and what stays unknown."""

import pytest

from fulfillment.demo.peers import Fault
from fulfillment.demo.peers.vonage import KEY, SECRET
from notifications.channels.base import OutcomeUnknown, Outgoing, Permanent, Temporary
from notifications.channels.sms import sms_channel

TEXT = Outgoing(key="k-1", recipient="+4915112345678", text="Grüße", sender_name="Ada's Lamps")


def send(outgoing=TEXT):
    with sms_channel() as channel:
        return channel.send(outgoing)


def test_the_documented_form_is_posted(vonage_peer, settings):
    receipt = send()
    assert vonage_peer.forms == [
        {
            "api_key": KEY,
            "api_secret": SECRET,
            "to": "4915112345678",
            "from": "Adas Lamps",
            "text": "Grüße",
            "type": "text",
            "client-ref": "k-1",
            "status-report-req": "1",
            "callback": f"{settings.SITE_URL}/hooks/sms/vonage/",
        }
    ]
    assert receipt.provider_id == vonage_peer.messages[0].id


def test_other_alphabets_travel_as_unicode(vonage_peer):
    send(Outgoing(key="k", recipient="+306912345678", text="Αθήνα"))
    assert (vonage_peer.forms[0]["type"], vonage_peer.forms[0]["text"]) == ("unicode", "Αθήνα")


def test_a_text_of_several_parts_is_one(vonage_peer):
    vonage_peer.parts = (0, 0)
    first = vonage_peer.wait_for
    receipt = send()
    assert receipt.provider_id == first(1)[0].id
    assert len(receipt.answer.split()) == 2


@pytest.mark.parametrize(
    ("parts", "kind", "why"),
    [
        ((1,), Temporary, "1 Throughput Rate Exceeded"),
        ((9,), Temporary, "9 Quota Exceeded"),
        ((7,), Permanent, "7 Number barred"),
        ((0, 1), OutcomeUnknown, "Only 1 of 2 parts"),
        ((), OutcomeUnknown, "no id"),
    ],
)
def test_a_status_says_what_to_do(vonage_peer, parts, kind, why):
    vonage_peer.parts = parts
    with pytest.raises(kind, match=why):
        send()


def test_a_wrong_key_is_ours_to_repair(vonage_peer, settings):
    settings.VONAGE_API_SECRET = "old"
    with pytest.raises(Temporary, match="4 Bad Credentials") as raised:
        send()
    assert raised.value.is_down


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(reset=True, kept=True), OutcomeUnknown),
        (Fault(hang=3, kept=True), OutcomeUnknown),
        (Fault(500), OutcomeUnknown),
        (Fault(429), Temporary),
    ],
)
def test_a_broken_line_proves_nothing(vonage_peer, settings, fault, kind):
    settings.SMS_TIMEOUT = 1
    vonage_peer.behaviour = lambda sms: fault
    with pytest.raises(kind):
        send()
