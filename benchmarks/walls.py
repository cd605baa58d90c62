"""What the second wall costs: orders through the API with row-level security on and off, in turns.

Each side runs in half of the rounds, in the order on, off, off, on, so that whatever grows or warms
up counts for both. Switched off are the policies of all tables; the setting of whose rows a
statement sees is sent all the same. The processor time of web server and PostgreSQL is counted too:
it says the same of a machine that has other work.

Each round begins with new sessions. A session compares what a prepared statement cost it at first
with its generic plan: one that began without the wall would find that plan too dear behind it, and
plan order after order anew, which takes longer than to run it.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.intake import CLIENTS, KEY, PRODUCTS, bodies_of_orders, send_orders
from benchmarks.servers import Servers, start_servers
from fulfillment.embedded.postgres import APP, OWNER

ROUNDS = 12
SECONDS = 4.0
WARM_SECONDS = 2.0  # new sessions plan every statement five times
GUARDED = "SELECT tablename FROM pg_policies WHERE schemaname = 'public'"
SWITCH = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
END_SESSIONS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure, print each round, and at last how much slower the intake is behind the wall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="a multiple of four")
    rounds: int = parser.parse_args().rounds
    if rounds < 4 or rounds % 4:
        parser.error(f"--rounds: expected a multiple of four, got {rounds}")
    found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    with start_servers() as servers:
        servers.seed(PRODUCTS, KEY)
        with servers.web():
            bodies = bodies_of_orders()
            send_orders(servers, bodies, 2.0)  # warm up: connections, prepared statements, caches
            print(f"{CLIENTS} clients, {rounds} rounds of {SECONDS:.0f} s", file=sys.stderr)
            for number in range(rounds):
                is_on = number % 4 in (0, 3)
                found[is_on].append(_round(servers, bodies, is_on=is_on))
                each, cost = found[is_on][-1]
                wall = "on" if is_on else "off"
                print(f"wall {wall}: {each:.0f} orders/s, {cost:.3f} ms each", flush=True)
    on, off = (_medians(found[is_on]) for is_on in (True, False))
    print(f"median: on {on[0]:.0f} orders/s, off {off[0]:.0f} orders/s")
    print(f"median processor time of an order: on {on[1]:.3f} ms, off {off[1]:.3f} ms")
    print(f"slower by {100 * (1 - on[0] / off[0]):.1f} %, in processor time by", end=" ")
    print(f"{100 * (on[1] / off[1] - 1):.1f} %")
    return 0


def _round(
    servers: Servers, bodies: Iterator[tuple[bytes, str]], *, is_on: bool
) -> tuple[float, float]:
    """(orders a second, milliseconds of processor time an order)."""
    _switch(servers, is_on=is_on)
    send_orders(servers, bodies, WARM_SECONDS)
    before = _processor_seconds(servers)
    load = send_orders(servers, bodies, SECONDS)
    spent = _processor_seconds(servers) - before
    return load.per_second, 1000 * spent / sum(load.statuses.values())


def _switch(servers: Servers, *, is_on: bool) -> None:
    with psycopg.connect(servers.postgres.url(OWNER), autocommit=True) as owner:
        for (table,) in owner.execute(GUARDED).fetchall():
            word = sql.SQL("ENABLE" if is_on else "DISABLE")
            owner.execute(SWITCH.format(sql.Identifier(table), word))
    with servers.postgres.connect() as superuser:
        superuser.execute(END_SESSIONS, [APP])


def _processor_seconds(servers: Servers) -> float:
    """Of all processes of the two servers; of those that have ended their parents know."""
    postgres = servers.postgres.child.process
    web = servers.started_web.process
    assert postgres is not None and web is not None  # noqa: S101
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        parent, session = int(fields[1]), int(fields[3])
        if web.pid == session or postgres.pid in (parent, int(stat.parent.name)):
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


def _medians(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    each, costs = zip(*rounds, strict=True)
    return statistics.median(each), statistics.median(costs)


if __name__ == "__main__":
    sys.exit(main())
