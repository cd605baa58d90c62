"""Liveness and readiness probes for load balancers: /healthz and /readyz."""

import threading
import time

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

PROBES = ("/healthz", "/readyz")
FRESH_SECONDS = 1.0  # one look serves every probe of this time
LOOK_SECONDS = 1.0  # a database that does not answer within this is not there
STATEMENT_MILLISECONDS = 900
NEWEST = "SELECT max(id) FROM django_migrations"


def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: database and migrations are there; without details.

    The broker is not asked: without it work goes on, and a sweep finds what a wake-up would have.
    """
    ready = _look.is_ready()
    return HttpResponse(
        "ready\n" if ready else "not ready\n",
        content_type="text/plain",
        status=200 if ready else 503,
    )


class Look:
    """A cached look at the database, made by a thread of its own with a connection of its own.

    At most one look runs, and at most one begins a second, however many probes ask. A look that
    hangs, as on a server that accepts and never answers, keeps nobody longer than LOOK_SECONDS.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.began_at = float("-inf")
        self.ended = threading.Event()
        self.ended.set()
        self.is_current = False
        self.looks = 0
        self.known_newest: int | None = None  # the newest migration when all were applied

    def is_ready(self) -> bool:
        """What the look of this second says; False while it does not end in time."""
        with self.lock:
            if self.ended.is_set() and time.monotonic() - self.began_at >= FRESH_SECONDS:
                self.began_at = time.monotonic()
                self.ended.clear()
                self.looks += 1
                threading.Thread(target=self._run, name="readiness", daemon=True).start()
            left = self.began_at + LOOK_SECONDS - time.monotonic()
        return self.ended.wait(max(left, 0)) and self.is_current

    def _run(self) -> None:
        try:
            self.is_current = self._is_current()
        except (DatabaseError, OSError):
            self.is_current = False
        finally:
            connection.close()  # of this thread: a probe shares its connection with no request
            self.ended.set()

    def _is_current(self) -> bool:
        """Whether every migration is applied; after the first time one short statement tells."""
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = %s", [STATEMENT_MILLISECONDS])
            cursor.execute(NEWEST)
            ((newest,),) = cursor.fetchall()
        if newest is not None and newest == self.known_newest:
            return True
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        self.known_newest = newest
        return True


_look = Look()
