"""Run a module with clock skew: python -m torture.skewed SECONDS MODULE ARGUMENT..."""

import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine


def main() -> None:
    """Shift every clock of this process and its children; durations stay true."""
    seconds, module, *arguments = sys.argv[1:]
    shifted = datetime.now(UTC) + timedelta(seconds=float(seconds))
    time_machine.travel(shifted, tick=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
