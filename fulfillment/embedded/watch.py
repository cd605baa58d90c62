"""The watch loop: restarts web, worker and beat with back-off; a lost server ends the run."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fulfillment.embedded.errors import StartError
from fulfillment.embedded.processes import Child, Records
from fulfillment.embedded.stop_signals import Signals

RESTARTED = frozenset({"web", "worker", "beat"})
RESTARTS = 3
# A crash longer ago than this is not counted any more.
FORGIVEN_SECONDS = 600


@dataclass
class Watch:
    """The loop that runs while the portal runs."""

    children: list[Child]
    signals: Signals
    records: Records
    say: Callable[[str], None]
    crashes: dict[str, list[float]] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Return on a stop signal. Raises StartError when a server is lost."""
        while not self.signals.stops:
            for child in self.children:
                self._look_at(child)
            self.signals.wait(self._seconds_to_next())

    def _look_at(self, child: Child) -> None:
        now = time.monotonic()
        if child.name in self.due:
            if now >= self.due[child.name]:
                del self.due[child.name]
                child.start()
                self.records.write(self.children)
        elif (code := child.exit_code()) is not None:
            self.due[child.name] = now + self._delay(child, code, now)

    def _delay(self, child: Child, code: int, now: float) -> float:
        """Back-off before a restart: 1, 2, 4 s. StartError for a server or after three."""
        recent = [t for t in self.crashes.get(child.name, []) if now - t < FORGIVEN_SECONDS]
        ended = f"{child.name} ended ({_reason(code)})"
        if child.name not in RESTARTED or len(recent) >= RESTARTS:
            again = f" after {RESTARTS} restarts" if recent else ""
            raise StartError(f"{ended}{again}, so everything stops. See {child.log}.")
        self.crashes[child.name] = [*recent, now]
        delay = 2.0 ** len(recent)
        attempt = f"restart {len(recent) + 1} of {RESTARTS} in {delay:.0f} s"
        self.say(f"{ended}: {attempt}. See {child.log}.")
        return delay

    def _seconds_to_next(self) -> float | None:
        if not self.due:
            return None
        return max(0.0, min(self.due.values()) - time.monotonic())


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
