"""Wake the Celery workers after a commit: tasks without arguments, at most one per 20 ms.

A background thread publishes, so that no request waits for a slow or missing broker. It first asks
the broker, within its budget, which wake-ups no worker has taken yet: such a one finds what is due
now, too, and no other is published. Where the broker does not answer, what is due waits until it
does. A lost wake-up does no harm: the periodic sweep finds the work.
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
EXPIRES_SECONDS = 60  # a wake-up that no worker takes in this time does nothing


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
            try:
                queued = _queued(tasks)
            except BrokerAway:
                self.ring(tasks)
                time.sleep(AWAY_SECONDS)
                continue
            for task in tasks:
                self._publish(task, is_queued=task in queued)
            time.sleep(QUIET_SECONDS)

    def _publish(self, task: str, *, is_queued: bool) -> None:
        """Publish now, or later if the task ran less than its WAKE_UP_RESTS ago (throttle)."""
        now = time.monotonic()
        since = now - self.published_at.get(task, float("-inf"))
        if since < settings.WAKE_UP_RESTS.get(task, 0.0):
            self.ring({task})
            return
        # Behind ours are only newer ones, so what is queued is not about to expire.
        if is_queued and since < EXPIRES_SECONDS / 2:
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


def _queued(tasks: set[str]) -> set[str]:
    """The tasks with a wake-up that no worker has taken yet. Raises BrokerAway.

    Each task has a queue of its name.
    """
    names = sorted(tasks)
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]

    def ask(client: Redis) -> list[int]:
        with client.pipeline(transaction=False) as lengths:
            for name in names:
                lengths.llen(f"{prefix}{name}")
            return lengths.execute()

    lengths = broker().ask(ask)
    return {name for name, length in zip(names, lengths, strict=True) if length}


def _publish(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, expires=EXPIRES_SECONDS)
    except (OperationalError, OSError) as error:
        log.warning("wake-up %s not published, the sweep will find its work: %s", task, error)
