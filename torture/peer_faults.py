"""Fault injection in the peers: each fault a number of times, in a seeded order."""

import random
import threading
from collections import Counter
from typing import Any

from fulfillment.demo.peers.kept import Fault

LONG = 3.0  # seconds; above the time-out of a sender
SHORT = 0.7

MAIL_FAULTS = {
    "took it, then silence": Fault(hang=LONG, kept=True),
    "silence": Fault(hang=LONG),
    "took it, then cut the line": Fault(reset=True, kept=True),
    "cut the line": Fault(reset=True),
    "answered late": Fault(hang=SHORT, kept=True),
    "421": Fault(status=421, text="closing"),
    "451": Fault(status=451, text="try later"),
    "550": Fault(status=550, text="no such mailbox"),
}
SMS_FAULTS = {
    "took it, then silence": Fault(hang=LONG, kept=True),
    "silence": Fault(hang=LONG),
    "took it, then cut the line": Fault(reset=True, kept=True),
    "cut the line": Fault(reset=True),
    "answered late": Fault(hang=SHORT, kept=True),
    "took it, then 500": Fault(status=500, text="oops", kept=True),
    "500": Fault(status=500, text="oops"),
    "429": Fault(status=429, text="slow down", headers={"Retry-After": "1"}),
    "422": Fault(status=422, text="no such number"),
}
REFUSALS = {"422", "550"}


class FaultPlan:
    """A peer calls it for each request; returns a fault or None. `had` counts the faults."""

    def __init__(self, faults: dict[str, Fault], *, times: int, among: int, seed: int) -> None:
        self.faults = faults
        self.luck = random.Random(seed)  # noqa: S311 - to be repeated, not a secret
        self.had: Counter[str] = Counter()
        self.left = [name for name in faults for _ in range(times)]
        self.luck.shuffle(self.left)
        self.chance = min(len(self.left) / max(among, 1), 0.2)
        self.asked: set[Any] = set()
        self.lock = threading.Lock()

    def __call__(self, thing: Any) -> Fault | None:
        with self.lock:
            key = getattr(thing, "key", None)
            is_repeat = key is not None and key in self.asked
            self.asked.add(key)
            if not self.left or self.luck.random() > self.chance:
                return None
            # A gateway does not refuse a retry of a key that it has accepted.
            if is_repeat and self.left[-1] in REFUSALS:
                return None
            name = self.left.pop()
            self.had[name] += 1
            return self.faults[name]

    def end(self) -> None:
        """No more faults."""
        with self.lock:
            self.left = []
