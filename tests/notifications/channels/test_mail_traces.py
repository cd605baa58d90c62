"""Our key travels with every mail, and a provider that knows keys sends it once."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.channels.base import OutcomeUnknown, Outgoing, Temporary
from notifications.channels.mail import email_channel
from notifications.channels.provider_fields import METADATA, TAG, TRACKS_OPENS
from notifications.delivery.claims import claim
from notifications.delivery.outcomes import Outcome
from notifications.delivery.sending import send_due
from notifications.delivery.settling import settle
from notifications.models import Message
from notifications.states import MessageStatus
from tests.notifications.mail_calls import call, secrets
from tests.notifications.providers import Resend, running
from tests.notifications.saying import mail_of, make_due, state, tries
from tests.support.cast import make_order
from tests.support.stages import open_house

KEY = "0199-e:customer:email:1"
# What each API wants to be there, and what it answers, as it documents both.
APIS = {
    "brevo": ({"API_KEY": "k"}, {"messageId": "<b-1@relay>"}),
    "mailersend": ({"API_TOKEN": "k"}, {}),
    "mailgun": ({"API_KEY": "k", "SENDER_DOMAIN": "d"}, {"id": "<m-1@d>", "message": "Queued."}),
    "mailjet": (
        {"API_KEY": "k", "SECRET_KEY": "s"},
        {"Messages": [{"Status": "success", "To": [{"Email": "grace@example.com",
         "MessageID": 1, "MessageUUID": "u"}]}]},
    ),
    "mailtrap": ({"API_TOKEN": "k"}, {"success": True, "message_ids": ["mt-1"]}),
    "mandrill": (
        {"API_KEY": "k"}, [{"email": "grace@example.com", "status": "sent", "_id": "md-1"}],
    ),
    "postal": (
        {"API_KEY": "k"},
        {"status": "success", "data": {"messages": {"grace@example.com": {"id": 7}}}},
    ),
    "postmark": (
        {"SERVER_TOKEN": "k"},
        {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "grace@example.com"},
    ),
    "resend": ({"API_KEY": "k"}, {"id": "re-1"}),
    "scaleway": (
        {"SECRET_KEY": "k", "PROJECT_ID": "p", "REGION": "fr-par"},
        {"emails": [{"id": "sc-1", "rcpt_to": "grace@example.com", "mail_rcpt":
         "grace@example.com", "status": "new"}]},
    ),
    "sendgrid": ({"API_KEY": "k"}, {}),
    "sparkpost": (
        {"API_KEY": "k"},
        {"results": {"id": "sp-1", "total_accepted_recipients": 1, "total_rejected_recipients": 0}},
    ),
    "unisender_go": (
        {"API_KEY": "k"}, {"status": "success", "job_id": "u-1", "emails": ["grace@example.com"]},
    ),
}  # fmt: skip


def send(**fields):
    mail = {"key": KEY, "recipient": "grace@example.com", "subject": "Hello", "text": "Hello\n"}
    with email_channel() as channel:
        return channel.send(Outgoing(**mail | fields))


@pytest.mark.parametrize("name", APIS)
def test_each_provider_takes_our_key_as_far_as_it_can(settings, name):
    fields, answer = APIS[name]
    with running(settings, name, answer=answer, **fields) as server:
        try:
            send()
        except OutcomeUnknown:  # MailerSend answers with a header that is not there
            assert name == "mailersend"
    sent = json.dumps(server.mails)
    assert (KEY in sent) is (name in METADATA | TAG)
    assert len(server.mails) == 1


def test_the_table_knows_every_provider_of_anymail():
    assert set(APIS) | {"amazon_ses"} == METADATA | TAG | TRACKS_OPENS


def test_postmark_gets_the_key_and_watches_nobody(settings):
    fields, answer = APIS["postmark"]
    with running(settings, "postmark", answer=answer, **fields) as server:
        send()
    mail = server.mails[0]
    assert mail["Metadata"] == {"key": KEY}
    assert (mail["TrackOpens"], mail["TrackLinks"]) == (False, "None")


def test_resend_sends_a_key_once(settings):
    with running(settings, "resend", kind=Resend, API_KEY="k") as server:
        with email_channel() as channel:
            assert channel.knows_keys
        first, again, other = send(), send(), send(key="another")
    assert (first.provider_id, again.provider_id, other.provider_id) == ("re-1", "re-1", "re-2")
    assert [headers["Idempotency-Key"] for headers, _ in server.calls] == [KEY, KEY, "another"]


def test_only_who_keeps_a_key_for_a_day_knows_keys(settings):
    for name in set(APIS) - {"resend"}:
        settings.EMAIL_PROVIDER = name
        assert not email_channel().knows_keys


def test_other_words_under_the_same_key_are_not_taken_for_sent(settings):
    with running(settings, "resend", kind=Resend, API_KEY="k"):
        send()
        with pytest.raises(OutcomeUnknown):
            send(text="Hello today\n")


def test_the_same_key_under_way_is_asked_again_later(settings):
    answer = {"name": "concurrent_idempotent_requests", "message": "Same key in progress."}
    with running(settings, "resend", kind=Resend, answer=answer, API_KEY="k") as server:
        server.status = 409
        with pytest.raises(Temporary) as raised:
            send()
    assert not raised.value.is_down


@pytest.mark.django_db
def test_a_silent_resend_is_asked_again_and_sends_once(settings, sms_peer):
    house = open_house()
    mail = mail_of(make_order(house.ada, {"LAMP": 1}, phone="", placed_at=timezone.now()))
    with running(settings, "resend", kind=Resend, API_KEY="k") as server:
        server.hang = 2
        send_due()
        assert state(mail)[0] == "retrying"
        server.hang = 0
        Message.objects.update(next_attempt_at=timezone.now())
        make_due(mail)
        send_due()
    assert (state(mail), len(server.taken), len(server.calls)) == (("sent", ""), 1, 2)
    assert tries(mail) == ["unknown", "sent"]


@pytest.mark.django_db
def test_the_key_in_a_report_resolves_an_unknown_mail(settings, smtp_peer):
    settings.ANYMAIL = settings.ANYMAIL | secrets()
    house = open_house()
    mail = mail_of(make_order(house.ada, {"LAMP": 1}, phone="", placed_at=timezone.now()))
    (claimed,) = claim("w1", limit=1)
    settle([Outcome(claimed, MessageStatus.UNKNOWN, "The answer got lost.")])
    report = {
        "RecordType": "Delivery",
        "MessageID": "pm-9",
        "Recipient": "grace@example.com",
        "DeliveredAt": (timezone.now() + timedelta(seconds=1)).isoformat(),
        "Metadata": {"key": mail.key},
    }
    assert call("postmark", report).status_code == 200
    assert state(mail) == ("delivered", "")


@pytest.mark.django_db
def test_a_tag_of_postal_is_our_key(settings):
    settings.ANYMAIL = settings.ANYMAIL | secrets()
    house = open_house()
    mail = mail_of(make_order(house.ada, {"LAMP": 1}, phone="", placed_at=timezone.now()))
    (claimed,) = claim("w1", limit=1)
    settle([Outcome(claimed, MessageStatus.UNKNOWN, "The answer got lost.")])
    message = {"id": 7, "to": "grace@example.com", "direction": "outgoing", "tag": mail.key}
    report = {"timestamp": 1795600000.5, "payload": {"status": "Sent", "message": message}}
    assert call("postal", report | {"uuid": "u"}).status_code == 200
    assert state(mail) == ("delivered", "")
