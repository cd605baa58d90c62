"""A small HTTP load generator: prepared requests over keep-alive connections.

It runs on the machine that it measures, so what it costs itself is taken from both sides' result:
one thread waits for all connections and reads of an answer no more than its length.
"""

import asyncio
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

CREATED = 201
UNCHANGED = 304  # its answer ends with its head
ANSWER_SECONDS = 60.0
# The server closes a connection on which no request begins for 10 seconds.
FRESH_SECONDS = 5.0


@dataclass(frozen=True)
class Load:
    """The results of a run."""

    per_second: float
    statuses: Counter[int]
    median_ms: float
    p99_ms: float


def post_requests(
    port: int, path: str, bodies: Iterator[tuple[bytes, str]], key: str
) -> Iterator[bytes]:
    """The bytes of one POST after the other: (JSON body, idempotency key) each."""
    for body, once in bodies:
        yield (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
            f"Idempotency-Key: {once}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


def get_requests(port: int, asked: Iterator[tuple[str, str]]) -> Iterator[bytes]:
    """The bytes of one GET after the other: (path, known ETag or nothing) each."""
    for path, etag in asked:
        known = f"If-None-Match: {etag}\r\n" if etag else ""
        yield f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{known}\r\n".encode()


@dataclass
class _Client:
    """A connection that sends one request after the other."""

    line: socket.socket
    begun: float = 0.0
    read: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.read.clear()
        self.begun = time.perf_counter()
        self.line.sendall(request)

    def status(self) -> int | None:
        """Read what is there: the status, once the answer is complete."""
        part = self.line.recv(2**16)
        if not part:
            raise SystemExit(f"the server closed a connection after {len(self.read)} bytes")
        self.read += part
        return _status_of(self.read)


def drive(
    port: int, requests: Iterator[bytes], *, clients: int, seconds: float = float("inf")
) -> Load:
    """Send requests over `clients` connections, one after the other in each.

    Ends after so many seconds, or with the last request.
    """
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    begun = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            client = _Client(socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS))
            client.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client.line, selectors.EVENT_READ, client)
            client.send(next(requests))
        while selector.get_map():
            if not (ready := selector.select(ANSWER_SECONDS)):
                raise SystemExit(f"no answer within {ANSWER_SECONDS:.0f} s")
            for key, _ in ready:
                client = key.data
                if (status := client.status()) is None:
                    continue
                now = time.perf_counter()
                statuses[status] += 1
                taken.append(now - client.begun)
                following = next(requests, None) if now - begun < seconds else None
                if following is not None:
                    client.send(following)
                else:
                    selector.unregister(client.line)
                    client.line.close()
    elapsed = time.perf_counter() - begun
    taken.sort()
    return Load(
        per_second=len(taken) / elapsed,
        statuses=statuses,
        median_ms=taken[len(taken) // 2] * 1000,
        p99_ms=taken[int(len(taken) * 0.99)] * 1000,
    )


def send_one(port: int, request: bytes) -> int:
    """Send one request and return the status of its answer."""
    (status,) = drive(port, iter([request]), clients=1).statuses
    return status


def ask_one(port: int, request: bytes) -> bytes:
    """Send one request and return its answer, with its head."""
    client = _Client(socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS))
    with client.line:
        client.send(request)
        while client.status() is None:
            pass
    return bytes(client.read)


async def send_at_rate(port: int, requests: Iterator[bytes], *, per_second: float) -> None:
    """Begin so many requests a second, whatever their answers take; each must be 201.

    A connection that was idle for long is not used again, for the server is about to close it: who
    sends on it meets the end of the line in the place of an answer.
    """
    free: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def connection() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while free:
            since, reader, writer = free.pop()
            if time.perf_counter() - since < FRESH_SECONDS and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", port)

    async def send(request: bytes) -> None:
        reader, writer = await connection()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length_in(head))
        if (status := int(head[9:12])) != CREATED:
            raise SystemExit(f"expected 201, the API answered {status}")
        free.append((time.perf_counter(), reader, writer))

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, request in enumerate(requests):
            await asyncio.sleep(max(begun + number / per_second - time.perf_counter(), 0))
            group.create_task(send(request))
    for _, _, writer in free:
        writer.close()


def _status_of(answer: bytes | bytearray) -> int | None:
    """The status of an answer that is complete."""
    end = answer.find(b"\r\n\r\n") + 4
    if end < 4:
        return None
    status = int(answer[9:12])
    if status != UNCHANGED and len(answer) < end + _length_in(answer[:end]):
        return None
    return status


def _length_in(head: bytes | bytearray) -> int:
    lower = head.lower()
    at = lower.index(b"content-length:") + 15
    return int(lower[at : lower.index(b"\r", at)])
