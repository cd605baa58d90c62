"""Fault injection in processes: kills, outages, clock skew, in a seeded order."""

import random
from collections import Counter
from collections.abc import Callable

from fulfillment.embedded import programs
from fulfillment.embedded.processes import Child, kill_group
from torture.installation import Installation

# <process>.<crash point>: the fuses that are laid.
FUSES = (
    "web.intake-before-commit", "web.after-commit", "web.before-publish", "web.after-publish",
    "floor.events-before-commit", "floor.after-commit", "floor.before-publish",
    "worker.events-before-commit", "worker.after-claim", "worker.after-render",
    "worker.after-begin", "worker.before-send", "worker.after-send", "worker.before-settle",
    "worker.after-settle", "worker.after-heartbeat", "worker.recover-before-settle",
    "worker.recover-before-commit", "beat.before-publish", "beat.after-publish",
    "web.receipt-stored", "floor.before-label", "floor.after-label", "worker.after-void",
)  # fmt: skip
HOUR = 3600
LATEST_HIT = 4
LASTING = {"broker stopped": 4, "two beats": 3}  # the number of steps that a fault lasts


class Chaos:
    """Inject one fault at a time; `done` counts them, `end` restores everything.

    `kinds`: so many of them are a round, drawn anew for each; all by default.
    """

    def __init__(self, installation: Installation, seed: int, *, kinds: int | None = None) -> None:
        self.installation = installation
        self.luck = random.Random(seed)  # noqa: S311 - to be repeated, not a secret
        self.done: Counter[str] = Counter()
        self.spare: Child | None = None
        self.kinds = kinds
        self.steps = self._round()
        self.rounds = 0  # complete rounds
        self.lasts = 0

    def step(self) -> str:
        """Inject the next fault; returns its name."""
        self.lasts -= 1
        if self.lasts <= 0:
            self.heal()
        name = self.steps.pop()
        if not self.steps:
            self.rounds += 1
            self.steps = self._round()
        if name in LASTING:
            self.heal()
            self.lasts = LASTING[name]
        if name in BLOWS:
            self.done[name] += 1
            BLOWS[name](self)
        else:
            (self.installation.fuses / name).write_text(str(self.luck.randint(1, LATEST_HIT)))
        return name

    def heal(self) -> None:
        """End lasting faults: a stopped broker, a second beat. Fuses stay until they are burnt."""
        if "valkey" in self.installation.away:
            self.installation.away.discard("valkey")
            self.installation.valkey.start(self.installation.pause)
        if self.spare:
            self.spare.stop(hurry=lambda: True)
            self.spare = None

    def end(self) -> None:
        """Remove the fuses and the clock skew."""
        self.heal()
        for name in FUSES:
            (self.installation.fuses / name).unlink(missing_ok=True)
        self._worker(
            programs.worker(
                self.installation.options, self.installation.place, self.installation.env
            )
        )

    def burnt(self) -> Counter[str]:
        """{crash point: number of deaths}."""
        return Counter(
            path.name.split(".", 2)[2] for path in self.installation.fuses.glob("burnt.*")
        )

    def kill(self, name: str) -> None:
        """SIGKILL a process and its children."""
        process = self.installation.children[name].process
        if process and process.returncode is None:
            kill_group(process.pid)

    def stop_broker(self) -> None:
        """Stop the broker for some steps."""
        self.installation.away.add("valkey")
        if process := self.installation.valkey.child.process:
            kill_group(process.pid)
        self.installation.valkey.child.stop()

    def flush_broker(self) -> None:
        """Empty the broker: queues and bindings."""
        self.heal()
        self.installation.tell_valkey(b"FLUSHALL\r\n")

    def start_second_beat(self) -> None:
        """Run a second beat for some steps."""
        place = self.installation.place
        self.spare = programs.beat(place, {**self.installation.env, "PROCESS_NAME": "second beat"})
        self.spare.command = [*self.spare.command[:-1], str(place.var / "second-schedule")]
        self.spare.start()

    def skew(self, seconds: int) -> None:
        """Skew the worker's clock from now on."""
        child = programs.worker(
            self.installation.options, self.installation.place, self.installation.env
        )
        python, _, *rest = child.command
        child.command = [python, "-m", "torture.skewed", str(seconds), *rest]
        self._worker(child)

    def _round(self) -> list[str]:
        steps = [*FUSES, *BLOWS]
        self.luck.shuffle(steps)
        return steps[: self.kinds]

    def _worker(self, child: Child) -> None:
        self.installation.children["worker"].stop(hurry=lambda: True)
        self.installation.children["worker"] = child
        child.start()


BLOWS: dict[str, Callable[[Chaos], None]] = {
    "web killed": lambda chaos: chaos.kill("web"),
    "worker killed": lambda chaos: chaos.kill("worker"),
    "beat killed": lambda chaos: chaos.kill("beat"),
    "floor killed": lambda chaos: chaos.kill("floor 0"),
    "broker stopped": Chaos.stop_broker,
    "broker flushed": Chaos.flush_broker,
    "two beats": Chaos.start_second_beat,
    "worker 2 h ahead": lambda chaos: chaos.skew(2 * HOUR),
    "worker 2 h behind": lambda chaos: chaos.skew(-2 * HOUR),
    "worker's clock right": lambda chaos: chaos.skew(0),
}
