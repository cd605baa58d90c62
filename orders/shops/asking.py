"""The door of a shop's API: JSON over HTTPS to a checked address, with a time-out in total."""

import json
import re
from contextlib import closing
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any

from django.db import connection

from orders.errors import DomainError
from orders.outside.ssrf_guard import NameUnknown, UrlRefused, connect, resolve, target_of
from orders.outside.untrusted_http import ask_once
from orders.shops.telling import Refused, Unanswered
from orders.words import say

LOOK_UP_SECONDS = 5.0
MOST_READ = 2**20  # bytes of an answer
# An id is of the shop's making: none may lead to another address of its API.
DOTS = re.compile(r"/\.{1,2}(/|$)|%2[ef]", re.IGNORECASE)
LONGEST_ADDRESS = 200
LONGEST_URL = 4000  # ours: with filters and fields in it
# It was too slow, locked by itself, asked too early or too often, or has a trouble of its own: the
# same question has an answer later.
BUSY = {408, 409, 425, 429, *range(500, 600)}
# Headers of an answer that say how long to wait: seconds, milliseconds, requests a second.
RETRY_AFTER = "Retry-After"
RESET_MS = "X-Rate-Limit-Time-Reset-Ms"
RATE = "x-amzn-RateLimit-Limit"


def own_address(address: str, *, like: str) -> str:
    """The address of a shop on a server of its own, without a slash at its end.

    Raises DomainError.
    """
    kept = address.strip().rstrip("/")
    try:
        target_of(kept, longest=LONGEST_ADDRESS)
    except UrlRefused as error:
        raise DomainError(str(error)) from None
    if "?" in kept:
        raise DomainError(say("Enter the address of the shop, like {example}.", example=like))
    return kept


class HttpDoor:
    """The API of the shop at one address, until `ends` (of time.monotonic).

    An answer of more than `most` bytes is none.
    """

    def __init__(self, address: str, *, ends: float, most: int = MOST_READ) -> None:
        self.address = address
        self.ends = ends
        self.most = most

    def at(self, address: str) -> "HttpDoor":
        """The same door at another address."""
        return HttpDoor(address, ends=self.ends, most=self.most)

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """(status, JSON of the answer, None where it is empty). Raises Unanswered or Refused."""
        if connection.in_atomic_block:
            raise RuntimeError("A shop is asked with no transaction open.")
        if DOTS.search(path.partition("?")[0]):
            raise Refused(say("The shop's id of this is none that it can be asked about."))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        if body is None:
            content = b""
        sent = {"Content-Type": "application/json", "Accept": "application/json"} | (headers or {})
        try:
            target = target_of(self.address + path, longest=LONGEST_URL)
            found = resolve(target, seconds=min(LOOK_UP_SECONDS, self.ends - monotonic()))
            with closing(connect(target, found, ends=self.ends)) as line:
                response, answer = ask_once(
                    line, (method, target.path), content, sent, ends=self.ends, most=self.most
                )
        except NameUnknown as error:  # for the moment, or there was no time left to ask
            raise Unanswered(say("The shop's name could not be looked up.")) from error
        except UrlRefused as error:
            raise Refused(str(error)) from error
        except (OSError, HTTPException, ValueError) as error:
            told = "The shop did not answer: {error}."
            raise Unanswered(say(told, error=type(error).__name__)) from error
        if response.status in BUSY:
            told = say("The shop answered {status}.", status=response.status)
            raise Unanswered(told, retry_after=_pause(response))
        return response.status, _json(answer) if answer else None


def _pause(answer: HTTPResponse) -> float:
    """How many seconds the shop wants to be left alone; 0 where it does not say."""
    if wait := _number(answer.headers.get(RETRY_AFTER, "")):
        return wait
    if wait := _number(answer.headers.get(RESET_MS, "")):
        return wait / 1000
    rate = _number(answer.headers.get(RATE, ""))
    return 1 / rate if rate else 0


def _number(text: str) -> float:
    is_one = text.isascii() and text.replace(".", "", 1).isdecimal()
    return float(text) if is_one else 0


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise Unanswered(say("The shop's answer is no JSON.")) from error
