"""HTTP POST to an untrusted server: total time-out, and a limit on what is read."""

import io
import socket
from collections.abc import Mapping
from contextlib import suppress
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
    line.response_class = _Capped
    sock = line.sock  # which http.client hands over to the answer
    sock.settimeout(max(ends - monotonic(), 0.001))
    with deadline(sock, ends - monotonic()):
        line.request("POST", path, body, dict(headers))
        response = line.getresponse()
    return response, _beginning(response, sock, ends)


class _Capped(HTTPResponse):
    """A response with a limit on headers and body together."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_CappedBytes(self.fp.detach()))


class _CappedBytes(io.RawIOBase):
    """A stream from which at most MOST_READ bytes are read."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self._left = MOST_READ

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
