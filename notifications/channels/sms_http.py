"""An SMS gateway over HTTP: {to, from, text, key} to settings.SMS_URL, answered by {id}."""

import json
from typing import Self

from django.conf import settings

from notifications.channels.base import OutcomeUnknown, Outgoing, Receipt, Temporary, one_line
from notifications.channels.http_client import TAKEN, Answer, Line, refusal
from notifications.channels.recipients import check_number
from notifications.channels.senders import sender_of

SAME_KEY_UNDER_WAY = 409


class HttpSms:
    """Texts over one HTTP connection. The gateway knows keys: the same key is one text."""

    provider = "http"
    knows_keys = True

    def __enter__(self) -> Self:
        self.line = Line(settings.SMS_URL, seconds=settings.SMS_TIMEOUT)
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
    if answer.status not in TAKEN:
        raise refusal(answer, why)
    if not (provider_id := answer.fields.get("id")):
        raise OutcomeUnknown("The gateway gave no id.")
    return Receipt(str(provider_id)[:200])
