"""The process of `script/schema` with the database, run as a module with SEED and EACH."""

import logging
import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from torture.at_doors.exploring import explore  # noqa: E402 - models need the set-up above
from torture.at_doors.town import build  # noqa: E402


def main() -> int:
    """Print what was tried, and the findings."""
    seed, each = map(int, sys.argv[1:])
    logging.disable(logging.CRITICAL)  # of thousands of refusals; what is an error is a finding
    explored = explore(build(), seed_of_run=seed, each=each)
    for line in explored.lines():
        print(line)
    total = sum(explored.tried.values())
    print(f"{total} requests, {len(explored.findings)} findings, seed {seed}")
    return 1 if explored.findings else 0


if __name__ == "__main__":
    sys.exit(main())
