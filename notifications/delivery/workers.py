"""Heartbeats of sending workers: a row for each process, updated every five seconds."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.db import Error, connection

from orders.crash import crash_point

log = logging.getLogger(__name__)

BEAT_SECONDS = 5
SILENT_SECONDS = 15
FRESH_SECONDS = 1

BEAT = """
INSERT INTO notifications_worker (name, beat_at) VALUES (%s, now())
ON CONFLICT (name) DO UPDATE SET beat_at = now()
"""
DELETE_STALE = "DELETE FROM notifications_worker WHERE beat_at < now() - interval '1 hour'"


class Heartbeat:
    """The heartbeat of this process. A thread writes it, so it stops when the process is killed."""

    def __init__(self) -> None:
        self.process = os.getpid()
        # Process ids are reused (a container always starts with the same): add a random part.
        self.name = f"{socket.gethostname()[:50]}-{self.process}-{secrets.token_hex(4)}"
        self._last_beat = float("-inf")

    @contextmanager
    def beating(self) -> Iterator[str]:
        """Write a heartbeat before anything is claimed, then from a thread until the block ends."""
        if monotonic() - self._last_beat > FRESH_SECONDS:
            self._beat()
        stopped = threading.Event()
        thread = threading.Thread(target=self._run, args=[stopped], name="heartbeat", daemon=True)
        thread.start()
        try:
            yield self.name
        finally:
            stopped.set()
            thread.join()

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.wait(BEAT_SECONDS):
            try:
                self._beat()
            except Error as error:  # the database may be back at the next heartbeat
                log.warning("no heartbeat of %s: %s", self.name, error)
                connection.close()
        connection.close()

    def _beat(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BEAT, [self.name])
        crash_point("after-heartbeat")
        self._last_beat = monotonic()


_heartbeat: Heartbeat | None = None


def this_worker() -> Heartbeat:
    """Return the heartbeat of this process; a forked child gets one of its own."""
    global _heartbeat  # noqa: PLW0603 one per process
    if _heartbeat is None or _heartbeat.process != os.getpid():
        _heartbeat = Heartbeat()
    return _heartbeat


def delete_stale_workers() -> None:
    """Delete rows of workers that have been dead for an hour; their claims are returned."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE_STALE)
