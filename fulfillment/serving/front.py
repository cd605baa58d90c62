"""The front reader: an ASGI application that reads a body whole, then lets a thread of Django run.

A slow client holds a few kilobytes here, never a thread: the threads, each with a connection to
PostgreSQL, see only requests that are there from the first to the last byte. Every wait has an end:
a body takes BODY_SECONDS at most, a request waits QUEUE_SECONDS for a thread, and beyond a number
of waiting requests, or of bytes that are being read, the next is told to come back.
"""

import asyncio
import io
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes

from django.http import HttpResponse

from fulfillment.serving.answers import refuse
from fulfillment.serving.bodies import most_bytes, too_large
from fulfillment.serving.probes import PROBES

log = logging.getLogger(__name__)

BODY_SECONDS = 12.0
QUEUE_SECONDS = 10.0
MOST_WAITING = 100
MOST_READING_BYTES = 64 * 2**20  # of all bodies that are being read now
PIECE_BYTES = 2**20  # a longer answer is sent in pieces of this size, by its thread
SEND_SECONDS = 30.0  # for a piece, to a client that reads slowly
BUSY = "Too many requests wait just now. Try again in a moment."
SLOW = f"The body did not arrive within {BODY_SECONDS:.0f} seconds."

Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]
Headers = list[tuple[bytes, bytes]]


class Refused(Exception):
    """A request that no thread sees: the answer to it."""

    def __init__(self, path: str, status: int, problem: str) -> None:
        self.response = refuse(path, status, problem, retry_after=1 if status == 503 else None)
        # What is left of its body is not read: nothing else can follow on this connection.
        self.response.headers["Connection"] = "close"
        super().__init__(problem)


class Left(Exception):
    """The client has left before its body was complete."""


class Front:
    """The ASGI application around a WSGI application, which runs in `threads` threads."""

    def __init__(self, app: WsgiApp, *, threads: int) -> None:
        self.app = app
        self.most_inside = threads + MOST_WAITING
        self.inside = 0  # requests that wait for a thread or have one
        self.reading_bytes = 0
        self.pool = ThreadPoolExecutor(threads, "web")
        # A probe that queued behind slow requests would call a busy process a dead one.
        self.probes = ThreadPoolExecutor(1, "probe")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await self._body(scope, receive)
            if scope["path"] in PROBES:
                await self._run(self.probes, scope, body, send)
            else:
                await self._queue(scope, body, send)
        except Refused as refusal:
            await _send_response(send, refusal.response)
        except Left:
            return

    async def _queue(self, scope: Scope, body: bytes, send: Send) -> None:
        if self.inside >= self.most_inside:
            raise Refused(scope["path"], 503, BUSY)
        self.inside += 1
        try:
            await self._run(self.pool, scope, body, send)
        finally:
            self.inside -= 1

    async def _run(self, pool: ThreadPoolExecutor, scope: Scope, body: bytes, send: Send) -> None:
        loop = asyncio.get_running_loop()
        call = Call(self.app, environ_of(scope, body), partial(_send_from_thread, loop, send))
        for message in await loop.run_in_executor(pool, call.run):
            await send(message)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body. Raises Refused for one that is too large or too slow, and Left."""
        most = most_bytes(scope["path"])
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length[:20]) > most:
            raise Refused(scope["path"], 413, too_large(most))
        parts: list[bytes] = []
        try:
            async with asyncio.timeout(BODY_SECONDS):
                await self._read(scope, receive, parts, most)
        except TimeoutError:
            raise Refused(scope["path"], 408, SLOW) from None
        finally:
            self.reading_bytes -= sum(map(len, parts))
        return b"".join(parts)

    async def _read(self, scope: Scope, receive: Receive, parts: list[bytes], most: int) -> None:
        read, is_more = 0, True
        while is_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Left
            part = message.get("body", b"")
            parts.append(part)
            read += len(part)
            self.reading_bytes += len(part)
            if read > most:
                raise Refused(scope["path"], 413, too_large(most))
            if self.reading_bytes > MOST_READING_BYTES:
                raise Refused(scope["path"], 503, BUSY)
            is_more = message.get("more_body", False)


class Call:
    """One request in a thread: calls the WSGI application, and sends its answer in pieces."""

    def __init__(
        self, app: WsgiApp, environ: dict[str, Any], send: Callable[[Message], None]
    ) -> None:
        self.app, self.environ, self.send = app, environ, send
        self.queued_at = time.monotonic()
        self.code, self.headers = 500, Headers()

    def run(self) -> list[Message]:
        """Answer; returns the messages that are left to send: each hop to the loop costs time.

        What goes wrong below Django is logged, and its client sees the line cut.
        """
        try:
            if time.monotonic() - self.queued_at > QUEUE_SECONDS:
                response = refuse(self._path(), 503, BUSY, retry_after=1)
                self._start(f"{response.status_code} Busy", list(response.items()))
                return self._answer([response.content])
            result = self.app(self.environ, self._start)
            try:
                return self._answer(result)
            finally:
                if hasattr(result, "close"):
                    result.close()
        except Exception:
            log.exception("a request ended without an answer")
            return []

    def _start(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        self.code = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode(), text.encode("latin-1")) for name, text in headers]

    def _answer(self, result: Any) -> list[Message]:
        pieces = _pieces(result) if self.environ["REQUEST_METHOD"] != "HEAD" else iter([b""])
        piece = next(pieces, b"")  # asked before the head is sent: it may fail
        start = {"type": "http.response.start", "status": self.code, "headers": self.headers}
        left: list[Message] = [start]
        for following in pieces:
            left.append({"type": "http.response.body", "body": piece, "more_body": True})
            while left:
                self.send(left.pop(0))
            piece = following
        return [*left, {"type": "http.response.body", "body": piece, "more_body": False}]

    def _path(self) -> str:
        path: str = self.environ["PATH_INFO"]
        return path


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """The WSGI environment of a request whose body is complete."""
    path, _, query = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": (scope.get("query_string") or query).decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, text in scope["headers"]:
        # X_Forwarded_For would become the same name as X-Forwarded-For.
        if b"_" not in name and name not in {b"content-length", b"transfer-encoding"}:
            _add_header(environ, name.decode("latin-1"), text.decode("latin-1"))
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _add_header(environ: MutableMapping[str, Any], name: str, text: str) -> None:
    known = name.upper().replace("-", "_")
    key = known if known == "CONTENT_TYPE" else f"HTTP_{known}"
    if key in environ:
        text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
    environ[key] = text


def _pieces(result: Any) -> Iterator[bytes]:
    """The answer in pieces of at least PIECE_BYTES: each costs a hop between two threads."""
    gathered = bytearray()
    for part in result:
        gathered += part
        if len(gathered) >= PIECE_BYTES:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def _send_from_thread(loop: asyncio.AbstractEventLoop, send: Send, message: Message) -> None:
    async def passed_on() -> None:
        await send(message)

    asyncio.run_coroutine_threadsafe(passed_on(), loop).result(SEND_SECONDS)


async def _send_response(send: Send, response: HttpResponse) -> None:
    headers = [(name.lower().encode(), text.encode("latin-1")) for name, text in response.items()]
    length = (b"content-length", str(len(response.content)).encode())
    start = {"status": response.status_code, "headers": [*headers, length]}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": response.content, "more_body": False})
