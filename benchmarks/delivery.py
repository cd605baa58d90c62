"""Batch delivery with a null provider, beside one Celery task per message; run by messages.py.

Both sides have two processes and the same rows; they take turns, and medians of three are compared.
"""

import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import django
import psycopg

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.conf import settings  # noqa: E402 - models need the set-up above
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.baseline import app, deliver  # noqa: E402
from benchmarks.null_provider import CHANNELS  # noqa: E402
from fulfillment.embedded.environment import BASE_DIR  # noqa: E402
from fulfillment.embedded.processes import Child  # noqa: E402
from notifications.delivery import claims, sending, settling  # noqa: E402
from notifications.delivery.outcomes import Outcome  # noqa: E402
from notifications.delivery.workers import this_worker  # noqa: E402
from notifications.states import MessageStatus  # noqa: E402
from orders.intake.acceptance import accept_orders  # noqa: E402
from orders.models import SalesChannel  # noqa: E402
from orders.shops.base import IncomingLine, IncomingOrder  # noqa: E402

PROCESSES = 2
ROUNDS = 3
ORDERS = 10_000  # two messages each
CHUNK = 500
PATIENCE_SECONDS = 300
# As they were planned, none tried; the rest is out of the way.
RESET = """
DELETE FROM notifications_attempt;
UPDATE notifications_message SET status = CASE WHEN id <= {} THEN 'planned' ELSE 'sent' END,
    attempts_made = 0, claimed_by = '', claimed_until = NULL, provider_id = '',
    settled_at = NULL, next_attempt_at = now() - interval '1 minute'
"""
SENT = "SELECT count(*) FROM notifications_message WHERE status = 'sent' AND id <= %s"
BOUND = "SELECT min(id) + %s - 1 FROM notifications_message"


def main() -> int:
    """Measure, print each round, and last the ratios."""
    _seed()
    with _crew() as crew, _baseline_worker():
        sides: dict[str, tuple[int, Callable[[int], None]]] = {
            "claim and settle, in batches": (20_000, lambda _: crew(claim_and_settle)),
            "claim and settle, a task each": (2_000, lambda number: _baseline(number, words=False)),
            "with all its words, in batches": (6_000, lambda _: crew(send_everything)),
            "with all its words, a task each": (
                1_000,
                lambda number: _baseline(number, words=True),
            ),
        }
        rates: dict[str, list[float]] = {name: [] for name in sides}
        for turn in range(ROUNDS + 1):  # the first only warms up
            for name, (number, side) in sides.items():
                rate = _measured(number if turn else 500, side)
                if turn:
                    rates[name].append(rate)
                    print(f"round {turn}: {name}: {rate:.0f} messages/s", flush=True)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    for name, rate in medians.items():
        print(f"median: {name}: {rate:.0f} messages/s")
    bare, bare_task, full, full_task = medians.values()
    print(f"with all its words: {full / full_task:.1f} times a task per message")
    print(f"claim and settle: {bare / bare_task:.1f} times a task per message")
    return 0


def claim_and_settle() -> None:
    """The cost of the outbox alone: claim and settle."""
    with this_worker().beating() as worker:
        while messages := claims.claim(worker):
            settling.settle(
                [
                    Outcome(message, MessageStatus.SENT, provider_id=message.key)
                    for message in messages
                ]
            )


def send_everything() -> None:
    """The whole pipeline: claim, facts, guards, rendering, provider, settle."""
    sending.send_due(seconds=PATIENCE_SECONDS, channels=CHANNELS)


@contextmanager
def _crew() -> Iterator[Callable[[Callable[[], None]], None]]:
    """Calls a function in all processes at once and waits for them."""
    spawn = multiprocessing.get_context("spawn")
    lines = [spawn.Pipe() for _ in range(PROCESSES)]
    workers = [spawn.Process(target=_work, args=[theirs], daemon=True) for _, theirs in lines]
    for worker in workers:
        worker.start()

    def crew(job: Callable[[], None]) -> None:
        for ours, _ in lines:
            ours.send(job)
        for ours, _ in lines:
            if error := ours.recv():
                raise SystemExit(f"a sending process failed: {error}")

    try:
        crew(_nothing)
        yield crew
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _nothing() -> None:
    connection.ensure_connection()


def _work(line: Connection) -> None:
    while True:
        job = line.recv()
        try:
            job()
            line.send("")
        except Exception as error:  # noqa: BLE001  sent to the main process
            line.send(repr(error))


@contextmanager
def _baseline_worker() -> Iterator[None]:
    log = Path(settings.VAR_DIR) / "log" / "baseline.log"
    command = [
        sys.executable, "-m", "celery", "-A", "benchmarks.baseline", "worker",
        "--loglevel", "WARNING",
        "--concurrency", str(PROCESSES), "--without-mingle", "--without-gossip",
    ]  # fmt: skip
    worker = Child("baseline worker", command, log, folder=BASE_DIR)
    worker.start()
    try:
        worker.wait_until(lambda: bool(app.control.ping(timeout=0.3)), time.sleep, 60.0)
        yield
    finally:
        worker.stop()


def _baseline(number: int, *, words: bool) -> None:
    ids = _rows("SELECT id FROM notifications_message WHERE status = 'planned' ORDER BY id")
    for (pk,) in ids:
        deliver.delay(pk, words)
    until = time.monotonic() + PATIENCE_SECONDS
    while _sent(number) < number and time.monotonic() < until:
        time.sleep(0.02)


def _measured(number: int, side: Callable[[int], None]) -> float:
    bound = _rows(BOUND, number)[0][0]
    with psycopg.connect(os.environ["MIGRATION_DATABASE_URL"], autocommit=True) as owner:
        owner.execute(RESET.format(bound))
        owner.execute("VACUUM notifications_message, notifications_attempt")
    begun = time.perf_counter()
    side(number)
    elapsed = time.perf_counter() - begun
    if (sent := _sent(number)) != number:
        raise SystemExit(f"expected {number} sent, found {sent}")
    return number / elapsed


def _sent(number: int) -> int:
    return int(_rows(SENT, _rows(BOUND, number)[0][0])[0][0])


def _rows(sql: str, *values: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _seed() -> None:
    channel = SalesChannel.objects.select_related("seller__warehouse").get()
    for begun in range(0, ORDERS, CHUNK):
        accept_orders(channel, [_order(number) for number in range(begun, begun + CHUNK)])


def _order(number: int) -> IncomingOrder:
    skus = {(number * 7 + step * 331) % 1000 for step in range(3)}
    return IncomingOrder(
        reference=f"bench-{number}",
        number=f"#{number}",
        placed_at=timezone.now(),
        lines=[IncomingLine(f"SKU-{sku}", f"Product {sku}", 1, 1999) for sku in skus],
        customer_name="Grace Hopper",
        email=f"grace-{number}@example.com",
        phone=f"+49151{number:08}",
        street="Unter den Linden 1",
        postcode="10117",
        city="Berlin",
        country="DE",
        language="en",
        currency="EUR",
    )


if __name__ == "__main__":
    sys.exit(main())
