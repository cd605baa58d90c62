"""Processor time of one order of two lines from intake to its last message, by stage.

The stages run one after the other in one process, as the web server and the workers would run them;
that of PostgreSQL, all its processes counted, is added. Times of the clock play no part.
"""

import sys

from benchmarks.intake import KEY
from benchmarks.servers import start_servers


def main() -> int:
    """Measure on servers of our own; the last line is the sum in ms."""
    # What may be undone waits for that by the clock.
    with start_servers(UNDO_HOLD_SECONDS="0") as servers:
        servers.seed(50, KEY)
        postgres = servers.postgres.child.process
        if postgres is None:
            raise SystemExit("PostgreSQL has ended.")
        servers.python("benchmarks.life_stages", str(postgres.pid))
    return 0


if __name__ == "__main__":
    sys.exit(main())
