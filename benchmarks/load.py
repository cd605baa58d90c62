"""A small HTTP load generator: prepared requests over keep-alive connections."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

CREATED = 201


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


async def drive(port: int, requests: Iterator[bytes], *, clients: int, seconds: float) -> Load:
    """Send requests over `clients` connections for so many seconds; one after the other in each."""
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    until = time.perf_counter() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begun := time.perf_counter()) < until:
            writer.write(next(requests))
            statuses[await _answer(reader)] += 1
            taken.append(time.perf_counter() - begun)
        writer.close()
        await writer.wait_closed()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    elapsed = time.perf_counter() - begun
    taken.sort()
    return Load(
        per_second=len(taken) / elapsed,
        statuses=statuses,
        median_ms=taken[len(taken) // 2] * 1000,
        p99_ms=taken[int(len(taken) * 0.99)] * 1000,
    )


async def send_at_rate(port: int, requests: Iterator[bytes], *, per_second: float) -> None:
    """Begin so many requests a second, whatever their answers take; each must be 201."""
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(request: bytes) -> None:
        reader, writer = free.pop() if free else await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        if (status := await _answer(reader)) != CREATED:
            raise SystemExit(f"expected 201, the API answered {status}")
        free.append((reader, writer))

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, request in enumerate(requests):
            await asyncio.sleep(max(begun + number / per_second - time.perf_counter(), 0))
            group.create_task(send(request))
    for _, writer in free:
        writer.close()


async def send_one(port: int, request: bytes) -> int:
    """Send one request and return the status of its answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    status = await _answer(reader)
    writer.close()
    await writer.wait_closed()
    return status


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    at = lower.index(b"content-length:") + 15
    await reader.readexactly(int(lower[at : lower.index(b"\r", at)]))
    return status
