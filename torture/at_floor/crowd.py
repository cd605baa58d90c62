"""Eight processes at once, one a person, while this one allocates and looks at the books."""

import json
import os
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

from django.db import connections
from django.urls import get_resolver

from orders.access import Role
from torture.at_floor.building import Building, build, hire
from torture.at_floor.judge import at_the_end, deadlocks, in_between
from torture.at_floor.people import Diary
from torture.at_floor.roles import PEOPLE, hire_all, person
from torture.at_floor.world import turn
from warehouse.models import StockMovement

LOOK_SECONDS = 2.0  # between two looks at the books
PAUSE_SECONDS = 0.2
ORDERS = 30
MOST_SHOWN = 20
NUMBERED = re.compile(r"#\w+(?:-\d+)?|\bOC\w{8,}")  # orders, shipments and parcels


class Shift(NamedTuple):
    """How long somebody works, by the monotonic clock or by steps, and where the diary goes."""

    seed: int
    until: float
    steps: int
    notes: Path


@dataclass
class Day:
    """What was done, and what was wrong."""

    diaries: list[Diary] = field(default_factory=list)
    looks: int = 0
    findings: list[str] = field(default_factory=list)


def work(*, seed: int, seconds: float, notes: Path, steps: int | None = None) -> Day:
    """Let everybody work for so long, or take so many steps; the diaries go into `notes`.

    Needs an empty database.
    """
    luck = Random(seed)  # noqa: S311 - to be repeated, not a secret
    built = build(luck, orders=ORDERS)
    hire_all(built)
    hire(built, "cory", Role.COURIER)
    day, before, looked = Day(), deadlocks(), time.monotonic()
    turn(built, luck)
    _ = get_resolver().url_patterns  # reads all views once, before eight processes do
    shift = Shift(seed, time.monotonic() + seconds, steps or sys.maxsize, notes)
    children = {_begin(built, name, shift): name for name in PEOPLE}
    while children:
        turn(built, luck)
        if time.monotonic() - looked > LOOK_SECONDS:
            day.findings += [f"In between: {finding}" for finding in in_between()]
            day.looks, looked = day.looks + 1, time.monotonic()
        time.sleep(PAUSE_SECONDS)
        for child in list(children):
            ended, status = os.waitpid(child, os.WNOHANG)
            name = children.pop(child) if ended else ""
            if status:
                day.findings.append(f"The process of {name} ended with an error.")
    day.diaries = [_read(notes / name) for name in PEOPLE if (notes / name).exists()]
    day.findings += at_the_end(built, day.diaries)
    if ended_by := deadlocks() - before:
        day.findings.append(f"PostgreSQL ended {ended_by} deadlocks.")
    return day


def listed(day: Day) -> Iterator[str]:
    """What everybody did, how often whom the portal refused, and every finding."""
    refused: Counter[str] = Counter()
    for diary in day.diaries:
        answers = ", ".join(f"{number} × {kind}" for kind, number in sorted(diary.sent.items()))
        yield f"{diary.name}: {answers}"
        for text, number in diary.refused.items():
            refused[NUMBERED.sub("…", text)] += number
    moved = Counter(StockMovement.objects.filter(quantity__gt=0).values_list("reason", flat=True))
    moved["handed over"] = StockMovement.objects.filter(reason="handed_over").count()
    yield f"postings: {json.dumps(dict(sorted(moved.items())))}"
    yield f"refused {refused.total()} times, in {len(refused)} ways, mostly:"
    yield from (f"  {number} × {text}" for text, number in refused.most_common(MOST_SHOWN))
    told = Counter(NUMBERED.sub("…", text) for diary in day.diaries for _, text in diary.told)
    yield f"told {told.total()} times that it is done, mostly:"
    yield from (f"  {number} × {text}" for text, number in told.most_common(MOST_SHOWN))
    yield from (f"FINDING: {finding}" for finding in day.findings)


def _begin(built: Building, name: str, shift: Shift) -> int:
    """The id of a process of this person; it is a copy of this one and never comes back into it."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    # The copies of connections that somebody else has open are neither used nor closed.
    _inherited = [one.connection for one in connections.all(initialized_only=True)]
    for one in connections.all(initialized_only=True):
        one.connection = None
    try:
        worker, left = person(built, name, shift.seed), shift.steps
        while left and time.monotonic() < shift.until:
            worker.step()
            left -= 1
        (shift.notes / name).write_text(json.dumps(vars(worker.diary)))
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
        traceback.print_exc()
    finally:
        os._exit(status)


def _read(note: Path) -> Diary:
    told = json.loads(note.read_text())
    told |= {"sent": Counter(told["sent"]), "refused": Counter(told["refused"])}
    return Diary(**told | {"told": [(url, text) for url, text in told["told"]]})
