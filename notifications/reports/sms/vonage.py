"""Vonage's webhooks of the SMS API: JSON or forms, signed in `sig` with HMAC-SHA256.

The account has to be set to POST and to "SHA-256 HMAC"; the weaker digests are not taken.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from django.conf import settings

from notifications.models import Message, Receipt
from notifications.reports.receipts import Report
from notifications.reports.sms.base import Call, Inbound, Unreadable, is_recent, is_same, needed

MOST_FIELDS = 200
# An undelivered call is repeated for a day with the time of its first; ids tell repeats apart.
REPEATED_FOR = 24 * 3600 + 300
STATUSES = {
    "delivered": Receipt.Kind.DELIVERED,
    "expired": Receipt.Kind.FAILED,
    "failed": Receipt.Kind.FAILED,
    "rejected": Receipt.Kind.FAILED,
}
# err-code of a number that no text reaches: 3 absent for good, 9 illegal number.
NO_SUCH_NUMBER = {"3", "9"}
STAMP = "%Y-%m-%d %H:%M:%S"

Fields = dict[str, str]


class VonageHook:
    """Delivery receipts, whose client-ref is our key, and inbound texts."""

    provider = "vonage"
    answers_at_once = False

    def is_signed(self, call: Call) -> bool:
        secret = settings.VONAGE_SIGNATURE_SECRET
        if not secret:
            return False
        try:
            fields = _fields(call)
        except Unreadable:
            return False
        theirs = fields.pop("sig", "").lower()
        is_ours = is_same(signature(secret, fields), theirs)
        return is_ours and is_recent(fields.get("timestamp", ""), call.at, seconds=REPEATED_FOR)

    def reports(self, call: Call) -> list[Report]:
        fields = _fields(call)
        part, status = needed(fields, "messageId"), needed(fields, "status").lower()
        code = fields.get("err-code", "")
        kind = STATUSES.get(status)
        if kind is None:
            return []
        if kind == Receipt.Kind.FAILED and code in NO_SUCH_NUMBER:
            kind = Receipt.Kind.BOUNCED
        return [
            Report(
                channel=Message.Channel.SMS,
                provider=self.provider,
                kind=kind,
                at=_at(fields, call.at),
                provider_id=part,
                key=fields.get("client-ref", ""),
                detail="" if kind == Receipt.Kind.DELIVERED else f"{status} {code}".strip(),
                report_id=f"{part}:{kind}",
            )
        ]

    def inbound(self, call: Call) -> Inbound:
        fields = _fields(call)
        return Inbound(
            provider=self.provider,
            text_id=needed(fields, "messageId"),
            sender=f"+{needed(fields, 'msisdn').lstrip('+')}",
            text=fields.get("text", ""),
        )


def signature(secret: str, fields: Fields) -> str:
    """The `sig` Vonage gives these fields, in small letters."""
    clean = {name: text.replace("&", "_").replace("=", "_") for name, text in fields.items()}
    told = "".join(f"&{name}={clean[name]}" for name in sorted(clean))
    return hmac.new(secret.encode(), told.encode(errors="replace"), hashlib.sha256).hexdigest()


def _fields(call: Call) -> Fields:
    """The signature is one of the fields: they have to be read before it can be checked."""
    try:
        if "json" not in call.headers.get("content-type", ""):
            text = call.body.decode()
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        fields = json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is neither JSON nor a form.") from error
    if not isinstance(fields, dict) or not all(isinstance(v, str | int) for v in fields.values()):
        raise Unreadable("This is no flat JSON object.")
    return {name: str(value) for name, value in fields.items()}


def _at(fields: Fields, now: datetime) -> datetime:
    try:
        at = datetime.strptime(fields.get("message-timestamp", "")[:19], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return now
    return min(at, now)
