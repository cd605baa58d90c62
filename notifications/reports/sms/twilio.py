"""Twilio's webhooks: forms, signed with HMAC-SHA1 over the address and the sorted fields."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, parse_qsl, urlsplit

from django.conf import settings

from notifications.models import Message, Receipt
from notifications.reports.receipts import Report
from notifications.reports.sms.base import Call, Inbound, Unreadable, is_same

SIGNATURE = "x-twilio-signature"
MOST_FIELDS = 200
PORTS = {"https": 443, "http": 80}
UNDELIVERED = {"undelivered", "failed"}
# No text reaches it: 21211 no number, 21614 no mobile, 30005 unknown handset, 30006 landline.
NO_SUCH_NUMBER = {"21211", "21614", "30005", "30006"}
OPTED_OUT = "21610"

Fields = dict[str, str]


class TwilioHook:
    """Status callbacks, whose address carries our key, and inbound texts answered in TwiML."""

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
    """Names and values of the form, in order of the names; a pair that comes twice counts once."""
    try:
        pairs = set(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    return "".join(name + value for name, value in sorted(pairs))


def _spellings(url: str) -> set[str]:
    """Twilio signs an address with or without its port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or PORTS.get(parts.scheme, 443)
    return {url, *(parts._replace(netloc=name).geturl() for name in (host, f"{host}:{port}"))}


def _kinds(status: str, code: str) -> list[Receipt.Kind]:
    if status == "delivered":
        return [Receipt.Kind.DELIVERED]
    if status not in UNDELIVERED:
        return []
    if code == OPTED_OUT:
        return [Receipt.Kind.FAILED, Receipt.Kind.UNSUBSCRIBED]
    return [Receipt.Kind.BOUNCED if code in NO_SUCH_NUMBER else Receipt.Kind.FAILED]


def _fields(body: bytes) -> Fields:
    return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))


def _needed(fields: Fields, name: str) -> str:
    if not (text := fields.get(name)):
        raise Unreadable(f"{name} is missing.")
    return text
