"""Texts through Vonage's SMS API (POST /sms/json)."""

from typing import Any, Self
from urllib.parse import urlencode

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
from notifications.channels.http_client import TAKEN, Answer, Line, refusal
from notifications.channels.recipients import check_number
from notifications.channels.segments import measure
from notifications.channels.senders import sender_of

# Statuses of a part: 1 throttled, 5 internal error, 10 too many connections.
CROWDED = {"1", "5", "10"}
# An operator has to repair the account: 4 key, 8 barred, 9 no credit, 11 no HTTP, 14 signature.
ABOUT_US = {"4", "8", "9", "11", "14"}
ACCEPTED = "0"


class VonageSms:
    """Texts over one HTTPS connection. Vonage knows no keys: what lost its answer stays unknown
    until a delivery report brings our key back as its `client-ref`.
    """

    provider = "vonage"
    knows_keys = False

    def __enter__(self) -> Self:
        self.line = Line(f"{settings.VONAGE_URL}/sms/json", seconds=settings.SMS_TIMEOUT)
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
        if answer.status not in TAKEN:
            raise refusal(answer, answer.fields.get("title", ""))
        return _receipt(answer)


def _receipt(answer: Answer) -> Receipt:
    """The id of the first part; a text of which only some parts were taken is unknown."""
    parts = answer.fields.get("messages")
    if not isinstance(parts, list) or not parts or not all(isinstance(p, dict) for p in parts):
        raise OutcomeUnknown("Vonage gave no id.")
    refused = [part for part in parts if str(part.get("status")) != ACCEPTED]
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
    if status in CROWDED or status in ABOUT_US:
        return Temporary(text, is_down=True)
    return Permanent(text)
