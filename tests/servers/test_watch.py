"""The watch loop starts again what ended, with back-off, and survives what it cannot do."""

import sys
import time
from itertools import count

import pytest

from fulfillment.embedded import watch
from fulfillment.embedded.processes import Child, Records
from fulfillment.embedded.watch import Watch


class Rounds:
    """Signals that come after some rounds of the loop; waiting takes no time."""

    def __init__(self, rounds, clock):
        self.left, self.clock = rounds, clock

    @property
    def stops(self):
        return self.left <= 0

    def wait(self, seconds):
        self.left -= 1
        self.clock.now += seconds or 0.0
        time.sleep(0.01)


class Clock:
    """A clock that only the loop moves."""

    now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(watch, "time", clock)
    return clock


def test_it_is_started_again_without_end(clock, tmp_path):
    child = Child("beat", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log")
    child.start()
    said = []
    loop = Watch([child], Rounds(10_000, clock), Records(tmp_path / "children"), said.append)
    loop.signals.wait = lambda seconds, wait=loop.signals.wait: (
        child.process.wait(),
        wait(seconds),
        len(said) < 9 or setattr(loop.signals, "left", 0),
    )
    loop.run()
    delays = [line.split(" in ")[1].split(" s.")[0] for line in said]
    assert delays == ["1", "2", "4", "8", "16", "32", "60", "60", "60"]
    assert said[0] == f"beat ended (exit code 3): restart in 1 s. See {tmp_path}/log."


def test_a_disk_that_is_full_ends_nothing(clock, tmp_path):
    numbers = count()

    class Full(Child):
        def start(self):
            if next(numbers) == 1:
                raise OSError(28, "No space left on device")
            super().start()

    class FullRecords(Records):
        def write(self, children):
            raise OSError(28, "No space left on device")

    child = Full("web", [sys.executable, "-c", ""], tmp_path / "log")
    child.start()
    child.process.wait()
    said = []
    Watch([child], Rounds(5, clock), FullRecords(tmp_path / "children"), said.append).run()
    full = "The disk is full: make room, or set VAR_DIR to a folder on another disk."
    assert f"web did not start ({full}): restart in 2 s. See {tmp_path}/log." in said
    assert f"The list of processes was not saved: {full}" in said
