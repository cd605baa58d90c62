"""Vonage's SMS API (POST /sms/json) and its webhooks.

These are JSON or forms, signed in `sig` with HMAC-SHA256. The account has to be set to POST and to
"SHA-256 HMAC"; the weaker digests are not taken.
"""

import hashlib
import hmac
import json
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from notifications.channels.base import (
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
from notifications.channels.segments import measure
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

# Statuses of a part: 1 throttled, 5 internal error, 10 too many connections.
CROWDED = {"1", "5", "10"}
# An operator has to repair the account: 4 key, 8 barred, 9 no credit, 11 no HTTP, 14 signature.
ACCOUNT_ERRORS = {"4", "8", "9", "11", "14"}
PART_ACCEPTED = "0"
MOST_FIELDS = 200
# An undelivered call is repeated for a day with the time of its first; ids tell repeats apart.
REPEATED_FOR = 24 * 3600 + 300
STATUSES = {
    "delivered": ReportKind.DELIVERED,
    "expired": ReportKind.FAILED,
    "failed": ReportKind.FAILED,
    "rejected": ReportKind.FAILED,
}
# err-code of a number that no text reaches: 3 absent for good, 9 illegal number.
NO_SUCH_NUMBER = {"3", "9"}

Fields = dict[str, str]


class VonageSms:
    """Texts over one HTTPS connection. Vonage knows no idempotency keys: without an answer, unknown
    until a delivery report brings our key back as its `client-ref`.
    """

    provider = "vonage"
    knows_keys = False

    def __enter__(self) -> Self:
        self.line = ProviderConnection(
            f"{settings.VONAGE_URL}/sms/json", seconds=settings.SMS_TIMEOUT
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def send(self, outgoing: Outgoing) -> Receipt:
        check_number(outgoing.recipient)
        fields = {
            "api_key": settings.VONAGE_API_KEY,
            "api_secret": settings.VONAGE_API_SECRET,
            "to": outgoing.recipient.lstrip("+"),
            "from": sender_of(outgoing).lstrip("+"),
            "text": outgoing.text,
            "type": "text" if measure(outgoing.text).is_gsm else "unicode",
            "client-ref": outgoing.key,
            "status-report-req": "1",
            "callback": f"{settings.SITE_URL}/hooks/sms/vonage/",
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.line.post(urlencode(fields).encode(), headers)
        if answer.status not in ACCEPTED:
            raise refusal(answer, answer.fields.get("title", ""))
        return _receipt(answer)


def _receipt(answer: Answer) -> Receipt:
    """Return the id of the first part. Raises OutcomeUnknown if only some were accepted."""
    parts = answer.fields.get("messages")
    if not isinstance(parts, list) or not parts or not all(isinstance(p, dict) for p in parts):
        raise OutcomeUnknown("Vonage gave no id.")
    refused = [part for part in parts if str(part.get("status")) != PART_ACCEPTED]
    if refused and len(refused) < len(parts):
        raise OutcomeUnknown(f"Only {len(parts) - len(refused)} of {len(parts)} parts were taken.")
    if refused:
        raise _refused(refused[0])
    ids = [str(part.get("message-id") or "") for part in parts]
    if not ids[0]:
        raise OutcomeUnknown("Vonage gave no id.")
    return Receipt(ids[0], " ".join(ids)[:300])


def _refused(part: dict[str, Any]) -> SendError:
    status = str(part.get("status"))
    text = one_line(f"{status} {part.get('error-text', '')}")[:300]
    if status in CROWDED or status in ACCOUNT_ERRORS:
        return Temporary(text, is_down=True)
    return Permanent(text)


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
        except UnreadableCall:
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
        if kind == ReportKind.FAILED and code in NO_SUCH_NUMBER:
            kind = ReportKind.BOUNCED
        return [
            Report(
                channel=Message.Channel.SMS,
                provider=self.provider,
                kind=kind,
                at=moment_or(fields.get("message-timestamp", "")[:19], call.at),
                provider_id=part,
                key=fields.get("client-ref", ""),
                detail="" if kind == ReportKind.DELIVERED else f"{status} {code}".strip(),
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
    """Compute the `sig` of these fields, in lower case."""
    clean = {name: text.replace("&", "_").replace("=", "_") for name, text in fields.items()}
    signed = "".join(f"&{name}={clean[name]}" for name in sorted(clean))
    return hmac.new(secret.encode(), signed.encode(errors="replace"), hashlib.sha256).hexdigest()


def _fields(call: Call) -> Fields:
    """Parse the fields; the signature is one of them, so parsing comes before the check."""
    try:
        if "json" not in call.headers.get("content-type", ""):
            text = call.body.decode()
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        fields = json.loads(call.body)
    except (ValueError, RecursionError) as error:
        raise UnreadableCall("This is neither JSON nor a form.") from error
    if not isinstance(fields, dict) or not all(isinstance(v, str | int) for v in fields.values()):
        raise UnreadableCall("This is no flat JSON object.")
    return {name: str(value) for name, value in fields.items()}


PROVIDER = Provider(VonageSms, VonageHook())
