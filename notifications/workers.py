"""Sending processes and their pulse: a row each, renewed every five seconds by a thread."""

import logging
import os
import secrets
import socket
import threading

from django.db import Error, connection

log = logging.getLogger(__name__)

BEAT_SECONDS = 5
SILENT_SECONDS = 15

BEAT = """
INSERT INTO notifications_worker (name, beat_at) VALUES (%s, now())
ON CONFLICT (name) DO UPDATE SET beat_at = now()
"""
BURY = "DELETE FROM notifications_worker WHERE beat_at < now() - interval '1 hour'"


class Pulse:
    """The heartbeat of this process. It dies with the process, however that dies."""

    def __init__(self) -> None:
        self.process = os.getpid()
        # A process id comes back, in a container at once: the random part does not.
        self.name = f"{socket.gethostname()[:50]}-{self.process}-{secrets.token_hex(4)}"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Beat once before anything is claimed, then from a thread."""
        _beat(self.name)
        self._thread.start()

    def stop(self) -> None:
        """Fall silent; for a process that lives on without sending."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(BEAT_SECONDS):
            try:
                _beat(self.name)
            except Error as error:
                log.warning("no heartbeat of %s: %s", self.name, error)
                connection.close()
        connection.close()


_pulse: Pulse | None = None
_first = threading.Lock()


def beating_worker() -> str:
    """The name of this process, which beats from now on. A thread does not survive a fork."""
    global _pulse  # noqa: PLW0603 one pulse per process
    with _first:
        if _pulse is None or _pulse.process != os.getpid():
            _pulse = Pulse()
            _pulse.start()
        return _pulse.name


def bury_the_dead() -> None:
    """Forget workers whose claims were returned long ago."""
    with connection.cursor() as cursor:
        cursor.execute(BURY)


def _beat(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BEAT, [name])
