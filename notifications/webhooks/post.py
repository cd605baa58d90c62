"""The HTTP POST of a webhook: SSRF guard, a total timeout, and a limit on what is read."""

import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from time import monotonic

from orders.outside.ssrf_guard import UrlRefused, connect, resolve, target_of
from orders.outside.untrusted_http import post_once
from orders.words import say

TIMEOUT_SECONDS = 15.0
LOOK_UP_SECONDS = 5.0
ACCEPTED = range(200, 300)
REDIRECTS = range(300, 400)
FAILED = "The connection failed."
BAD_CERTIFICATE = "The TLS certificate is not valid."
TOO_MUCH = "The response is not HTTP, or too long."


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a receiver; `problem` is empty when it accepted the delivery."""

    problem: str
    latency_ms: int
    status: int | None = None
    retry_after: str = ""
    body: str = ""


def post(
    url: str, payload: bytes, headers: Mapping[str, str], *, seconds: float = TIMEOUT_SECONDS
) -> Answer:
    """Post once, without redirect or proxy; errors are returned in the answer.

    The address that DNS returned is checked and then connected to, without a second look-up.
    """
    began = monotonic()
    ends = began + seconds
    status: int | None = None
    retry_after, body, problem = "", b"", ""
    try:
        target = target_of(url)
        found = resolve(target, seconds=min(LOOK_UP_SECONDS, seconds))
        with closing(connect(target, found, ends=ends)) as line:
            response, body = post_once(line, target.path, payload, headers, ends=ends)
        status, retry_after = response.status, response.headers.get("Retry-After") or ""
    except UrlRefused as error:
        problem = str(error)
    except (OSError, HTTPException, ValueError) as error:
        problem = _problem_of(error, ends, seconds)
    if status is not None:
        problem = status_problem(status)
    return Answer(problem, round((monotonic() - began) * 1000), status, retry_after, _text(body))


def status_problem(status: int) -> str:
    """What is wrong with the status of an answer, in words; "" where nothing is."""
    if status in ACCEPTED:
        return ""
    if status in REDIRECTS:
        return say("Answered {status}: redirects are not followed.", status=status)
    return say("Answered {status}.", status=status)


def _problem_of(error: Exception, ends: float, seconds: float) -> str:
    """Describe an error to the seller, without details of our network (SSRF)."""
    if monotonic() >= ends or isinstance(error, TimeoutError):
        return say("No response within {seconds} seconds.", seconds=f"{seconds:g}")
    if isinstance(error, ssl.SSLCertVerificationError):
        return BAD_CERTIFICATE
    if isinstance(error, HTTPException) and not isinstance(error, ConnectionError):
        return TOO_MUCH
    return FAILED


def _text(body: bytes) -> str:
    """Decode a body to text that PostgreSQL can store: no NUL."""
    return body.decode(errors="replace").replace("\x00", "\ufffd")
