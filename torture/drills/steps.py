"""What the drills share: lines with the time, findings, waiting."""

import time
from collections.abc import Callable

WAIT_SECONDS = 120.0


class Steps:
    """Prints each step with the seconds since the start, and counts what is not as it should be."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.wrong = 0

    def say(self, text: str) -> None:
        """One line."""
        print(f"{time.monotonic() - self.begun:6.1f} s  {text}", flush=True)

    def expect(self, what: str, found: object, wanted: object, *, quiet: bool = False) -> None:
        """A line of what was found; a finding where it is not what was wanted."""
        is_right = found == wanted
        self.wrong += not is_right
        if not quiet or not is_right:
            self.say(f"{what}: {found}" + ("" if is_right else f" FINDING: expected {wanted}"))

    def wait(self, question: Callable[[], bool]) -> None:
        """Wait for a yes. SystemExit after WAIT_SECONDS."""
        until = time.monotonic() + WAIT_SECONDS
        while not question():
            if time.monotonic() > until:
                raise SystemExit(f"not done within {WAIT_SECONDS:.0f} s")
            time.sleep(0.2)

    def end(self) -> int:
        """The last line, and the exit code."""
        self.say(f"{self.wrong} findings")
        return 1 if self.wrong else 0
