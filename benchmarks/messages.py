"""Messages a second from the outbox to the provider, and how long one takes after its commit."""

import sys

from benchmarks.intake import KEY, PRODUCTS
from benchmarks.stage import stage


def main() -> int:
    """Measure on servers of our own; the last lines are ratios and the latency."""
    with stage() as servers:
        servers.python("benchmarks.seed", str(PRODUCTS), KEY)
        servers.python("benchmarks.delivery")
    return 0


if __name__ == "__main__":
    sys.exit(main())
