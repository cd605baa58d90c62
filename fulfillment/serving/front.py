"""The front reader: an RSGI application that reads a body whole, then lets a thread of Django run.

A slow client holds a few kilobytes here, never a thread: the threads, each with a connection to
PostgreSQL, see only requests that are there from the first to the last byte. Every wait has an end:
a body takes BODY_SECONDS at most, and more where it says that it is large; a request waits
QUEUE_SECONDS for a thread, and beyond a number of waiting requests, or of bytes that are being
read, the next is told to come back.

A hop between the event loop and a thread costs a tenth of an order. So a small body takes one, a
thread answers by itself, and the loop hears of it when the next request comes.
"""

import asyncio
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any

from fulfillment.serving.answers import refuse
from fulfillment.serving.bodies import most_bytes, too_large
from fulfillment.serving.calls import BUSY, Call, Line, Scope, WsgiApp, client_of, environ_of
from fulfillment.serving.clients import network_of
from fulfillment.serving.probes import PROBES

BODY_SECONDS = 12.0
SLOWEST_BYTES = 2**19  # of a large body come in each further second: photos, over the air
MOST_WAITING = 100
MOST_SIGN_INS = 40  # as many as their thread answers while the last of them waits
SMALL_BYTES = 2**14  # such a body is read at once, and not counted
MOST_READING_BYTES = 64 * 2**20  # of all larger bodies that are being read now
ONE_NETWORK_BYTES = 16 * 2**20  # of those that come from one network
MOST_UNREAD_BYTES = 32 * 2**20  # of a refused body are let by before its line is cut
TIDY_SECONDS = 0.05  # a pass over ended and late requests, where no request comes
SIGN_INS = ("/accounts/", "/warehouse/badge/", "/warehouse/unlock/")
CUT = "The body broke off, or its chunks cannot be read."
SLOW = f"The body did not arrive within {BODY_SECONDS:.0f} seconds, and one more for each 512 KB."

Calls = SimpleQueue[Call]


class Refused(Exception):
    """A request that no thread sees: the answer to it, and what is left of its body."""

    def __init__(self, path: str, status: int, problem: str, rest: Line | None = None) -> None:
        self.response = refuse(path, status, problem, retry_after=1 if status == 503 else None)
        # Nothing else can follow on this connection.
        self.response.headers["Connection"] = "close"
        self.rest = rest
        super().__init__(problem)


