"""A pytest plugin: records the lines of the core that each test runs, or runs chosen tests.

It is copied beside the private tree, so that it imports nothing of ours.
"""

import json
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

TREE = os.environ["MUTANTS_TREE"] + os.sep
CORE = {TREE + path for path in os.environ.get("MUTANTS_CORE", "").split(os.pathsep)}
RECORD = os.environ.get("MUTANTS_RECORD")  # the file to write to
CHOSEN = os.environ.get("MUTANTS_CHOSEN")  # the file with the ids of the tests, in order
# Browser tests: the code runs in another process, whose lines are not traced.
UNSEEN = {"chromium", "browser", "page", "context"}


class Recorder:
    """Lines of the core that run, in all threads of this process."""

    def __init__(self) -> None:
        self.lines: dict[str, set[int]] = defaultdict(set)

    def trace(self, frame: FrameType, kind: str, argument: Any) -> Any:
        """The function for sys.settrace: traces functions of the core only."""
        code = frame.f_code
        if code.co_filename not in CORE:
            return None
        hit = self.lines[code.co_filename].add
        hit(frame.f_lineno)

        def inside(frame: FrameType, kind: str, argument: Any) -> Any:
            hit(frame.f_lineno)
            return inside

        return inside

    def taken(self) -> dict[str, list[int]]:
        """The lines that ran since the last call."""
        lines, self.lines = self.lines, defaultdict(set)
        return {path.removeprefix(TREE): sorted(found) for path, found in lines.items()}


recorder = Recorder()
failed: set[str] = set()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Select the tests that can be recorded, or the chosen ones."""
    if CHOSEN:
        order = {name: at for at, name in enumerate(Path(CHOSEN).read_text().splitlines())}
        items[:] = sorted(
            (item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid]
        )
    elif RECORD:
        items[:] = [item for item in items if not _is_unseen(item)]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Record one test with its fixtures, and how long it took."""
    if not RECORD:
        yield
        return
    began = time.monotonic()
    threading.settrace(recorder.trace)
    sys.settrace(recorder.trace)
    yield
    sys.settrace(None)
    threading.settrace(None)
    row = {
        "test": item.nodeid,
        "seconds": round(time.monotonic() - began, 3),
        "passed": item.nodeid not in failed,
        "lines": recorder.taken(),
    }
    with Path(RECORD).open("a") as file:
        file.write(json.dumps(row) + "\n")


def _is_unseen(item: pytest.Item) -> bool:
    """Whether the test is slow or uses a fixture of UNSEEN."""
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("slow") is not None or not UNSEEN.isdisjoint(names)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Drop tests that fail or are skipped without a mutant."""
    if report.outcome != "passed":
        failed.add(report.nodeid)
