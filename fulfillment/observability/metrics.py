"""`GET /metrics` in the format of Prometheus: queues, outcomes of providers, promises at risk.

Everything is read from PostgreSQL when it is asked for, so that any process may answer; of the
replica the process that answers says how it finds it.
"""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from fulfillment.serving.replica import standing
from notifications.states import CLAIMABLE, WAITING, MessageStatus
from orders.access import public
from orders.keys import first_id
from orders.row_security import ALL_SELLERS, seeing
from orders.statements import with_codes
from orders.states import OrderStatus

SECONDS = 5  # in which a scrape must be done
WINDOW = 3600  # seconds that outcomes are counted over

# name -> help, names of labels, statement that returns (*labels, value)
GAUGES: dict[str, tuple[str, list[str], str]] = {
    "messages_waiting": (
        "Messages of the outbox that wait, by status.",
        ["channel", "status"],
        with_codes(
            """
SELECT channel, status, count(*) FROM notifications_message
WHERE status IN ({waiting}) GROUP BY channel, status
""",
            waiting=WAITING,
        ),
    ),
    "messages_oldest_due_seconds": (
        "How long the oldest message has been due.",
        ["channel"],
        with_codes(
            """
SELECT channel, greatest(extract(epoch FROM now() - min(next_attempt_at)), 0)
FROM notifications_message
WHERE status IN ({claimable}) AND next_attempt_at <= now() GROUP BY channel
""",
            claimable=CLAIMABLE,
        ),
    ),
    "messages_undecided": (
        "Messages that failed or whose outcome is unknown, which nobody has decided about.",
        ["status"],
        with_codes(
            """
SELECT status, count(*) FROM notifications_message
WHERE status IN ({failed}, {unknown}) AND decided_at IS NULL GROUP BY status
""",
            failed=MessageStatus.FAILED,
            unknown=MessageStatus.UNKNOWN,
        ),
    ),
    "attempts_last_hour": (
        "Attempts to send in the last hour, by outcome.",
        ["provider", "outcome"],
        """
SELECT provider, outcome, count(*) FROM notifications_attempt
WHERE id >= %(since)s GROUP BY provider, outcome
""",
    ),
    "provider_failures_in_row": (
        "Failures of a channel's provider in a row; its circuit opens after some.",
        ["channel"],
        "SELECT channel, failures FROM notifications_channelcircuit",
    ),
    "sending_paused": (
        "1 while all sending is paused.",
        [],
        "SELECT count(paused_at) FROM notifications_installation",
    ),
    "webhooks_waiting": (
        "Webhook deliveries that wait.",
        [],
        """
SELECT count(*) FROM notifications_delivery
WHERE delivered_at IS NULL AND given_up_at IS NULL
""",
    ),
    "webhooks_oldest_due_seconds": (
        "How long the oldest webhook delivery has been due.",
        [],
        """
SELECT coalesce(greatest(extract(epoch FROM now() - min(next_attempt_at)), 0), 0)
FROM notifications_delivery WHERE delivered_at IS NULL AND given_up_at IS NULL
""",
    ),
    "worker_heartbeat_age_seconds": (
        "Since the last heartbeat of any worker that sends.",
        [],
        """
SELECT extract(epoch FROM now() - max(beat_at)) FROM notifications_worker
HAVING count(*) > 0
""",
    ),
    "orders_to_allocate": (
        "Orders that wait for the allocator.",
        [],
        with_codes(
            "SELECT count(*) FROM orders_order WHERE status = {received}",
            received=OrderStatus.RECEIVED,
        ),
    ),
    "allocation_lag_seconds": (
        "How long the oldest order has waited for the allocator.",
        [],
        with_codes(
            """
SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM orders_order
WHERE status = {received}
""",
            received=OrderStatus.RECEIVED,
        ),
    ),
    "promises_at_risk": (
        "Open promises whose seller was warned.",
        ["kind"],
        """
SELECT kind, count(*) FROM orders_promise
WHERE settled_at IS NULL AND warned_at IS NOT NULL GROUP BY kind
""",
    ),
    "promises_overdue": (
        "Open promises whose time has passed; the watcher breaks them within a minute.",
        [],
        "SELECT count(*) FROM orders_promise WHERE settled_at IS NULL AND latest < now()",
    ),
    "tables_without_row_security": (
        "Tables whose row-level security waits for `manage.py finish_upgrade`.",
        [],
        """
SELECT count(*) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE NOT c.relrowsecurity
""",
    ),
    "database_connections": (
        "Connections to the database, by program.",
        ["program"],
        """
SELECT coalesce(application_name, ''), count(*) FROM pg_stat_activity
WHERE datname = current_database() GROUP BY 1
""",
    ),
}

OF_REPLICA = {
    "replica_is_read": "1 while pages are read from the replica, 0 while the primary is instead.",
    "replica_lag_bytes": "What the replica has not replayed of the log (WAL) of the primary.",
}


class Figures(Collector):
    """The gauges, read in one transaction."""

    def collect(self) -> Iterator[Metric]:
        """Yield each gauge with its values."""
        # Not a decorator: that ends when the generator is made, before its first statement.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), now()", [f"{SECONDS}s"]
            )
            now = cursor.fetchone()[1]
            since = first_id(now.fromtimestamp(now.timestamp() - WINDOW, now.tzinfo))
            for name, (text, labels, statement) in GAUGES.items():
                gauge = GaugeMetricFamily(f"fulfillment_{name}", text, labels=labels)
                cursor.execute(statement, {"since": since})
                for *values, number in cursor.fetchall():
                    gauge.add_metric(values, float(number))
                yield gauge


class ReplicaFigures(Collector):
    """How the standby for reading stands, where there is one."""

    def collect(self) -> Iterator[Metric]:
        """Yield whether it is read, and what it lacks as far as it says so."""
        found = standing()
        if found is None:
            return
        values = (float(found.is_read), found.lacks)
        for (name, text), value in zip(OF_REPLICA.items(), values, strict=True):
            if value is not None:
                yield GaugeMetricFamily(f"fulfillment_{name}", text, float(value))


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever has METRICS_TOKEN; for everybody else there is no such page."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    registry = CollectorRegistry()
    with seeing(ALL_SELLERS):
        registry.register(Figures())
        registry.register(ReplicaFigures())
        figures = generate_latest(registry)
    return HttpResponse(figures, content_type=CONTENT_TYPE_LATEST)
