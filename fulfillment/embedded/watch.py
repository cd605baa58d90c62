"""The watch loop: restarts what ended, with back-off and without end; none stops the others."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fulfillment.embedded.places import readable
from fulfillment.embedded.processes import Child, Records
from fulfillment.embedded.stop_signals import Signals

LONGEST_DELAY = 60.0
# A crash longer ago than this is not counted any more.
FORGIVEN_SECONDS = 600


@dataclass
class Watch:
    """The loop that runs while the portal runs.

    A server that is away, or a full disk, stops what needs it: pages answer 503, messages wait. So
    nothing that ends here ends the run; it is started again until it stays.
    """

    children: list[Child]
    signals: Signals
    records: Records
    say: Callable[[str], None]
    crashes: dict[str, list[float]] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Return on a stop signal."""
        while not self.signals.stops:
            for child in self.children:
                self._look_at(child)
            self.signals.wait(self._seconds_to_next())

    def _look_at(self, child: Child) -> None:
        now = time.monotonic()
        if child.name in self.due:
            if now >= self.due[child.name]:
                del self.due[child.name]
                self._start(child, now)
        elif (code := child.exit_code()) is not None:
            self._restart_later(child, f"{child.name} ended ({_reason(code)})", now)

    def _start(self, child: Child, now: float) -> None:
        try:
            child.start()
        except OSError as error:  # no memory for a process, no room for its log
            self._restart_later(child, f"{child.name} did not start ({readable(error)})", now)
            return
        try:
            self.records.write(self.children)
        except OSError as error:
            self.say(f"The list of processes was not saved: {readable(error)}")

    def _restart_later(self, child: Child, what: str, now: float) -> None:
        """Back-off before a restart: 1, 2, 4 s and so on."""
        recent = [t for t in self.crashes.get(child.name, []) if now - t < FORGIVEN_SECONDS]
        self.crashes[child.name] = [*recent, now]
        delay = min(2.0 ** min(len(recent), 10), LONGEST_DELAY)
        self.due[child.name] = now + delay
        self.say(f"{what}: restart in {delay:.0f} s. See {child.log}.")

    def _seconds_to_next(self) -> float | None:
        if not self.due:
            return None
        return max(0.0, min(self.due.values()) - time.monotonic())


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
