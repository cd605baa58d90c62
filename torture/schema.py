"""script/schema: requests made of the served schema of the API, at an installation of its own."""

import argparse
import sys

from torture.doors import knock_at_own


def main() -> int:
    """Exit code 0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="script/schema", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    parser.add_argument("--each", type=int, default=30, help="right, and as many wrong")
    return knock_at_own("torture.at_doors.explorer", parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
