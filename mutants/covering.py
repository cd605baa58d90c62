"""Test coverage by test: which tests run which lines; recorded once, cached in var/mutants/."""

import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from mutants.core import UsageError
from mutants.source import Mutant
from mutants.tree import Copy, tracked

RECORDING_SECONDS = 3600.0
KEPT_SECONDS = 14 * 24 * 3600.0
# Folders on which no test outcome depends.
BESIDE = ("mutants/", "script/", "docs/", "benchmarks/", "torture/", "static/", "deploy/")
# Tests with a browser or a whole portal: slow, and the code runs in other processes.
LEFT_OUT = (
    "tests/browser/",
    "tests/demo/test_torture.py",
    "tests/servers/test_outages.py",
    "tests/servers/test_up.py",
)


@dataclass(frozen=True)
class Recorded:
    """A recorded test: the lines that it runs and its duration."""

    test: str
    seconds: float
    passed: bool
    lines: dict[str, list[int]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The path of its file."""
        return self.test.partition("::")[0]


class Map:
    """The recorded tests of a tree whose paths begin with one of `near`."""

    def __init__(self, root: Path, copy: Copy, core: list[str], near: tuple[str, ...]) -> None:
        self.folder = root / "var" / "mutants"
        self.copy = copy
        self.core = core
        self.files = [
            name
            for name in tracked(root)
            if name.startswith("tests/") and Path(name).name.startswith("test_")
            if name.endswith(".py") and not name.startswith(LEFT_OUT) and name.startswith(near)
        ]
        self.keys = _keys(root, self.files, " ".join(core))

    def missing(self) -> list[str]:
        """Test files without a valid record: new or changed ones, or all after any other change."""
        return [name for name in self.files if not self._kept(name).exists()]

    def record(self) -> None:
        """Run tests without a record, and save their coverage."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in self.folder.iterdir():
            if time.time() - file.stat().st_mtime > KEPT_SECONDS:
                file.unlink()
        missing = self.missing()
        record = self.copy.notes / "record"
        record.touch()
        is_over = False
        try:
            answer, said = self.copy.run(
                *missing,
                "--maxfail=1000",
                seconds=RECORDING_SECONDS,
                MUTANTS_RECORD=str(record),
                MUTANTS_CORE=os.pathsep.join(self.core),
            )
            is_over = answer in {0, 1}
        finally:
            self._keep(missing, record.read_text().splitlines(), is_over=is_over)
        if not is_over:
            raise UsageError(f"The tests could not be recorded:\n{said}")

    def _keep(self, files: list[str], rows: list[str], *, is_over: bool) -> None:
        """Save an interrupted run too: all files but the current one."""
        found: dict[str, list[str]] = {name: [] for name in files} if is_over else {}
        for row in rows:
            found.setdefault(json.loads(row)["test"].partition("::")[0], []).append(row)
        if found and not is_over:
            found.popitem()
        for name, its in found.items():
            self._kept(name).write_text("\n".join(its))

    def tests(self) -> list[Recorded]:
        """All records of this tree."""
        return [
            Recorded(**json.loads(line))
            for name in self.files
            for line in self._kept(name).read_text().splitlines()
        ]

    def _kept(self, name: str) -> Path:
        return self.folder / f"{self.keys[name]}.jsonl"


def _keys(root: Path, files: list[str], core: str) -> dict[str, str]:
    """A cache key for each test file: a hash of its text, of all other files and of the core."""
    tests, rest = set(files), hashlib.sha256(core.encode())
    for name in tracked(root):
        if name not in tests and "/" in name and not name.startswith(BESIDE):
            rest.update(name.encode() + (root / name).read_bytes())
    return {
        name: hashlib.sha256(
            rest.digest() + name.encode() + (root / name).read_bytes()
        ).hexdigest()[:24]
        for name in files
    }


def covering(mutant: Mutant, tests: list[Recorded]) -> list[Recorded]:
    """The tests that run a line of the mutant, the nearest first."""
    found = [test for test in tests if test.passed and _runs(test, mutant)]
    cost: dict[str, float] = {}
    for test in found:
        cost[test.file] = cost.get(test.file, 0.0) + test.seconds
    return sorted(found, key=lambda test: (-_nearness(mutant.path, test.file), cost[test.file]))


def _runs(test: Recorded, mutant: Mutant) -> bool:
    """Whether a test runs a line that a mutant needs, or any of its module if it needs none."""
    lines = test.lines.get(mutant.path, [])
    return bool(lines) and (not mutant.lines or not mutant.lines.isdisjoint(lines))


def _nearness(path: str, test: str) -> int:
    """The number of common folders: tests/orders/promises/ is near orders/promises/."""
    rooms = zip(path.split("/")[:-1], test.split("/")[1:-1], strict=False)
    return next((at for at, (one, other) in enumerate(rooms) if one != other), 9)
