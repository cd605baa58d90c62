"""One attempt: post to a checked address within fifteen seconds in all, and read little of it."""

import io
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from typing import Any

from notifications.webhooks.addresses import AddressRefused, Target, resolve, target_of

TIMEOUT_SECONDS = 15.0
LOOK_UP_SECONDS = 5.0
MOST_READ = 64 * 1024  # of the answer, its headers included
MOST_KEPT = 4 * 1024  # of its body, for the seller to see
TAKEN = range(200, 300)
REDIRECTS = range(300, 400)
FAILED = "The connection failed."
BAD_CERTIFICATE = "The certificate of this address is not valid."
TOO_MUCH = "The answer is no HTTP, or too long."


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attempt came to; `problem` is empty when the receiver took it."""

    problem: str
    latency_ms: int
    status: int | None = None
    retry_after: str = ""
    body: str = ""


def post(
    url: str, payload: bytes, headers: Mapping[str, str], *, seconds: float = TIMEOUT_SECONDS
) -> Answer:
    """Post once: no redirect, no proxy, no second look-up. Whatever goes wrong is in the answer."""
    began = monotonic()
    ends = began + seconds
    status: int | None = None
    retry_after, body, problem = "", b"", ""
    try:
        target = target_of(url)
        line = _Line(target, resolve(target, seconds=min(LOOK_UP_SECONDS, seconds)), ends)
        try:
            line.connect()
            with _deadline(line.sock, ends):
                line.shake_hands()
                line.request("POST", target.path, payload, dict(headers))
                response = line.getresponse()
                if monotonic() >= ends:  # a head that the cut has ended reads like a whole one
                    raise TimeoutError
                status, retry_after = response.status, response.headers.get("Retry-After") or ""
                body = _beginning(response)
        finally:
            line.close()
    except AddressRefused as error:
        problem = str(error)
    except (OSError, HTTPException, ValueError) as error:
        problem = _in_words(error, ends, seconds)
    if status is not None:
        problem = _verdict(status)
    return Answer(problem, round((monotonic() - began) * 1000), status, retry_after, _text(body))


class _Capped(io.RawIOBase):
    """A line from which no more than MOST_READ bytes are read."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self._left = MOST_READ

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._left <= 0:
            raise HTTPException(TOO_MUCH)
        count = self._raw.readinto(memoryview(buffer)[: self._left])
        self._left -= count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """An answer whose head and body together have a limit."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Capped(self.fp.detach()))


class _Line(HTTPConnection):
    """A connection to the address that was checked; the certificate must name the host."""

    response_class = _Response

    def __init__(self, target: Target, address: str, ends: float) -> None:
        super().__init__(target.host, target.port)
        self.target, self.address, self.ends = target, address, ends

    def connect(self) -> None:
        left = max(self.ends - monotonic(), 0.001)
        line = socket.create_connection((self.address, self.target.port), timeout=left)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.target.secure:
            line = _context().wrap_socket(
                line, server_hostname=self.target.host, do_handshake_on_connect=False
            )
        self.sock = line

    def shake_hands(self) -> None:
        """Apart from `connect`, so that a deadline can end it."""
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()


@contextmanager
def _deadline(line: socket.socket, ends: float) -> Iterator[None]:
    """Cut the line at `ends`: a time-out of a socket counts from each byte anew."""
    timer = threading.Timer(max(ends - monotonic(), 0), _cut, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(line: socket.socket) -> None:
    try:
        # The base class's: that of an SSL socket would first speak to the other side.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:  # it is closed already, which is what we want
        return


def _beginning(response: HTTPResponse) -> bytes:
    """The first bytes of a body, as they come: never unpacked, never waited for past the cut."""
    body = b""
    try:
        while len(body) < MOST_KEPT and (piece := response.read1(MOST_KEPT - len(body))):
            body += piece
    except (OSError, HTTPException, ValueError):  # the status has come, which is what counts
        return body
    return body


def _verdict(status: int) -> str:
    if status in TAKEN:
        return ""
    if status in REDIRECTS:
        return f"Answered {status}: redirects are not followed."
    return f"Answered {status}."


def _in_words(error: Exception, ends: float, seconds: float) -> str:
    """For the seller: says which side to look at, nothing of how our network answers."""
    if monotonic() >= ends or isinstance(error, TimeoutError):
        return f"No answer within {seconds:g} seconds."
    if isinstance(error, ssl.SSLCertVerificationError):
        return BAD_CERTIFICATE
    if isinstance(error, HTTPException) and not isinstance(error, ConnectionError):
        return TOO_MUCH
    return FAILED


def _text(body: bytes) -> str:
    """As text that the database can keep."""
    return body.decode(errors="replace").replace("\x00", "\ufffd")


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
