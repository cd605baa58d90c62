"""HTTP requests to an untrusted server: total time-out, and a limit on what is read."""

import io
import socket
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from typing import Any

from orders.outside.deadlines import deadline

MOST_READ = 64 * 1024  # of the answer, its headers included
MOST_KEPT = 4 * 1024  # of its body


def post_once(
    line: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str], *, ends: float
) -> tuple[HTTPResponse, bytes]:
    """Post once, before `ends` (of time.monotonic); returns response and start of the body.

    Raises OSError or HTTPException where the headers are not complete by then.
    """
    response, sock = _asked(line, ("POST", path), body, headers, ends=ends, most=MOST_READ)
    return response, _beginning(response, sock, ends)


def ask_once(
    line: HTTPConnection,
    what: tuple[str, str],
    body: bytes,
    headers: Mapping[str, str],
    *,
    ends: float,
    most: int,
) -> tuple[HTTPResponse, bytes]:
    """Ask once, (method, path), before `ends`; the response and its whole body.

    Raises OSError or HTTPException where it is not complete by then, or has more than `most` bytes.
    """
    response, sock = _asked(line, what, body, headers, ends=ends, most=most)
    with deadline(sock, ends - monotonic()):
        return response, response.read()


def _asked(
    line: HTTPConnection,
    what: tuple[str, str],
    body: bytes,
    headers: Mapping[str, str],
    *,
    ends: float,
    most: int,
) -> tuple[HTTPResponse, socket.socket]:
    line.response_class = partial(_Capped, most)  # type: ignore[assignment]  # called, like a class
    sock = line.sock  # which http.client hands over to the answer
    sock.settimeout(max(ends - monotonic(), 0.001))
    with deadline(sock, ends - monotonic()):
        line.request(*what, body, dict(headers))
        return line.getresponse(), sock


class _Capped(HTTPResponse):
    """A response with a limit on headers and body together."""

    def __init__(self, most: int, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_CappedBytes(self.fp.detach(), most))


class _CappedBytes(io.RawIOBase):
    """A stream from which at most `most` bytes are read."""

    def __init__(self, raw: io.RawIOBase, most: int) -> None:
        self._raw = raw
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._left <= 0:
            raise HTTPException("The answer is too long.")
        count = self._raw.readinto(memoryview(buffer)[: self._left])
        self._left -= count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _beginning(response: HTTPResponse, sock: socket.socket, ends: float) -> bytes:
    """Read the first bytes of a body, not decompressed, until `ends`."""
    body = b""
    # Errors in the body are ignored: the status has arrived, and only that counts.
    with suppress(OSError, HTTPException, ValueError), deadline(sock, ends - monotonic()):
        while len(body) < MOST_KEPT and (piece := response.read1(MOST_KEPT - len(body))):
            body += piece
    return body
