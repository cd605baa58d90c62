"""One HTTP connection to a provider: a time-out in total, no redirects, a bounded answer."""

import json
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from urllib3.util.wait import wait_for_read

from notifications.channels.base import (
    OutcomeUnknown,
    Permanent,
    SendError,
    Temporary,
    one_line,
)
from orders.outside.deadlines import deadline

MOST_BYTES = 64 * 1024
ACCEPTED = range(200, 300)
# Wrong credentials, a redirect (never followed) or an outage: the provider counts as down.
DOWN = {401, 403, 407, 408, 425, 429, *range(300, 400), *range(500, 600)}
# A gateway failed, before or after the provider accepted the message.
UNKNOWN_OUTCOME = {500, 502, 504}


class Answer(NamedTuple):
    """The response of a provider; `retry_after` in seconds."""

    status: int
    retry_after: float | None
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """The JSON object of the body, empty where it is none."""
        try:
            fields = json.loads(self.body)
        except ValueError:
            return {}
        return fields if isinstance(fields, dict) else {}


class ProviderConnection:
    """Posts to one URL over one keep-alive connection."""

    def __init__(self, address: str, *, seconds: float) -> None:
        url = urlsplit(address)
        self.seconds = seconds
        self.path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        host = str(url.hostname)
        self.connection: HTTPConnection = (
            HTTPSConnection(
                host, url.port, timeout=seconds, context=ssl.create_default_context()
            )
            if url.scheme == "https"
            else HTTPConnection(host, url.port, timeout=seconds)
        )  # fmt: skip

    def close(self) -> None:
        self.connection.close()

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post once. Raises Temporary without a connection, OutcomeUnknown without an answer."""
        self._connect()
        try:
            with deadline(self.connection.sock, self.seconds):
                return self._ask(body, headers)
        except (OSError, HTTPException) as error:
            self.close()
            raise OutcomeUnknown(f"The gateway did not answer: {error!r}"[:300]) from error

    def _connect(self) -> None:
        # A readable idle socket was closed by the other side: sending into it would be lost.
        if self.connection.sock is not None and wait_for_read(self.connection.sock, timeout=0.0):
            self.close()
        if self.connection.sock is None:
            try:
                self.connection.connect()
            except OSError as error:
                self.close()
                text = f"No connection to the gateway: {error}"
                raise Temporary(text[:300], is_down=True) from error

    def _ask(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.connection.request("POST", self.path, body, dict(headers))
        response = self.connection.getresponse()
        answer = response.read(MOST_BYTES)
        if not response.isclosed():  # too long: the rest is not read
            self.close()
        return Answer(response.status, _seconds(response.headers.get("Retry-After")), answer)


def refusal(answer: Answer, why: object) -> SendError:
    """Map a status other than 2xx to an error, without knowing the provider's own codes."""
    text = one_line(f"{answer.status} {why}")[:300]
    if answer.status in UNKNOWN_OUTCOME:
        return OutcomeUnknown(text)
    if answer.status in DOWN:
        return Temporary(text, is_down=True, retry_after=answer.retry_after)
    return Permanent(text)


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdecimal() else None
