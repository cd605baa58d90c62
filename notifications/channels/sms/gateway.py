"""A plain SMS gateway over HTTP.

A text is {to, from, text, key} to settings.SMS_URL, answered by {id}.

Its webhooks are JSON, signed over time and raw body: X-Timestamp is in seconds since 1970;
X-Signature is the HMAC-SHA256, in hex, of the time stamp, a full stop and the body, under
SMS_HOOK_SECRET. A report is {"id", "key", "status", "detail", "at"}, of which one of id and key
has to be there; a reply is {"id", "from", "text"}.
"""

import hashlib
import hmac
import json
from typing import Any, Self

from django.conf import settings

from notifications.channels.base import OutcomeUnknown, Outgoing, Receipt, Temporary, one_line
from notifications.channels.http_client import ACCEPTED, Answer, ProviderConnection, refusal
from notifications.channels.recipients import check_number
from notifications.channels.reports import Report, ReportKind
from notifications.channels.senders import sender_of
from notifications.channels.sms.base import (
    Call,
    Inbound,
    Provider,
    UnreadableCall,
    is_recent,
    is_same,
    needed,
)
from notifications.models import Message
from orders.values.moments import moment_or

SAME_KEY_UNDER_WAY = 409
TOLERANCE = 300
STATUSES = {
    "delivered": ReportKind.DELIVERED,
    "undelivered": ReportKind.FAILED,
    "failed": ReportKind.FAILED,
    "bounced": ReportKind.BOUNCED,
    "unsubscribed": ReportKind.UNSUBSCRIBED,
}


class HttpSms:
    """Texts over one HTTP connection. The gateway knows idempotency keys: one key is one text."""

    provider = "http"
    knows_keys = True

    def __enter__(self) -> Self:
        self.line = ProviderConnection(settings.SMS_URL, seconds=settings.SMS_TIMEOUT)
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def send(self, outgoing: Outgoing) -> Receipt:
        check_number(outgoing.recipient)
        content = {
            "to": outgoing.recipient,
            "from": sender_of(outgoing),
            "text": outgoing.text,
            "key": outgoing.key,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": outgoing.key}
        if settings.SMS_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
        return _receipt(self.line.post(json.dumps(content).encode(), headers))


def _receipt(answer: Answer) -> Receipt:
    why = answer.fields.get("error", "")
    if answer.status == SAME_KEY_UNDER_WAY:
        raise Temporary(one_line(f"{answer.status} {why}")[:300])
    if answer.status not in ACCEPTED:
        raise refusal(answer, why)
    if not (provider_id := answer.fields.get("id")):
        raise OutcomeUnknown("The gateway gave no id.")
    return Receipt(str(provider_id)[:200])


class HttpHook:
    """Delivery reports and inbound texts in a simple format for own gateways."""

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
            raise UnreadableCall("Both id and key are missing.")
        if kind is None:
            return []
        return [
            Report(
                channel=Message.Channel.SMS,
                provider=self.provider,
                kind=kind,
                at=moment_or(str(fields.get("at") or ""), call.at),
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
    """Compute the expected X-Signature."""
    told = stamp.encode() + b"." + body
    return hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableCall("This is not JSON.") from error
    if not isinstance(fields, dict):
        raise UnreadableCall("This is no JSON object.")
    return fields


PROVIDER = Provider(HttpSms, HttpHook())
