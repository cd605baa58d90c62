"""script/mutants: run a random sample of mutants, and report which survive the tests."""

import argparse
import hashlib
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from mutants.core import Entry, UsageError, core_modules, explained, known, modules_of
from mutants.covering import Map, Recorded, covering
from mutants.python import python_mutants
from mutants.source import Mutant, Source
from mutants.sql import sql_mutants
from mutants.tree import Copy, private_copy

KILLED, SURVIVED, TIMED_OUT, EXPLAINED = "killed", "survived", "timed out", "explained"
START_SECONDS = 90.0  # for the servers of a run on a busy machine
NONE_FOUND = 5  # exit code of pytest
NOT_STARTED = {3, 4}
KNOWN_SECONDS = 600.0
SLOWER = 5  # times the recorded duration: then the mutant counts as hanging


def main() -> int:
    """Exit code: 2 for a UsageError, 1 if a known mutant survived, else 0."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and end what we started
    os.nice(5)
    root = Path(options.root).resolve()
    try:
        core = core_modules(root)
        modules = modules_of(root, options.modules) or core
        if options.known:
            return _run_known(root, known(root))
        mutants = sample(root, modules, options.sample, options.seed)
        if options.list:
            return _list(mutants)
        with private_copy(root) as copy:
            rooms = {f"tests/{path.partition('/')[0]}/" for path in modules}
            near = ("tests/test_", *rooms) if options.near else ("tests/",)
            recorded = Map(root, copy, sorted({*core, *modules}), near)
            if missing := recorded.missing():
                print(f"Recording which lines the tests of {len(missing)} files run", flush=True)
                recorded.record()
            tests = recorded.tests()
            return _run(copy, mutants, tests, explained(root), options)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="files, folders or patterns; else the core")
    parser.add_argument("--sample", type=int, default=40, help="how many (40)")
    parser.add_argument("--seed", default="1", help="another seed takes other ones (1)")
    parser.add_argument("--known", action="store_true", help="run those of mutants/known.toml")
    parser.add_argument(
        "--near", action="store_true", help="ask only tests of the same app or of all"
    )
    parser.add_argument("--list", action="store_true", help="only print them")
    parser.add_argument("--seconds", type=float, default=120, help="of tests for each mutant (120)")
    parser.add_argument("--root", default=".", help=argparse.SUPPRESS)
    return parser.parse_args()


def all_mutants(root: Path, path: str) -> list[Mutant]:
    """Every mutant of a module, each once."""
    source = Source(path, (root / path).read_text())
    found = [*python_mutants(source), *sql_mutants(source)]
    return list({mutant.text: mutant for mutant in found}.values())


def sample(root: Path, modules: list[str], size: int, seed: str) -> list[Mutant]:
    """A seeded sample, one mutant per line at most; changes in other modules do not alter it."""

    def rank(mutant: Mutant) -> str:
        name = f"{seed} {mutant.path} {mutant.before} {mutant.after}"
        return hashlib.sha256(name.encode()).hexdigest()

    chosen: dict[tuple[str, int], Mutant] = {}
    for mutant in sorted((m for path in modules for m in all_mutants(root, path)), key=rank):
        chosen.setdefault((mutant.path, mutant.line), mutant)
    return sorted(list(chosen.values())[:size], key=lambda mutant: (mutant.path, mutant.line))


def known_mutant(root: Path, entry: Entry) -> Mutant:
    """The mutant of an entry of known.toml. Raises UsageError if its line is gone."""
    file = root / entry.path
    text = file.read_text() if file.exists() else ""
    if text.count(entry.before) != 1:
        raise UsageError(
            f"known.toml: {entry.path} holds {text.count(entry.before)} times: {entry.before}"
        )
    source = Source(entry.path, text)
    start = len(text.partition(entry.before)[0].encode())
    mutant = source.broken(start, start + len(entry.before.encode()), entry.after)
    if mutant is None:
        raise UsageError(f"known.toml: {entry.path} would be no Python with: {entry.after}")
    return mutant


def _list(mutants: list[Mutant]) -> int:
    for mutant in mutants:
        _print(mutant, "may be broken")
    return 0


def _run_known(root: Path, entries: list[Entry]) -> int:
    """Run each known mutant with the test file that its entry names."""
    mutants = [known_mutant(root, entry) for entry in entries]
    count: Counter[str] = Counter()
    with private_copy(root) as copy:
        for mutant, entry in zip(mutants, entries, strict=True):
            outcome, detail = _tried(copy, mutant, [entry.test], KNOWN_SECONDS)
            count[outcome] += 1
            _print(mutant, f"{outcome}: {detail}")
    print(summary(count))
    return int(count[SURVIVED] > 0)


def _run(
    copy: Copy,
    mutants: list[Mutant],
    tests: list[Recorded],
    reasons: dict[tuple[str, str, str], str],
    options: argparse.Namespace,
) -> int:
    count: Counter[str] = Counter()
    for mutant in mutants:
        reason = reasons.get((mutant.path, mutant.before, mutant.after))
        outcome, detail = (
            (EXPLAINED, reason) if reason else judge(copy, mutant, tests, options.seconds)
        )
        count[outcome] += 1
        _print(mutant, f"{outcome}: {detail}")
    print(summary(count))
    return 0


def judge(copy: Copy, mutant: Mutant, tests: list[Recorded], seconds: float) -> tuple[str, str]:
    """The outcome of a mutant (killed, survived, ...), and by which test or after how many."""
    near = covering(mutant, tests)
    chosen: list[Recorded] = []
    total = 0.0
    for test in near:
        if not chosen or total + test.seconds <= seconds:
            chosen.append(test)
            total += test.seconds
    if not chosen:
        return SURVIVED, "no test runs this line"
    names = copy.notes / "chosen"
    names.write_text("\n".join(test.test for test in chosen))
    files = list(dict.fromkeys(test.file for test in chosen))
    outcome, detail = _tried(
        copy, mutant, files, START_SECONDS + SLOWER * total, MUTANTS_CHOSEN=str(names)
    )
    return (
        outcome,
        f"{len(chosen)} of {len(near)} tests in {detail}" if outcome == SURVIVED else detail,
    )


def _tried(
    copy: Copy, mutant: Mutant, files: list[str], seconds: float, **environment: str
) -> tuple[str, str]:
    """Run these tests: (outcome, failed test or duration)."""
    began = time.monotonic()
    with copy.broken(mutant.path, mutant.text):
        answer, said = copy.run(*files, seconds=seconds, **environment)
        if answer in NOT_STARTED:  # the machine may have been busy: retry once
            answer, said = copy.run(*files, seconds=seconds, **environment)
    took = f"{time.monotonic() - began:.0f} s"
    if answer is None:
        return TIMED_OUT, took
    if answer == NONE_FOUND:
        raise UsageError(f"The tests of {mutant} were not found:\n{said}")
    if answer == 0:
        return SURVIVED, took
    lines = said.splitlines()
    names = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return KILLED, f"{names[0].split(' - ')[0] if names else lines[-1]}, {took}"


def _print(mutant: Mutant, outcome: str) -> None:
    print(f"{mutant}: {outcome}\n    - {mutant.before}\n    + {mutant.after}", flush=True)


def summary(count: Counter[str]) -> str:
    """The last line of the report: hanging mutants count as killed, explained ones not at all."""
    noticed = count[KILLED] + count[TIMED_OUT]
    judged = noticed + count[SURVIVED]
    numbers = ", ".join(f"{count[name]} {name}" for name in (KILLED, TIMED_OUT, SURVIVED))
    share = f"{100 * noticed / judged:.0f} %" if judged else "none judged"
    return f"{judged} mutants: {numbers}; {count[EXPLAINED]} explained. Noticed: {share}"


if __name__ == "__main__":
    sys.exit(main())
