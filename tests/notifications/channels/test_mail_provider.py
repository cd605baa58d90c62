"""Mail through a provider's HTTP API: what its answers, and its silence, mean."""

import pytest

from notifications.channels.base import OutcomeUnknown, Outgoing, Permanent, Temporary
from notifications.channels.mail import email_channel
from tests.notifications.providers import running

TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "grace@example.com"}

INACTIVE = (
    "You tried to send to recipients that have been marked as inactive. "
    "Found inactive addresses: grace@example.com. "
    "Inactive recipients are ones that have generated a hard bounce."
)


@pytest.fixture
def postmark(settings):
    with running(settings, "postmark", answer=TAKEN, SERVER_TOKEN="token") as server:
        yield server


def send():
    mail = Outgoing(
        key="k",
        recipient="grace@example.com",
        subject="Hello",
        text="Hello\n",
        html="<p>Hello</p>",
        sender_name="Ada's Lamps",
        reply_to="help@example.com",
    )
    with email_channel() as channel:
        return channel.send(mail)


def test_a_mail_is_handed_over_with_its_id(postmark):
    assert send().provider_id == "pm-1"
    mail = postmark.mails[0]
    assert (mail["To"], mail["Subject"], mail["ReplyTo"]) == (
        "grace@example.com",
        "Hello",
        "help@example.com",
    )
    assert mail["From"] == "Ada's Lamps <orders@fulfillment.example>"
    assert (mail["TextBody"], mail["HtmlBody"]) == ("Hello\n", "<p>Hello</p>")
    assert {"Name": "Auto-Submitted", "Value": "auto-generated"} in mail["Headers"]


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (422, {"ErrorCode": 300, "Message": "Invalid email request"}, Permanent),
        (422, {"ErrorCode": 406, "Message": INACTIVE}, Permanent),
        (401, {"ErrorCode": 10, "Message": "Bad token"}, Temporary),
        (429, {"ErrorCode": 429, "Message": "Slow down"}, Temporary),
        (500, {}, Temporary),
        (503, {}, Temporary),
        (502, {}, OutcomeUnknown),
        (504, {}, OutcomeUnknown),
        (200, TAKEN | {"MessageID": ""}, OutcomeUnknown),
    ],
)
def test_an_answer_has_its_meaning(postmark, status, answer, error):
    postmark.status, postmark.answer = status, answer
    with pytest.raises(error):
        send()
    assert len(postmark.mails) == 1


def test_silence_after_the_mail_leaves_it_unknown(postmark):
    postmark.hang = 2
    with pytest.raises(OutcomeUnknown):
        send()


def test_a_provider_that_is_not_there_was_not_told(postmark, settings):
    settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": "http://127.0.0.1:9/"}
    with pytest.raises(Temporary) as raised:
        send()
    assert raised.value.is_down
