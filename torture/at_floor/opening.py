"""The process of `script/torture floor` with the database: run as a module, SEED and SECONDS."""

import logging
import sys
import tempfile
from pathlib import Path

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from torture.at_floor.crowd import listed, work  # noqa: E402 - models need the set-up above


def main() -> int:
    """Print what was done, and the findings."""
    seed, seconds = int(sys.argv[1]), float(sys.argv[2])
    logging.disable(logging.CRITICAL)  # of many refusals; what is an error is a finding
    with tempfile.TemporaryDirectory(prefix="fulfillment-floor-") as notes:
        day = work(seed=seed, seconds=seconds, notes=Path(notes))
    for line in listed(day):
        print(line)
    print(f"{day.looks} looks at the books, {len(day.findings)} findings, seed {seed}")
    return 1 if day.findings else 0


if __name__ == "__main__":
    sys.exit(main())
