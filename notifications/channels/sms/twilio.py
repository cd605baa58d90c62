"""Twilio's Programmable Messaging API, version 2010-04-01, and its webhooks.

These are forms, signed with HMAC-SHA1 over the address and the sorted fields.
"""

import base64
import hashlib
import hmac
from typing import Self
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from django.conf import settings

from notifications.channels.base import (
    OptedOut,
    OutcomeUnknown,
    Outgoing,
    Permanent,
    Receipt,
    SendError,
    Temporary,
    one_line,
)
from notifications.channels.http_client import ACCEPTED, Answer, ProviderConnection, refusal
from notifications.channels.recipients import check_number
from notifications.channels.reports import Report, ReportKind
from notifications.channels.senders import sender_of
from notifications.channels.sms.base import Call, Inbound, Provider, UnreadableCall, is_same
from notifications.models import Message

# Queues and rates: 14107 rate limit, 20429 too many requests, 21611 queue of the number is full,
# 30001 queue overflow, 30022 and 30023 limits of a registered brand.
CROWDED = {14107, 20429, 21611, 30001, 30022, 30023}
# An operator has to repair the account: 20003 key, 20005 not active, 30002 suspended, 63038 limit.
ACCOUNT_ERRORS = {20003, 20005, 30002, 63038}
SIGNATURE = "x-twilio-signature"
MOST_FIELDS = 200
PORTS = {"https": 443, "http": 80}
UNDELIVERED = {"undelivered", "failed"}
# No text reaches it: 21211 no number, 21614 no mobile, 30005 unknown handset, 30006 landline.
NO_SUCH_NUMBER = {"21211", "21614", "30005", "30006"}
OPTED_OUT = "21610"

Fields = dict[str, str]


class TwilioSms:
    """Texts over one HTTPS connection. Twilio knows no idempotency keys: without an answer, unknown
    until a delivery report brings our key back, see `report_address`.
    """

    provider = "twilio"
    knows_keys = False

    def __enter__(self) -> Self:
        account, token = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN
        address = f"{settings.TWILIO_URL}/2010-04-01/Accounts/{quote(account, safe='')}"
        self.line = ProviderConnection(f"{address}/Messages.json", seconds=settings.SMS_TIMEOUT)
        secret = base64.b64encode(f"{account}:{token}".encode()).decode()
        self.headers = {
            "Authorization": f"Basic {secret}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def send(self, outgoing: Outgoing) -> Receipt:
        check_number(outgoing.recipient)
        fields = {
            "To": outgoing.recipient,
            **_sender(outgoing),
            "Body": outgoing.text,
            "StatusCallback": report_address(outgoing.key),
        }
        answer = self.line.post(urlencode(fields).encode(), self.headers)
        if answer.status not in ACCEPTED:
            raise _refused(answer)
        if not (sid := answer.fields.get("sid")):
            raise OutcomeUnknown("Twilio gave no id.")
        return Receipt(str(sid), one_line(str(answer.fields.get("status") or ""))[:300])


def report_address(key: str) -> str:
    """Make the status callback URL of a text; it has our key, and Twilio signs it."""
    return f"{settings.SITE_URL}/hooks/sms/twilio/?{urlencode({'key': key})}"


def _sender(outgoing: Outgoing) -> dict[str, str]:
    """Return the sender fields; a messaging service chooses the sender itself."""
    if service := settings.TWILIO_MESSAGING_SERVICE_SID:
        return {"MessagingServiceSid": service}
    return {"From": sender_of(outgoing)}


def _refused(answer: Answer) -> SendError:
    code = answer.fields.get("code")
    text = f"{code or ''} {answer.fields.get('message', '')}".strip()
    line = one_line(f"{answer.status} {text}")[:300]
    if str(code) == OPTED_OUT:
        return OptedOut(line)
    if code in CROWDED or code in ACCOUNT_ERRORS:
        return Temporary(line, is_down=True, retry_after=answer.retry_after)
    if code and answer.status == 400:
        return Permanent(line)
    return refusal(answer, text)


class TwilioHook:
    """Status callbacks, whose URL has our key, and inbound texts, answered in TwiML."""

    provider = "twilio"
    answers_at_once = True

    def is_signed(self, call: Call) -> bool:
        token = settings.TWILIO_AUTH_TOKEN
        if not token:
            return False
        if (told := _told(call.body)) is None:
            return False
        theirs = call.headers.get(SIGNATURE, "")
        return any(is_same(signature(token, url, told), theirs) for url in _spellings(call.url))

    def reports(self, call: Call) -> list[Report]:
        fields = _fields(call.body)
        sid, status = _needed(fields, "MessageSid"), _needed(fields, "MessageStatus").lower()
        code = fields.get("ErrorCode", "")
        key = parse_qs(urlsplit(call.url).query).get("key", [""])[0]
        return [
            Report(
                channel=Message.Channel.SMS,
                provider=self.provider,
                kind=kind,
                at=call.at,
                provider_id=sid,
                key=key,
                detail=f"{status} {code}".strip() if code else "",
                report_id=f"{sid}:{kind}",
            )
            for kind in _kinds(status, code)
        ]

    def inbound(self, call: Call) -> Inbound:
        fields = _fields(call.body)
        return Inbound(
            provider=self.provider,
            text_id=_needed(fields, "MessageSid"),
            sender=_needed(fields, "From"),
            text=fields.get("Body", ""),
            is_answered=bool(fields.get("OptOutType")),
        )


def signature(token: str, url: str, told: str) -> str:
    """The signature Twilio gives a call to `url` whose fields say `told`."""
    digest = hmac.new(token.encode(), (url + told).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _told(body: bytes) -> str | None:
    """Return names and values of the form, sorted by name, without duplicates."""
    try:
        pairs = set(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    return "".join(name + value for name, value in sorted(pairs))


def _spellings(url: str) -> set[str]:
    """Return the URL with and without its port: Twilio signs either."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or PORTS.get(parts.scheme, 443)
    return {url, *(parts._replace(netloc=name).geturl() for name in (host, f"{host}:{port}"))}


def _kinds(status: str, code: str) -> list[ReportKind]:
    if status == "delivered":
        return [ReportKind.DELIVERED]
    if status not in UNDELIVERED:
        return []
    if code == OPTED_OUT:
        return [ReportKind.FAILED, ReportKind.UNSUBSCRIBED]
    return [ReportKind.BOUNCED if code in NO_SUCH_NUMBER else ReportKind.FAILED]


def _fields(body: bytes) -> Fields:
    return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))


def _needed(fields: Fields, name: str) -> str:
    if not (text := fields.get(name)):
        raise UnreadableCall(f"{name} is missing.")
    return text


PROVIDER = Provider(TwilioSms, TwilioHook())
