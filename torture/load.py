"""Clients that ask the doors of a portal at a steady pace, and the log of the answers."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Self

import requests

from torture.customers import KEYS, bodies

TIME_OUT = 30.0
NOBODY = 0  # the code where no answer came: refused, cut, or silent for TIME_OUT
DOORS = ("orders", "orders", "orders", "events", "track", "login")


class Answer(NamedTuple):
    """One answer: when it was asked for and came (monotonic), by which door, with what code."""

    asked_at: float
    came_at: float
    door: str
    code: int
    says_when: bool  # has a Retry-After

    @property
    def seconds(self) -> float:
        return self.came_at - self.asked_at


class Load:
    """So many requests a second from some clients, while the block runs; `answers` is the log."""

    def __init__(self, site: str, *, per_second: float, clients: int, first: int = 0) -> None:
        self.site, self.per_second, self.clients = site, per_second, clients
        self.answers: list[Answer] = []
        self.accepted: set[str] = set()
        self.numbers = itertools.count(first)
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, name="load", daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopped.set()
        self.thread.join()

    def between(self, begin: float, end: float = float("inf")) -> list[Answer]:
        """The answers to what was asked in this time."""
        return [answer for answer in list(self.answers) if begin <= answer.asked_at < end]

    def _run(self) -> None:
        begun = time.monotonic()
        with ThreadPoolExecutor(self.clients) as pool:
            free = threading.Semaphore(self.clients)
            for number in itertools.count():
                pause = begun + number / self.per_second - time.monotonic()
                if self.stopped.wait(max(pause, 0)):
                    return
                free.acquire()  # who waits for an answer asks nothing else
                pool.submit(self._ask, DOORS[number % len(DOORS)]).add_done_callback(
                    lambda _: free.release()
                )

    def _ask(self, door: str) -> None:
        number = next(self.numbers)
        began = time.monotonic()
        try:
            answer = self._call(door, number)
        except requests.RequestException:
            self.answers.append(Answer(began, time.monotonic(), door, NOBODY, False))
            return
        if door == "orders" and answer.ok:
            self.accepted.add(f"L-{number}")
        says_when = "Retry-After" in answer.headers
        self.answers.append(Answer(began, time.monotonic(), door, answer.status_code, says_when))

    def _call(self, door: str, number: int) -> requests.Response:
        key = {"Authorization": f"Bearer {KEYS['loud']}", "Idempotency-Key": f"load-{number}"}
        method, path, given = _doors(number, key)[door]
        return requests.request(method, f"{self.site}{path}", timeout=TIME_OUT, **given)


def codes(answers: Sequence[Answer]) -> Counter[int]:
    """How often each code was answered."""
    return Counter(answer.code for answer in answers)


def slowest(answers: Sequence[Answer], share: float = 0.95) -> float:
    """The seconds within which this share of the answers came."""
    found = sorted(answer.seconds for answer in answers)
    return found[min(int(len(found) * share), len(found) - 1)] if found else 0.0


def _doors(number: int, key: dict[str, str]) -> dict[str, tuple[str, str, dict[str, Any]]]:
    _, order = next(bodies(1, number))
    contact = {"email": f"l{number}@customer.example", "phone": f"+4931{number:08}"}
    customer = {"name": "Grace Hopper", "language": "en", **contact}
    order |= {"reference": f"L-{number}", "number": f"#L{number}", "customer": customer}
    return {
        "orders": ("POST", "/api/v1/orders/", {"headers": key, "json": order}),
        "events": ("GET", "/api/v1/events/?limit=5", {"headers": key}),
        "track": ("GET", f"/track/{number:032}/", {}),
        "login": ("GET", "/accounts/login/", {}),
    }
