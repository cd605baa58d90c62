"""A mail on the line: headers that nobody can add to, and an address that is only one."""

import pytest

from notifications.channels.base import Outgoing, Permanent
from notifications.channels.mail import SmtpChannel, mail_of, message_id

HOSTILE = "Eve\r\nBcc: all@example.com\r\n\r\nHello\x00\u2028\u0085"


def outgoing(**fields):
    given = {"key": "k", "recipient": "grace@example.com", "text": "Hello\n", "subject": "Hello"}
    return Outgoing(**given | fields)


def received(smtp_peer, message):
    with SmtpChannel() as channel:
        channel.send(message)
    return smtp_peer.messages[-1]


def test_headers_say_what_the_mail_is(smtp_peer):
    mail = received(
        smtp_peer,
        outgoing(sender_name="Ada's Lamps, Inc.", reply_to="help@example.com", html="<p>Hello</p>"),
    )
    message = mail.message
    assert message["From"].addresses[0].display_name == "Ada's Lamps, Inc."
    assert message["From"].addresses[0].addr_spec == "orders@fulfillment.example"
    assert message["Reply-To"] == "help@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == message_id("k", "orders@fulfillment.example")
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_message_id_is_that_of_the_key():
    assert message_id("k", "a@b.example") == message_id("k", "a@b.example")
    assert message_id("k", "a@b.example") != message_id("other", "a@b.example")


@pytest.mark.parametrize("field", ["sender_name", "subject"])
def test_no_header_is_added_by_a_name(smtp_peer, field):
    mail = received(smtp_peer, outgoing(**{field: HOSTILE}))
    assert mail.recipients == ["grace@example.com"]
    assert {name.lower() for name in mail.message} == {
        "content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to",
        "date", "message-id", "auto-submitted",
    }  # fmt: skip
    assert "Eve Bcc: all@example.com Hello" in str(mail.message["Subject"]) + str(
        mail.message["From"]
    )


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "grace",
        "grace@example.com, eve@example.com",
        "grace@example.com\r\nBcc: eve@example.com",
        "Grace <grace@example.com>",
        "grace@example.com\x00",
    ],
)
def test_only_one_plain_address_is_written_to(recipient):
    with pytest.raises(Permanent, match="This is not an e-mail address"):
        mail_of(outgoing(recipient=recipient))


def test_a_mail_is_seven_bit_and_short_lined(smtp_peer):
    mail = received(smtp_peer, outgoing(text="Grüße " * 400, html=f"<p>{'ü' * 3000}</p>"))
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.splitlines())) <= 998
    assert mail.text == "Grüße " * 400


def test_one_connection_serves_a_batch_and_survives_a_refusal(smtp_peer):
    smtp_peer.refused = {"eve@example.com": "550 no"}
    with SmtpChannel() as channel:
        channel.send(outgoing())
        line = channel.backend.connection.sock
        with pytest.raises(Permanent):
            channel.send(outgoing(recipient="eve@example.com"))
        channel.send(outgoing())
        assert channel.backend.connection.sock is line
    assert len(smtp_peer.messages) == 2
