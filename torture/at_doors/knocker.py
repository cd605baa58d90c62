"""The process of `script/torture doors` with the database, run as a module with SEED and EACH."""

import logging
import sys

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from torture.at_doors.knocking import Often, knock, listed  # noqa: E402 - models need the set-up above
from torture.at_doors.reading import read_back  # noqa: E402
from torture.at_doors.town import build  # noqa: E402


def main() -> int:
    """Print what was tried, and the findings."""
    seed, each = map(int, sys.argv[1:])
    logging.disable(logging.CRITICAL)  # of thousands of refusals; what is an error is a finding
    town = build()
    knocks = knock(town, Often(each), seed=seed)
    read_back(town, knocks)
    for line in listed(knocks):
        print(line)
    print(f"{sum(knocks.tried.values())} requests, {len(knocks.findings)} findings, seed {seed}")
    return 1 if knocks.findings else 0


if __name__ == "__main__":
    sys.exit(main())
