"""Retention of webhooks: deletes old deliveries and endpoints; gives up interrupted ones."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from notifications.models import Delivery, Endpoint
from notifications.webhooks.results import MOST_ATTEMPTS

BATCH = 5_000
STOPPED = "Every attempt was interrupted."

# Attempts go with their deliveries.
OLD = """
WITH
-- The oldest deliveries of each endpoint that are not claimed; ids grow with time.
old AS MATERIALIZED (
  SELECT old.id FROM notifications_endpoint e, LATERAL (
    SELECT d.id FROM notifications_delivery d
    WHERE d.endpoint_id = e.id AND d.created_at < now() - %(kept)s
      AND (d.claimed_until IS NULL OR d.claimed_until < now())
    ORDER BY d.id LIMIT %(batch)s
  ) AS old LIMIT %(batch)s
),
-- Their attempts, first.
attempts AS (
  DELETE FROM notifications_deliveryattempt a USING old WHERE a.delivery_id = old.id
)
DELETE FROM notifications_delivery d USING old WHERE d.id = old.id
"""


def delete_old() -> None:
    """Delete what is older than RETAIN_WEBHOOKS_DAYS; in batches, so that no lock is held long."""
    _give_up_interrupted()
    if not settings.RETAIN_WEBHOOKS_DAYS:
        return
    kept = timedelta(days=settings.RETAIN_WEBHOOKS_DAYS)
    values: dict[str, Any] = {"kept": kept, "batch": BATCH}
    with connection.cursor() as cursor:
        while True:
            cursor.execute(OLD, values)
            if cursor.rowcount < BATCH:
                break
    deleted = Endpoint.objects.filter(deleted_at__isnull=False, deliveries__isnull=True)
    deleted.delete()


def _give_up_interrupted() -> None:
    """Give up poison deliveries: each attempt was claimed, the last one was never settled."""
    Delivery.objects.filter(
        delivered_at__isnull=True,
        given_up_at__isnull=True,
        attempts_made__gte=MOST_ATTEMPTS,
        next_attempt_at__lte=Now(),
    ).update(given_up_at=Now(), claimed_by="", claimed_until=None, problem=STOPPED)
