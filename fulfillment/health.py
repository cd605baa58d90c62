"""Liveness and readiness probes for load balancers: /healthz and /readyz."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from kombu.connection import Connection
from kombu.exceptions import OperationalError

PROBE_SECONDS = 2


def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: database, migrations and broker are there; without details."""
    ready = _database_is_current() and _broker_answers()
    return HttpResponse(
        "ready\n" if ready else "not ready\n",
        content_type="text/plain",
        status=200 if ready else 503,
    )


def _database_is_current() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _broker_answers() -> bool:
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=PROBE_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, timeout=PROBE_SECONDS)
            broker.default_channel.client.ping()
        return True
    except (OperationalError, OSError, *Connection(settings.CELERY_BROKER_URL).connection_errors):
        return False
