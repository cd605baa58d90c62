"""Deliveries that leave once more, because somebody asks: same id, a new series of attempts."""

from datetime import datetime
from uuid import UUID

from django.db import connection

REPLAY = """
UPDATE notifications_delivery
SET series = series + 1, attempts_made = 0, delivered_at = NULL, given_up_at = NULL, problem = '',
    claimed_by = '', claimed_until = NULL, next_attempt_at = now()
WHERE id IN (SELECT id FROM notifications_delivery
  WHERE endpoint_id = %s AND (claimed_until IS NULL OR claimed_until < now())
    AND series < 30000 AND """
ONE = "id = %s)"
RANGE = "created_at >= %s AND created_at < %s AND event_id IS NOT NULL"
ONLY_FAILED = " AND given_up_at IS NOT NULL"
MOST = 10_000  # at a time, the oldest first
FIRST_ONES = f" ORDER BY id LIMIT {MOST})"


def replay_one(endpoint_id: UUID, delivery_id: int) -> bool:
    """False while an attempt is under way."""
    with connection.cursor() as cursor:
        cursor.execute(REPLAY + ONE, [endpoint_id, delivery_id])
        return int(cursor.rowcount) == 1


def replay_range(
    endpoint_id: UUID, since: datetime, until: datetime, *, only_failed: bool = False
) -> int:
    """What happened from `since` until before `until`, MOST at a time; how many deliveries."""
    with connection.cursor() as cursor:
        cursor.execute(
            REPLAY + RANGE + (ONLY_FAILED if only_failed else "") + FIRST_ONES,
            [endpoint_id, since, until],
        )
        return int(cursor.rowcount)