class Front:
    """The RSGI application around a WSGI application, which runs in `threads` threads."""

    def __init__(self, app: WsgiApp, *, threads: int) -> None:
        self.app = app
        self.threads = threads
        self.most_inside = threads + MOST_WAITING
        # Requests that wait for a thread or have one. Sign-ins count by themselves: many of them
        # leave room for pages.
        self.inside: Counter[Calls] = Counter()
        self.reading_bytes: Counter[str] = Counter()  # by network
        self.reading: dict[asyncio.Task[Any], float] = {}  # whose body is awaited, until when
        self.calls = Calls()
        # A probe that queued behind slow requests would call a busy process a dead one.
        self.probes = Calls()
        # To hash a password or a PIN takes long on purpose: the others keep their threads.
        self.sign_ins = Calls()
        self.answered: deque[asyncio.Future[None]] = deque()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads, in the process that serves."""
        for number in range(self.threads):
            self._start_thread(f"web-{number}", self.calls)
        self._start_thread("sign-in", self.sign_ins)
        self._start_thread("probe", self.probes)
        self._tidy_often(loop)

    async def __rsgi__(self, scope: Scope, line: Line) -> None:
        """Answer one request; ends when its thread has answered."""
        self._tidy()
        if scope.proto != "http":
            return
        try:
            with self._is_reading(_announced(scope)):
                body = await self._body(scope, line)
            if scope.path in PROBES:
                await self._run(self.probes, scope, line, body)
            elif scope.method == "POST" and scope.path.startswith(SIGN_INS):
                await self._queue(self.sign_ins, scope, line, body)
            else:
                await self._queue(self.calls, scope, line, body)
        except Refused as refusal:
            response = refusal.response
            line.response_bytes(response.status_code, list(response.items()), response.content)
            if refusal.rest and "expect" not in scope.headers:
                with self._is_reading(_announced(scope)), suppress(asyncio.CancelledError):
                    await _let_by(refusal.rest)

    def _start_thread(self, name: str, calls: Calls) -> None:
        def work() -> None:
            while True:
                call = calls.get()
                call.run()
                self.answered.append(call.ended)

        threading.Thread(target=work, name=name, daemon=True).start()

    def _tidy(self) -> None:
        """End the requests that were answered: this wakes the loop less than each by itself."""
        while self.answered:
            if not (ended := self.answered.popleft()).done():
                ended.set_result(None)

    def _tidy_often(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tidy()
        now = time.monotonic()
        for task, until in self.reading.items():
            if now >= until:
                task.cancel()
        loop.call_later(TIDY_SECONDS, self._tidy_often, loop)

    async def _queue(self, calls: Calls, scope: Scope, line: Line, body: bytes) -> None:
        most = MOST_SIGN_INS if calls is self.sign_ins else self.most_inside
        if self.inside[calls] >= most:
            raise Refused(scope.path, 503, BUSY)
        self.inside[calls] += 1
        try:
            await self._run(calls, scope, line, body)
        finally:
            self.inside[calls] -= 1

    async def _run(self, calls: Calls, scope: Scope, line: Line, body: bytes) -> None:
        ended = asyncio.get_running_loop().create_future()
        calls.put(Call(self.app, environ_of(scope, body), line, ended))
        await ended

    async def _body(self, scope: Scope, line: Line) -> bytes:
        """The whole body. Raises Refused for one that is too large, too slow or cut."""
        headers = scope.headers
        has_end = "transfer-encoding" not in headers
        announced = _announced(scope)
        most = most_bytes(scope.path)
        if announced > most:
            aiter(line)  # begins to read, which is done once
            raise Refused(scope.path, 413, too_large(most), line)
        try:
            if has_end and announced <= SMALL_BYTES:
                return await line() if announced else b""
            parts = await self._parts(scope, line, most)
        except asyncio.CancelledError:
            raise Refused(scope.path, 408, SLOW) from None
        except RuntimeError:  # of the server, when the line was cut
            raise Refused(scope.path, 400, CUT) from None
        body = b"".join(parts)
        if has_end and len(body) != announced:
            raise Refused(scope.path, 400, CUT)
        return body

    async def _parts(self, scope: Scope, line: Line, most: int) -> list[bytes]:
        """A large body, or one without a length, counted as it comes."""
        parts: list[bytes] = []
        read = 0
        network = network_of(client_of(scope))
        try:
            async for part in line:
                if parts and not parts[-1]:
                    # One empty part is the end of a body; a second one means that it was cut,
                    # or that trailers follow: nobody can tell which.
                    raise Refused(scope.path, 400, CUT)
                parts.append(part)
                read += len(part)
                self.reading_bytes[network] += len(part)
                if read > most:
                    raise Refused(scope.path, 413, too_large(most), line)
                if self._reads_too_much(network):
                    raise Refused(scope.path, 503, BUSY, line)
        finally:
            self.reading_bytes[network] -= read
            if not self.reading_bytes[network]:
                del self.reading_bytes[network]
        return parts

    def _reads_too_much(self, network: str) -> bool:
        if self.reading_bytes[network] > ONE_NETWORK_BYTES:
            return True
        return self.reading_bytes.total() > MOST_READING_BYTES

    @contextmanager
    def _is_reading(self, announced: int) -> Iterator[None]:
        task = asyncio.current_task()
        assert task  # noqa: S101 - a coroutine of the server runs in one
        seconds = BODY_SECONDS + min(announced, ONE_NETWORK_BYTES) / SLOWEST_BYTES
        self.reading[task] = time.monotonic() + seconds
        try:
            yield
        finally:
            del self.reading[task]


async def _let_by(rest: Line) -> None:
    """Read what still comes of a body that was refused, and keep nothing.

    To cut the line of who is still sending takes the answer from them: a proxy would say 502.
    """
    passed = 0
    # Without a default for its end: to cancel that kills the process (CPython 3.11).
    while passed <= MOST_UNREAD_BYTES and (part := await anext(rest)):
        passed += len(part)


def _announced(scope: Scope) -> int:
    """How many bytes a request says that its body has; 0 where it says nothing."""
    # The server takes digits only, and a list only of the same number.
    return int(scope.headers.get("content-length", "0").partition(",")[0].strip()[:20])
