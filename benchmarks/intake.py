"""Orders a second through the API, beside pgbench writing exactly the rows that an order gets.

The rows are not typed in: one order is sent through the API, its rows are read back from every
table, and pgbench inserts the same rows with new keys in one prepared statement per order. Both
sides have 8 clients, take turns, and the medians of three rounds are compared.
"""

import http
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, dict_row

from benchmarks.load import Load, drive, post_requests, send_one
from benchmarks.servers import Servers, start_servers
from fulfillment.embedded.postgres import OWNER

CLIENTS = 8
ROUNDS = 3
SECONDS = 6.0
PRODUCTS = 1000
KEY = "fk_bench_" + "b" * 40
# In order of their foreign keys. Columns that must differ from row to row get a new value.
TABLES = (
    "orders_order",
    "orders_idempotencykey",
    "orders_orderline",
    "orders_promise",
    "orders_event",
    "notifications_message",
)
GENERATED = """
SELECT table_name, column_name FROM information_schema.columns WHERE is_generated = 'ALWAYS'
"""
# A UUID of version 7 as the product makes it, so that both sides fill their indexes alike.
NEW_ID = (
    "overlay(gen_random_uuid()::text placing overlay(lpad(to_hex((extract(epoch from "
    "clock_timestamp()) * 1000)::bigint), 12, '0') placing '-' from 9 for 0) || '-7' "
    "from 1 for 15)::uuid"
)


def main() -> int:
    """Measure, print each round, and at last the ratio in percent."""
    with start_servers() as servers:
        _seed(servers)
        with servers.web():
            bodies = bodies_of_orders()
            script = _baseline_script(servers, bodies)
            print(
                f"{CLIENTS} clients each, {ROUNDS} rounds of {SECONDS:.0f} s in turns",
                file=sys.stderr,
            )
            ours, limit = [], []
            send_orders(servers, bodies, 2.0)  # warm up: connections, prepared statements, caches
            for number in range(1, ROUNDS + 1):
                limit.append(_pgbench(servers, script))
                load = send_orders(servers, bodies, SECONDS)
                ours.append(load.per_second)
                print(
                    f"round {number}: API {load.per_second:.0f} orders/s "
                    f"(median {load.median_ms:.1f} ms, p99 {load.p99_ms:.1f} ms), "
                    f"pgbench {limit[-1]:.0f} orders/s",
                    flush=True,
                )
    api, rows = statistics.median(ours), statistics.median(limit)
    print(f"median: API {api:.0f} orders/s, pgbench {rows:.0f} orders/s")
    print(f"{100 * api / rows:.1f} %")
    return 0


def _seed(servers: Servers) -> None:
    servers.seed(PRODUCTS, KEY)


def bodies_of_orders() -> Iterator[tuple[bytes, str]]:
    """(body, idempotency key) of one new order after the other."""
    for number in count():
        yield json.dumps(order(f"bench-{number}", number)).encode(), f"once-{number}"


def order(reference: str, number: int) -> dict[str, object]:
    """An order of three lines, as the API takes it."""
    skus = {(number * 7 + step * 331) % PRODUCTS for step in range(3)}
    return {
        "reference": reference,
        "number": f"#{number}",
        "customer": {
            "name": "Grace Hopper",
            "email": "grace@example.com",
            "phone": f"+49151{number:08}",
            "language": "en",
        },
        "address": {
            "street": "Unter den Linden 1",
            "postcode": "10117",
            "city": "Berlin",
            "country": "DE",
        },
        "currency": "EUR",
        "lines": [{"sku": f"SKU-{sku}", "quantity": 1, "unit_price": 1999} for sku in skus],
    }


def send_orders(servers: Servers, bodies: Iterator[tuple[bytes, str]], seconds: float) -> Load:
    """Send orders for so long with all clients. Raises SystemExit where one is not accepted."""
    port = servers.options.port
    requests = post_requests(port, "/api/v1/orders/", bodies, KEY)
    load = drive(port, requests, clients=CLIENTS, seconds=seconds)
    if set(load.statuses) != {201}:
        raise SystemExit(f"expected only 201, the API answered {dict(load.statuses)}")
    return load


def _baseline_script(servers: Servers, bodies: Iterator[tuple[bytes, str]]) -> Path:
    """The pgbench script: one statement that writes the rows one order got."""
    port = servers.options.port
    first = next(post_requests(port, "/api/v1/orders/", bodies, KEY))
    if (status := send_one(port, first)) != http.HTTPStatus.CREATED:
        raise SystemExit(f"expected 201 for the first order, got {status}")
    with psycopg.connect(servers.postgres.url(OWNER), row_factory=dict_row) as connection:
        parts = list(_parts(connection))
    path = servers.place.var / "baseline.sql"
    inserted = ",\n".join(f"part_{number} AS ({part})" for number, part in enumerate(parts))
    path.write_text(
        f"WITH id AS MATERIALIZED (SELECT {NEW_ID} AS o, {NEW_ID} AS e, {NEW_ID} AS p),\n"
        f"{inserted}\nSELECT 1;\n"
    )
    return path


def _parts(connection: psycopg.Connection[DictRow]) -> Iterator[str]:
    (order,) = connection.execute("SELECT id FROM orders_order LIMIT 1")
    (event,) = connection.execute("SELECT id FROM orders_event LIMIT 1")
    (promise,) = connection.execute("SELECT id FROM orders_promise LIMIT 1")
    names = {order["id"]: "id.o", event["id"]: "id.e", promise["id"]: "id.p"}
    computed = {
        (row["table_name"], row["column_name"]) for row in connection.execute(GENERATED).fetchall()
    }
    for table in TABLES:
        for row in connection.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608 - a name of our own
            columns = [
                name
                for name in row
                if (table, name) != ("notifications_message", "id")
                and (table, name) not in computed
            ]
            values = [_value(connection, name, row[name], names) for name in columns]
            taken = ", ".join(values)
            yield f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM id"  # noqa: S608


def _value(
    connection: psycopg.Connection[DictRow], column: str, value: Any, names: dict[UUID, str]
) -> str:
    if isinstance(value, UUID) and value in names:
        return names[value]
    if column == "id":
        return NEW_ID
    if column in ("reference", "key"):
        return "'y-' || id.o::text"
    if column == "tracking_hash":
        return "sha256(uuid_send(id.o))"
    if column == "transaction_id":
        return "pg_current_xact_id()::text::bigint"
    if isinstance(value, dict):
        return f"{sql.Literal(json.dumps(value)).as_string(connection)}::jsonb"
    return sql.Literal(value).as_string(connection)


def _pgbench(servers: Servers, script: Path) -> float:
    program = servers.postgres.program.path.with_name("pgbench")
    command = [
        str(program), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
        "-T", str(int(SECONDS)), "-f", str(script), servers.postgres.url(OWNER),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if (
        done.returncode
        or not found
        or "failed: 0" not in done.stdout.replace("failed transactions", "failed")
    ):
        raise SystemExit(f"pgbench failed:\n{done.stdout}{done.stderr}")
    return float(found.group(1))


if __name__ == "__main__":
    sys.exit(main())
