"""Bulk intake through the API, beside COPY of exactly the rows that these orders get.

A first request is sent and its rows are read back from every table; COPY writes them with new ids,
all tables of a request in one transaction. Both sides have two clients and the same number of
orders, take turns, and the medians of three rounds are compared. What both send is made before.
"""

import json
import re
import secrets
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from uuid import UUID

import psycopg

from benchmarks.intake import KEY, PRODUCTS, order
from benchmarks.load import drive, post_requests, send_one
from benchmarks.servers import Servers, start_servers
from fulfillment.embedded.postgres import OWNER
from orders.keys import new_id

CLIENTS = 2
ROUNDS = 3
ORDERS = 100  # of a request
REQUESTS = 60  # of a round
# In order of their foreign keys.
TABLES = (
    "orders_order",
    "orders_orderline",
    "orders_promise",
    "orders_event",
    "notifications_message",
)
COLUMNS = """
SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_name = %s AND is_generated = 'NEVER' AND is_identity = 'NO'
    AND column_name <> 'transaction_id'
"""
IDS = """
SELECT id FROM orders_order UNION SELECT id FROM orders_orderline
UNION SELECT id FROM orders_promise UNION SELECT id FROM orders_event
"""
# What no two orders share: ids, references and the hashes of their tracking tokens.
OWN = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|bulk-\d+|(?<=\\x)[0-9a-f]{64}")

Copies = list[tuple[str, bytes]]  # a COPY and what it sends, for each table


def main() -> int:
    """Measure, print each round, and at last the ratio in percent."""
    with start_servers() as servers:
        servers.seed(PRODUCTS, KEY)
        with servers.web():
            bodies = _bodies()
            template = _template(servers, bodies)
            print(
                f"{CLIENTS} clients each, {ROUNDS} rounds of {REQUESTS * ORDERS} orders in turns, "
                f"{ORDERS} a request",
                file=sys.stderr,
            )
            ours, limit = [], []
            _ours(servers, islice(bodies, 10))  # warm up
            for number in range(1, ROUNDS + 1):
                limit.append(_copy(servers, template))
                ours.append(_ours(servers, islice(bodies, REQUESTS)))
                print(
                    f"round {number}: API {ours[-1]:.0f} orders/s, COPY {limit[-1]:.0f} orders/s",
                    flush=True,
                )
    api, rows = statistics.median(ours), statistics.median(limit)
    print(f"median: API {api:.0f} orders/s, COPY {rows:.0f} orders/s")
    print(f"{100 * api / rows:.1f} %")
    return 0


def _bodies() -> Iterator[tuple[bytes, str]]:
    numbers = count()
    while True:
        orders = [order(f"bulk-{number}", number) for number in islice(numbers, ORDERS)]
        yield json.dumps(orders).encode(), secrets.token_hex()


def _requests(servers: Servers, bodies: Iterator[tuple[bytes, str]]) -> Iterator[bytes]:
    return post_requests(servers.options.port, "/api/v1/orders/bulk/", bodies, KEY)


def _ours(servers: Servers, bodies: Iterator[tuple[bytes, str]]) -> float:
    requests = list(_requests(servers, bodies))
    load = drive(servers.options.port, iter(requests), clients=CLIENTS)
    if set(load.statuses) != {200}:
        raise SystemExit(f"expected only 200, the API answered {dict(load.statuses)}")
    return load.per_second * ORDERS


def _template(servers: Servers, bodies: Iterator[tuple[bytes, str]]) -> Copies:
    """The rows of one request, as COPY gives them."""
    if (status := send_one(servers.options.port, next(_requests(servers, bodies)))) != 200:
        raise SystemExit(f"expected 200 for the first request, got {status}")
    found = []
    with psycopg.connect(servers.postgres.url(OWNER)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order")
        assert cursor.fetchone() == (ORDERS,), "each order of the first request is stored"  # noqa: S101
        for table in TABLES:
            cursor.execute(COLUMNS, [table])
            ((columns,),) = cursor.fetchall()
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as rows:
                found.append((f"COPY {table} ({columns}) FROM STDIN", b"".join(rows)))
        cursor.execute(IDS)
        _Own.renewed = {str(row) for (row,) in cursor.fetchall()}
    return found


class _Own:
    """What one copy of the rows has in the place of each id, reference and hash."""

    renewed: set[str] = set()

    def __init__(self) -> None:
        self.named: dict[str, str] = {}

    def __call__(self, found: re.Match[str]) -> str:
        text = found[0]
        if text not in self.named:
            self.named[text] = self._new(text)
        return self.named[text]

    def _new(self, text: str) -> str:
        if text.startswith("bulk-"):
            return f"copy-{new_id()}"
        if "-" not in text:
            return secrets.token_hex(32)
        return str(new_id()) if text in self.renewed else str(UUID(text))


def _copy(servers: Servers, template: Copies) -> float:
    batches = [_renewed(template) for _ in range(REQUESTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        connections = [psycopg.connect(servers.postgres.url(OWNER)) for _ in range(CLIENTS)]
        begun = time.perf_counter()
        shares = [
            pool.submit(_send, connection, batches[number::CLIENTS])
            for number, connection in enumerate(connections)
        ]
        for share in shares:
            share.result()
        elapsed = time.perf_counter() - begun
        for connection in connections:
            connection.close()
    return REQUESTS * ORDERS / elapsed


def _renewed(template: Copies) -> Copies:
    own = _Own()
    return [(sql, OWN.sub(own, rows.decode()).encode()) for sql, rows in template]


def _send(connection: psycopg.Connection[tuple[object, ...]], batches: list[Copies]) -> None:
    for batch in batches:
        with connection.cursor() as cursor:
            for sql, rows in batch:
                with cursor.copy(sql) as copy:
                    copy.write(rows)
        connection.commit()


if __name__ == "__main__":
    sys.exit(main())
