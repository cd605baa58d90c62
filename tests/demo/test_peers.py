"""The peers keep what they take, once and in order, and misbehave when told to."""

import http.client
import json
import smtplib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fulfillment.demo.peers import Fault, SmsPeer, SmtpPeer


def send_mail(peer: SmtpPeer, text: str, to: str = "grace@example.com") -> None:
    with smtplib.SMTP(peer.host, peer.port, timeout=2) as line:
        line.sendmail("shop@example.com", [to], f"Subject: {text}\r\n\r\n{text}\r\n")


def send_sms(peer: SmsPeer, key: str, **headers: str) -> tuple[int, dict]:
    line = http.client.HTTPConnection(urlsplit(peer.url).netloc, timeout=2)
    sms = {"to": "+49301", "from": "Ada", "text": "Hello", "key": key}
    try:
        line.request("POST", urlsplit(peer.url).path, json.dumps(sms), headers)
        answer = line.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        line.close()


def test_mails_are_kept_in_order(smtp_peer: SmtpPeer) -> None:
    for number in range(3):
        send_mail(smtp_peer, f"Mail {number}")
    assert [mail.subject for mail in smtp_peer.wait_for(3)] == ["Mail 0", "Mail 1", "Mail 2"]
    assert smtp_peer.messages[0].recipients == ["grace@example.com"]
    assert smtp_peer.messages[0].text == "Mail 0\n"


@pytest.mark.parametrize(("status", "kept"), [(451, False), (550, False), (421, True)])
def test_a_mail_is_answered_with_a_fault(smtp_peer: SmtpPeer, status: int, kept: bool) -> None:
    smtp_peer.behaviour = lambda mail: Fault(status, "not now", kept=kept)
    with pytest.raises(smtplib.SMTPResponseException) as error:
        send_mail(smtp_peer, "Hello")
    assert (error.value.smtp_code, error.value.smtp_error) == (status, b"not now")
    assert (smtp_peer.attempts, len(smtp_peer.messages)) == (1, int(kept))


def test_a_recipient_is_refused(smtp_peer: SmtpPeer) -> None:
    smtp_peer.refused["gone@example.com"] = "550 5.1.1 unknown"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_mail(smtp_peer, "Hello", to="gone@example.com")
    assert smtp_peer.messages == []


@pytest.mark.parametrize("fault", [Fault(reset=True, kept=True), Fault(hang=4, kept=True)])
def test_a_mail_is_taken_but_the_sender_cannot_know(smtp_peer: SmtpPeer, fault: Fault) -> None:
    smtp_peer.behaviour = lambda mail: fault
    with pytest.raises((OSError, smtplib.SMTPException)):
        send_mail(smtp_peer, "Hello")
    assert len(smtp_peer.messages) == 1


def test_a_text_is_kept_once_for_each_key(sms_peer: SmsPeer) -> None:
    first, repeat, second = (send_sms(sms_peer, key) for key in ("a", "a", "b"))
    assert first == repeat != second
    assert [(sms.key, sms.sender) for sms in sms_peer.messages] == [("a", "Ada"), ("b", "Ada")]
    assert sms_peer.attempts == 3


def test_a_gateway_asks_for_its_token(sms_peer: SmsPeer) -> None:
    sms_peer.token = "hush"
    assert send_sms(sms_peer, "a")[0] == 401
    assert send_sms(sms_peer, "a", Authorization="Bearer hush")[0] == 200
    assert len(sms_peer.messages) == 1


def test_a_text_is_answered_with_a_fault(sms_peer: SmsPeer) -> None:
    sms_peer.behaviour = lambda sms: Fault(429, "slow down", headers={"Retry-After": "7"})
    assert send_sms(sms_peer, "a") == (429, {"error": "slow down"})
    sms_peer.behaviour = None
    assert send_sms(sms_peer, "a")[0] == 200


@pytest.mark.parametrize("fault", [Fault(reset=True, kept=True), Fault(hang=3, kept=True)])
def test_a_text_is_taken_but_the_sender_cannot_know(sms_peer: SmsPeer, fault: Fault) -> None:
    sms_peer.behaviour = lambda sms: fault
    with pytest.raises(OSError, match=r"reset|timed out"):
        send_sms(sms_peer, "a")
    assert len(sms_peer.messages) == 1


def test_what_came_lies_in_the_outbox_in_order(tmp_path: Path) -> None:
    smtp, sms = SmtpPeer(tmp_path).start(), SmsPeer(tmp_path).start()
    send_mail(smtp, "First")
    send_sms(sms, "second")
    send_mail(smtp, "Third")
    smtp.stop()
    sms.stop()
    first, second, third = sorted(tmp_path.iterdir())
    assert (first.suffix, third.suffix) == (".eml", ".eml")
    assert b"Subject: First" in first.read_bytes()
    assert second.name.endswith(".sms.json")
    assert json.loads(second.read_text())["key"] == "second"
