"""What pages cost with many orders, beside what they cost with few: the same pages, in turns.

Two databases of one server are filled by `manage.py seed`. A process for each opens the pages in
itself; its CPU time and that of its PostgreSQL process are counted, so that other work on the
machine changes little. The last lines are the ratios of the medians.
"""

import argparse
import json
import statistics
import subprocess
import sys
from typing import Any, Self

import psycopg
from psycopg import sql

from benchmarks.servers import Servers, start_servers
from fulfillment.embedded.environment import BASE_DIR
from fulfillment.embedded.postgres import APP, DATABASE, OWNER, SUPERUSER, grant_roles

FEW, MANY = 10_000, 1_000_000
# As many wait in both: pages show them all alike, and only what is over grows.
IN_WORK = 2_000
WARM_UP, ROUNDS = 3, 9
MOST = 1.3  # what a page may cost more
MOST_IN = 1.15  # and the intake and the allocation
PAGES = "benchmarks.opening.pages"
KEY = "fk_scale_" + "s" * 40


class Measured:
    """A process that opens pages on one database, or scans."""

    def __init__(self, servers: Servers, database: str, module: str = PAGES) -> None:
        env = servers.env | {"DATABASE_URL": address(servers, APP, database)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *([KEY] if module == PAGES else [])],
            env=env, cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.names: Any = json.loads(self._line())

    def cost(self, name: str) -> float:
        """Milliseconds of CPU that this page takes now."""
        assert self.process.stdin  # noqa: S101 - a pipe
        print(name, file=self.process.stdin, flush=True)
        return float(json.loads(self._line()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.wait()

    def _line(self) -> str:
        assert self.process.stdout  # noqa: S101 - a pipe
        if line := self.process.stdout.readline():
            return str(line)
        raise SystemExit("The process that opens the pages has ended.")


def main() -> int:
    """Seed, measure, and print the ratio of each page; 1 where one costs too much."""
    options = _options()
    with start_servers() as servers:
        for name, orders in (("few", options.few), ("many", options.orders)):
            make_database(servers, name)
            seed(servers, name, orders)
        with Measured(servers, "few") as few, Measured(servers, "many") as many:
            ratios = {name: measure(name, few, many, options.rounds) for name in few.names}
    slow = [name for name, ratio in ratios.items() if ratio > most_of(name)]
    print(f"{len(ratios) - len(slow)} of {len(ratios)} within their limit")
    return 1 if slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench scale", description=__doc__)
    parser.add_argument("--orders", type=int, default=MANY)
    parser.add_argument("--few", type=int, default=FEW)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def address(servers: Servers, role: str, database: str) -> str:
    """The URL of one of our databases."""
    return servers.postgres.url(role).replace(f"/{DATABASE}?", f"/{database}?")


def make_database(servers: Servers, name: str) -> None:
    """Copy the migrated database, which is empty."""
    with psycopg.connect(address(servers, SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                *map(sql.Identifier, (name, DATABASE, OWNER))
            )
        )
    with psycopg.connect(address(servers, SUPERUSER, name), autocommit=True) as connection:
        grant_roles(connection)  # rights on a database are not copied with it


def seed(servers: Servers, name: str, orders: int, *, in_work: int | None = None) -> None:
    """Fill one of the databases."""
    waiting = in_work or min(IN_WORK, orders // 5)
    env = servers.env | {"DEBUG": "1", "DATABASE_URL": address(servers, OWNER, name)}
    command = [sys.executable, "manage.py", "seed", "--orders", str(orders), "--key", KEY]
    command += ["--in-work", str(waiting)]
    subprocess.run(command, env=env, cwd=BASE_DIR, check=True, stdout=sys.stderr)
    with psycopg.connect(address(servers, OWNER, name)) as connection:
        row = connection.execute("SELECT pg_size_pretty(pg_database_size(%s))", [name]).fetchone()
    print(f"{name}: {orders:,} orders, {row[0] if row else '?'}", flush=True)


def measure(name: str, few: Measured, many: Measured, rounds: int) -> float:
    """The ratio of the medians of a page, which is printed beside them."""
    costs: tuple[list[float], list[float]] = [], []
    for number in range(WARM_UP + rounds):
        for kept, measured in zip(costs, (few, many), strict=True):
            took = measured.cost(name)
            if number >= WARM_UP:
                kept.append(took)
    low, high = (statistics.median(kept) for kept in costs)
    mark = "" if high / low <= most_of(name) else "  <- too much"
    print(f"{name:30} {low:8.1f} ms {high:8.1f} ms  x {high / low:.2f}{mark}", flush=True)
    return high / low


def most_of(name: str) -> float:
    """The limit of the ratio."""
    return MOST_IN if name.startswith(("intake", "allocation")) else MOST


if __name__ == "__main__":
    sys.exit(main())
