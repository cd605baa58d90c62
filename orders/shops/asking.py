"""The door of a shop's API: JSON over HTTPS to a checked address, with a time-out in total."""

import json
from contextlib import closing
from http.client import HTTPException
from time import monotonic
from typing import Any

from django.db import connection

from orders.outside.ssrf_guard import UrlRefused, connect, resolve, target_of
from orders.outside.untrusted_http import ask_once
from orders.shops.telling import Refused, Unanswered

LOOK_UP_SECONDS = 5.0
MOST_READ = 2**20  # bytes of an answer
BUSY = {429, *range(500, 600)}


class HttpDoor:
    """The API of the shop at one address, until `ends` (of time.monotonic)."""

    def __init__(self, address: str, *, ends: float) -> None:
        self.address = address
        self.ends = ends

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """(status, JSON of the answer). Raises Unanswered or Refused."""
        if connection.in_atomic_block:
            raise RuntimeError("A shop is asked with no transaction open.")
        content = b"" if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "Accept": "application/json"} | (headers or {})
        try:
            target = target_of(self.address + path)
            found = resolve(target, seconds=min(LOOK_UP_SECONDS, self.ends - monotonic()))
            with closing(connect(target, found, ends=self.ends)) as line:
                response, answer = ask_once(
                    line, (method, target.path), content, sent, ends=self.ends, most=MOST_READ
                )
        except UrlRefused as error:
            raise Refused(str(error)) from error
        except (OSError, HTTPException, ValueError) as error:
            raise Unanswered(f"The shop did not answer: {type(error).__name__}.") from error
        if response.status in BUSY:
            wait = response.headers.get("Retry-After", "")
            seconds = float(wait) if wait.replace(".", "", 1).isdecimal() else 0
            raise Unanswered(f"The shop answered {response.status}.", retry_after=seconds)
        return response.status, _json(answer)


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise Unanswered("The shop's answer is no JSON.") from error
