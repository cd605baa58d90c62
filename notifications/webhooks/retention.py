"""What is forgotten: old deliveries, deleted endpoints, and attempts that killed their sender."""

from django.db import connection

from notifications.models import Endpoint
from notifications.webhooks.outcomes import MOST_ATTEMPTS

KEPT_DAYS = 30
BATCH = 5_000
STOPPED = "Every attempt ended in the middle."

# Each attempt was claimed and none was settled: its sender died ten times.
GIVE_UP = """
UPDATE notifications_delivery
SET given_up_at = now(), claimed_by = '', claimed_until = NULL, problem = %s
WHERE delivered_at IS NULL AND given_up_at IS NULL AND attempts_made >= %s
  AND next_attempt_at <= now()
"""
# The oldest of each endpoint first; ids grow with time.
OLD = """
WITH old AS MATERIALIZED (
  SELECT old.id FROM notifications_endpoint e, LATERAL (
    SELECT d.id FROM notifications_delivery d
    WHERE d.endpoint_id = e.id AND d.created_at < now() - %s * interval '1 day'
      AND (d.claimed_until IS NULL OR d.claimed_until < now())
    ORDER BY d.id LIMIT %s
  ) AS old LIMIT %s
), attempts AS (
  DELETE FROM notifications_deliveryattempt a USING old WHERE a.delivery_id = old.id
)
DELETE FROM notifications_delivery d USING old WHERE d.id = old.id
"""


def forget_old() -> None:
    """Run every hour; each statement is small, so that it holds nobody up."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_UP, [STOPPED, MOST_ATTEMPTS])
        while True:
            cursor.execute(OLD, [KEPT_DAYS, BATCH, BATCH])
            if cursor.rowcount < BATCH:
                break
    gone = Endpoint.objects.filter(deleted_at__isnull=False, deliveries__isnull=True)
    gone.delete()
