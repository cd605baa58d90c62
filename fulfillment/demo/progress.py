"""A progress bar in a terminal, a line every tenth of the way elsewhere."""

import sys
import time
from typing import TextIO

from django.core.management.base import OutputWrapper

WIDTH = 30
QUIET_SECONDS = 0.1


class Progress:
    """Counts steps of one piece of work and shows how far it is."""

    def __init__(self, title: str, total: int, out: TextIO | OutputWrapper = sys.stderr) -> None:
        self.title, self.total, self.out = title, total, out
        self.done, self.begun, self.shown, self.tenth = 0, time.monotonic(), 0.0, -1

    def step(self, number: int = 1) -> None:
        """Add finished steps."""
        self.done += number
        if self.out.isatty():
            self._bar()
        else:
            self._line()

    def close(self) -> None:
        """Print the final number and the duration."""
        seconds = time.monotonic() - self.begun
        ending = "\n" if self.out.isatty() else ""
        self.out.write(f"{ending}{self.title}: {self.done} in {seconds:.1f} s\n")
        self.out.flush()

    def _bar(self) -> None:
        now = time.monotonic()
        if now - self.shown < QUIET_SECONDS and self.done < self.total:
            return
        self.shown = now
        filled = WIDTH * min(self.done, self.total) // max(self.total, 1)
        bar = "█" * filled + "·" * (WIDTH - filled)
        self.out.write(f"\r{self.title} {bar} {self.done}/{self.total}")
        self.out.flush()

    def _line(self) -> None:
        tenth = 10 * self.done // max(self.total, 1)
        if tenth > self.tenth:
            self.tenth = tenth
            self.out.write(f"{self.title}: {self.done} of {self.total}\n")
            self.out.flush()
