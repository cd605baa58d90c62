"""script/torture floor: eight people at the screens at once, on one set of books."""

import argparse
import secrets
import subprocess
import sys

from fulfillment.embedded.environment import BASE_DIR
from torture.installation import add_tables, installation


def main() -> int:
    """Exit code 0 when the books were right all the time, and nobody was answered by an error."""
    parser = argparse.ArgumentParser(prog="script/torture floor", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="the same people want the same")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long they work")
    add_tables(parser)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    print(f"seed {seed}, {options.seconds:g} seconds", flush=True)
    with installation(tables=options.tables) as built:
        env = built.env | {"LOG_LEVEL": "CRITICAL"}
        env.pop("CRASH_POINTS")
        command = [
            sys.executable,
            "-m",
            "torture.at_floor.opening",
            str(seed),
            str(options.seconds),
        ]
        return subprocess.run(command, env=env, cwd=BASE_DIR, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
