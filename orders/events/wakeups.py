"""Wake the Celery workers after a commit: tasks without arguments, at most one per 20 ms.

A background thread publishes, so that no request waits for a slow or missing broker. It first asks
whether the broker answers within its budget; where it does not, what is due waits until it does. A
lost wake-up does no harm: the periodic sweep finds the work.
"""

import logging
import os
import threading
import time

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import Redis

from orders.crash import crash_point
from orders.event_kinds import ANY, event_kinds
from orders.events.broker import BrokerAway, broker

log = logging.getLogger(__name__)

QUIET_SECONDS = 0.02  # one wake-up serves everything committed in this time
AWAY_SECONDS = 0.5  # between two looks whether the broker is back


class _Waker:
    """A thread that collects task names and publishes each once per QUIET_SECONDS (debounce)."""

    def __init__(self) -> None:
        self.due: set[str] = set()
        self.lock = threading.Lock()
        self.rung = threading.Event()
        self.published_at: dict[str, float] = {}
        threading.Thread(target=self._run, name="waker", daemon=True).start()

    def ring(self, tasks: set[str]) -> None:
        with self.lock:
            self.due |= tasks
        self.rung.set()

    def _run(self) -> None:
        while self.rung.wait():
            self.rung.clear()
            with self.lock:
                tasks, self.due = self.due, set()
            if _is_away():
                self.ring(tasks)
                time.sleep(AWAY_SECONDS)
                continue
            for task in tasks:
                self._publish(task)
            time.sleep(QUIET_SECONDS)

    def _publish(self, task: str) -> None:
        """Publish now, or later if the task ran less than its WAKE_UP_RESTS ago (throttle)."""
        now = time.monotonic()
        rest = settings.WAKE_UP_RESTS.get(task, 0.0)
        if now - self.published_at.get(task, float("-inf")) < rest:
            self.ring({task})
            return
        self.published_at[task] = now
        _publish(task)


_wakers: dict[int, _Waker] = {}  # by process id: threads do not survive a fork


def wake_after_commit(kinds: set[str]) -> None:
    """After the commit, wake the tasks that settings.WAKE_UPS lists for these kinds of events."""
    happened = [kind for name in kinds if (kind := event_kinds().get(name))]
    tasks = {
        task
        for task, trait in settings.WAKE_UPS.items()
        if trait == ANY or any(getattr(kind, trait) for kind in happened)
    }
    wake_tasks_after_commit(tasks)


def wake_tasks_after_commit(tasks: set[str]) -> None:
    """After the commit, wake these tasks, for work that no event tells of."""

    def wake() -> None:
        crash_point("after-commit")
        _current().ring(tasks)

    if tasks:
        transaction.on_commit(wake, robust=True)


def _current() -> _Waker:
    process = os.getpid()
    if process not in _wakers:
        _wakers[process] = _Waker()
    return _wakers[process]


def _is_away() -> bool:
    """Whether the broker does not answer: Celery itself would wait for long."""
    try:
        broker().ask(Redis.ping)
    except BrokerAway:
        return True
    return False


def _publish(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, expires=60)
    except (OperationalError, OSError) as error:
        log.warning("wake-up %s not published, the sweep will find its work: %s", task, error)
