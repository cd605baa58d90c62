"""Tracking pages a second, beside a page of the same server that asks no database.

Three things take turns, with 8 clients each: `/healthz`, the whole page, and what the page's script
asks every half minute, answered 304. The medians of three rounds are compared.
"""

import http
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle

from benchmarks.load import Load, ask_one, drive, get_requests
from benchmarks.scale import seed
from benchmarks.servers import Servers, start_servers
from fulfillment.embedded.environment import BASE_DIR
from fulfillment.embedded.postgres import DATABASE

CLIENTS = 8
ROUNDS = 3
SECONDS = 5.0
ORDERS = 10_000
PAGES = 500
ETAG = re.compile(rb"\r\netag: (\S+)\r\n", re.IGNORECASE)


def main() -> int:
    """Measure, print each round, and at last the ratios."""
    # Eight clients of one network ask for more than strangers may.
    with start_servers(RATE_STRANGER="0") as servers:
        seed(servers, DATABASE, ORDERS)
        with servers.web():
            return _measure(servers)


def _measure(servers: Servers) -> int:
    port, paths = servers.options.port, _paths(servers)
    print(f"{CLIENTS} clients, {ROUNDS} rounds of {SECONDS:.0f} s in turns", file=sys.stderr)
    states = [(f"{path}state.json", _etag(port, path)) for path in paths]
    # What is asked -> the requests, and the answer that each of them must get.
    asked: dict[str, tuple[Iterator[bytes], int]] = {
        "ping": (get_requests(port, cycle([("/healthz", "")])), http.HTTPStatus.OK),
        "page": (get_requests(port, cycle((path, "") for path in paths)), http.HTTPStatus.OK),
        "304": (get_requests(port, cycle(states)), http.HTTPStatus.NOT_MODIFIED),
    }
    found: dict[str, list[float]] = {name: [] for name in asked}
    for name in asked:
        _drive(port, *asked[name], 1.0)  # warm up
    for number in range(1, ROUNDS + 1):
        loads = {name: _drive(port, *asked[name], SECONDS) for name in asked}
        for name, load in loads.items():
            found[name].append(load.per_second)
        print(
            f"round {number}: "
            + ", ".join(
                f"{name} {load.per_second:.0f}/s (p99 {load.p99_ms:.0f} ms)"
                for name, load in loads.items()
            ),
            flush=True,
        )
    ping, page, unchanged = (statistics.median(found[name]) for name in asked)
    print(f"median: ping {ping:.0f}/s, page {page:.0f}/s, 304 {unchanged:.0f}/s")
    print(f"page beside ping: {100 * page / ping:.1f} %")
    print(f"304 beside page: {unchanged / page:.2f}")
    return 0


def _paths(servers: Servers) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.tracking_links", str(PAGES)]
    done = subprocess.run(
        command, env=servers.env, cwd=BASE_DIR, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.split()


def _etag(port: int, path: str) -> str:
    (request,) = get_requests(port, iter([(f"{path}state.json", "")]))
    if not (found := ETAG.search(ask_one(port, request))):
        raise SystemExit(f"{path}state.json has no ETag")
    return found[1].decode()


def _drive(port: int, requests: Iterator[bytes], status: int, seconds: float) -> Load:
    load = drive(port, requests, clients=CLIENTS, seconds=seconds)
    if set(load.statuses) != {status}:
        raise SystemExit(f"expected only {status}, got {dict(load.statuses)}")
    return load


if __name__ == "__main__":
    sys.exit(main())
