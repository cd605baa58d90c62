"""The pages of `script/bench pages`, opened in this process, each told apart by its parts.

The parts are of the clock, since PostgreSQL is waited for: building the SQL of querysets, waiting
for the database, rendering templates, and the rest (middleware, views, forms). What is built or
waited for while a template renders counts as that, and not as rendering.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from benchmarks.opening.pages import Page, cost, pages  # it sets Django up

# isort: split
from django.db.models.sql.compiler import SQLCompiler
from django.template.base import Template
from django.test import Client
from psycopg import Connection

WARM_UP = 3
PING, OWN = "ping", "the rest"
# Part -> the functions in which it happens.
PARTS: dict[str, Sequence[tuple[type[Any], str]]] = {
    "building SQL": ((SQLCompiler, "as_sql"),),
    "waiting": ((Connection, "wait"),),
    "rendering": ((Template, "render"),),
}


class Parts:
    """Seconds of the clock in each part; a part within another one counts for itself alone."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys((*PARTS, OWN), 0.0)
        self._open = [OWN]
        self._since = time.perf_counter()

    @contextmanager
    def within(self, part: str) -> Iterator[None]:
        self._turn()
        self._open.append(part)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    def shares_of(self, step: Callable[[], object]) -> dict[str, float]:
        """Take a step, and return {part: its share of the time}."""
        self.spent = dict.fromkeys(self.spent, 0.0)
        self._since = time.perf_counter()
        step()
        self._turn()
        whole = sum(self.spent.values())
        return {part: seconds / whole for part, seconds in self.spent.items()}


def watch(parts: Parts) -> None:
    """Let the functions of each part say when they begin and end; of this process, for good."""
    for part, places in PARTS.items():
        for owner, name in places:
            setattr(owner, name, _told(parts, part, getattr(owner, name)))


def _told(parts: Parts, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **options: Any) -> Any:
        with parts.within(part):
            return function(*args, **options)

    return timed


def main(key: str, rounds: int, *names: str) -> None:
    """Print each page, or those named: milliseconds, times the ping, and the share of each part."""
    known = pages(key)
    found = {PING: Page(Client(SERVER_NAME="127.0.0.1"), "/healthz", {})}
    found |= {name: known[name] for name in names or known}
    costs = {
        name: _median([cost(page.open) for _ in _rounds(page, rounds)])
        for name, page in found.items()
    }
    parts = Parts()
    watch(parts)  # after the costs: it costs something itself
    print(f"{'':30} {'ms':>8} {'x ping':>8}", *(f"{part:>13}" for part in parts.spent))
    for name, page in found.items():
        seen = [parts.shares_of(page.open) for _ in _rounds(page, rounds)]
        shares = {part: _median([shares[part] for shares in seen]) for part in parts.spent}
        said = (f"{share:13.0%}" for share in shares.values())
        print(f"{name:30} {costs[name]:8.1f} {costs[name] / costs[PING]:8.1f}", *said, flush=True)


def _rounds(page: Page, rounds: int) -> range:
    for _ in range(min(WARM_UP, rounds)):
        page.open()
    return range(rounds)


def _median(values: list[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
