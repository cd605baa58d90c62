"""Webhooks of the plain gateway behind SMS_URL: JSON, signed over time and raw body.

X-Timestamp is in seconds since 1970; X-Signature is the HMAC-SHA256, in hex, of the time stamp, a
full stop and the body, under SMS_HOOK_SECRET. A report is {"id", "key", "status", "detail", "at"},
of which one of id and key has to be there; a reply is {"id", "from", "text"}.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from notifications.models import Message, Receipt
from notifications.reports.receipts import Report
from notifications.reports.sms.base import Call, Inbound, Unreadable, is_recent, is_same, needed

TOLERANCE = 300
STATUSES = {
    "delivered": Receipt.Kind.DELIVERED,
    "undelivered": Receipt.Kind.FAILED,
    "failed": Receipt.Kind.FAILED,
    "bounced": Receipt.Kind.BOUNCED,
    "unsubscribed": Receipt.Kind.UNSUBSCRIBED,
}


class HttpHook:
    """Reports and replies that any gateway can make with a few lines."""

    provider = "http"
    answers_at_once = False

    def is_signed(self, call: Call) -> bool:
        secret, stamp = settings.SMS_HOOK_SECRET, call.headers.get("x-timestamp", "")
        if not secret:
            return False
        theirs = call.headers.get("x-signature", "").lower()
        is_ours = is_same(signature(secret, stamp, call.body), theirs)
        return is_ours and is_recent(stamp, call.at, seconds=TOLERANCE)

    def reports(self, call: Call) -> list[Report]:
        fields = _fields(call.body)
        kind = STATUSES.get(needed(fields, "status").lower())
        provider_id, key = str(fields.get("id") or ""), str(fields.get("key") or "")
        if not provider_id and not key:
            raise Unreadable("Both id and key are missing.")
        if kind is None:
            return []
        return [
            Report(
                channel=Message.Channel.SMS,
                provider=self.provider,
                kind=kind,
                at=_at(fields, call.at),
                provider_id=provider_id,
                key=key,
                detail=str(fields.get("detail") or ""),
                report_id=f"{provider_id or key}:{kind}",
            )
        ]

    def inbound(self, call: Call) -> Inbound:
        fields = _fields(call.body)
        return Inbound(
            provider=self.provider,
            text_id=needed(fields, "id"),
            sender=needed(fields, "from"),
            text=str(fields.get("text") or ""),
        )


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What X-Signature has to be."""
    told = stamp.encode() + b"." + body
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("This is not JSON.") from error
    if not isinstance(fields, dict):
        raise Unreadable("This is no JSON object.")
    return fields


def _at(fields: dict[str, Any], now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(fields.get("at") or ""))
    except ValueError:
        return now
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)
