"""What each page costs: its processor time over that of a ping, and where its time goes.

A database is filled by `manage.py seed`, and a process opens the pages of `script/bench scale` in
itself. Counted is its processor time and that of its PostgreSQL process, so that other work on the
machine changes little. The ping is `/healthz`: the same stack, and no database.
"""

import argparse
import sys

from benchmarks.scale import FEW, KEY, ROUNDS, seed
from benchmarks.servers import start_servers
from fulfillment.embedded.postgres import DATABASE


def main() -> int:
    """Seed, and print each page; the ping comes first."""
    parser = argparse.ArgumentParser(prog="script/bench pages", description=__doc__)
    parser.add_argument("--orders", type=int, default=FEW)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("page", nargs="*", help="its name, as it is printed; else all")
    options = parser.parse_args()
    with start_servers() as servers:
        seed(servers, DATABASE, options.orders)
        servers.python("benchmarks.opening.parts", KEY, str(options.rounds), *options.page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
