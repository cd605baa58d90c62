"""An SMS gateway over HTTP: {to, from, text, key} to settings.SMS_URL, answered by {id}."""

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self
from urllib.parse import urlsplit

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
from notifications.channels.deadlines import deadline
from notifications.channels.recipients import check_number

MOST_BYTES = 64 * 1024
TAKEN = range(200, 300)
# Our token, a redirect (never followed) or their trouble: an operator or time repairs it.
DOWN = {401, 403, 407, 408, 425, 429, *range(300, 400), *range(500, 600)}
SAME_KEY_UNDER_WAY = 409
GATEWAY_LOST_IT = {500, 502, 504}  # broken in the middle: before it took the text, or after


class HttpSms:
    """Texts over one HTTP connection. The gateway knows keys: the same key is one text."""

    provider = "http"
    knows_keys = True

    def __enter__(self) -> Self:
        url = urlsplit(settings.SMS_URL)
        self.path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        secure = url.scheme == "https"
        self.connection: HTTPConnection = (
            HTTPSConnection(
                str(url.hostname), url.port, timeout=settings.SMS_TIMEOUT,
                context=ssl.create_default_context(),
            )
            if secure
            else HTTPConnection(str(url.hostname), url.port, timeout=settings.SMS_TIMEOUT)
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, outgoing: Outgoing) -> Receipt:
        check_number(outgoing.recipient)
        self._connect()
        try:
            with deadline(self.connection.sock, settings.SMS_TIMEOUT):
                status, retry_after, answer = self._post(outgoing)
        except (OSError, HTTPException) as error:
            self.connection.close()
            raise OutcomeUnknown(f"The gateway did not answer: {error!r}"[:300]) from error
        if status in TAKEN:
            return _receipt(answer)
        raise _verdict(status, retry_after, answer)

    def _connect(self) -> None:
        if self.connection.sock is None:
            try:
                self.connection.connect()
            except OSError as error:
                self.connection.close()
                text = f"No connection to the gateway: {error}"
                raise Temporary(text[:300], is_down=True) from error

    def _post(self, outgoing: Outgoing) -> tuple[int, str | None, bytes]:
        content = {
            "to": outgoing.recipient,
            "from": settings.SMS_SENDER,
            "text": outgoing.text,
            "key": outgoing.key,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": outgoing.key}
        if settings.SMS_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
        self.connection.request("POST", self.path, json.dumps(content).encode(), headers)
        response = self.connection.getresponse()
        answer = response.read(MOST_BYTES)
        if not response.isclosed():  # more than any gateway has to say: not read to its end
            self.connection.close()
        return response.status, response.headers.get("Retry-After"), answer


def _receipt(answer: bytes) -> Receipt:
    fields = _fields(answer)
    if not (provider_id := fields.get("id")):
        raise OutcomeUnknown("The gateway gave no id.")
    return Receipt(str(provider_id)[:200])


def _verdict(status: int, retry_after: str | None, answer: bytes) -> SendError:
    text = one_line(f"{status} {_fields(answer).get('error', '')}")[:300]
    if status == SAME_KEY_UNDER_WAY:
        return Temporary(text)
    if status in GATEWAY_LOST_IT:
        return OutcomeUnknown(text)
    if status in DOWN:
        seconds = float(retry_after) if retry_after and retry_after.isdecimal() else None
        return Temporary(text, is_down=True, retry_after=seconds)
    return Permanent(text)


def _fields(answer: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(answer)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
