"""Crash points (fuses): named places where a test kills the process by SIGKILL, no clean-up."""

import os
import signal
import time
from pathlib import Path

from django.conf import settings


def crash_point(name: str) -> None:
    """Die here if a fuse of this name lies in settings.CRASH_POINTS; else nothing happens.

    A fuse is a file `<process>.<name>` that says how many more times this point is passed until
    it burns, once: `worker.after-claim` with `3` kills the worker at its third claim.
    """
    if settings.CRASH_POINTS:
        _burn(Path(settings.CRASH_POINTS), f"{settings.PROCESS_NAME.split()[-1]}.{name}")


def _burn(folder: Path, name: str) -> None:
    fuse = folder / name
    try:
        left = int(fuse.read_text())
        if left > 1:
            fuse.write_text(str(left - 1))
            return
        # The rename is atomic: of two processes at the same point only one dies.
        fuse.rename(folder / f"burnt.{time.time_ns()}.{name}")
    except (FileNotFoundError, ValueError):  # no fuse, or another process is writing it
        return
    os.kill(os.getpid(), signal.SIGKILL)
