"""Benchmark of messages: throughput from outbox to provider, latency after commit."""

import sys

from benchmarks import wakeup
from benchmarks.intake import KEY, PRODUCTS
from benchmarks.servers import start_servers


def main() -> int:
    """Measure on servers of our own; the last lines are ratios and the latency."""
    with start_servers() as servers:
        servers.seed(PRODUCTS, KEY)
        latency = wakeup.measure(servers)
        servers.python("benchmarks.delivery")
        wakeup.report(latency)
    return 0


if __name__ == "__main__":
    sys.exit(main())
