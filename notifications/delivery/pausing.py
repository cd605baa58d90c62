"""The pause of all sending: by an operator, or because the database is a restored copy.

A restored backup holds messages as unsent that were sent after the backup was made: a copy sends
nothing until an operator resumes it.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from notifications.models import Installation
from orders.events.epochs import begin_epoch

RESTORED = "This database is a copy: messages it holds as unsent may already have been sent."
IDENTITY = """
SELECT concat_ws(':', system_identifier, timeline_id,
  (SELECT oid FROM pg_database WHERE datname = current_database()))
FROM pg_control_system(), pg_control_checkpoint()
"""
# The table has one row, written by the first start; a restored backup contains it.
IS_PAUSED = """
WITH
-- Which database this is.
here (identity) AS (SELECT %(identity)s),
-- The first start.
first AS (
  INSERT INTO notifications_installation (id, identity, paused_because)
  SELECT 1, identity, '' FROM here ON CONFLICT DO NOTHING
),
-- The row was written by another database: this one is a copy, and pauses.
copied AS (
  UPDATE notifications_installation i SET identity = here.identity, paused_at = now(),
    paused_because = %(restored)s
  FROM here WHERE i.id = 1 AND i.identity <> here.identity
  RETURNING i.id
)
SELECT EXISTS (SELECT FROM copied),
  EXISTS (SELECT FROM notifications_installation WHERE paused_at IS NOT NULL)
"""
PAUSE = """
INSERT INTO notifications_installation (id, identity, paused_at, paused_because)
VALUES (1, %s, now(), %s)
ON CONFLICT (id) DO UPDATE SET paused_at = coalesce(notifications_installation.paused_at, now()),
  paused_because = EXCLUDED.paused_because, identity = EXCLUDED.identity
"""
RESUME = """
UPDATE notifications_installation SET paused_at = NULL, paused_because = '', identity = %s
WHERE id = 1
"""


@transaction.atomic(savepoint=False)
def is_paused() -> bool:
    """Whether sending is paused; pauses it when the database is a copy of another."""
    with connection.cursor() as cursor:
        cursor.execute(IS_PAUSED, {"identity": _identity(), "restored": RESTORED})
        is_copy, was_paused = cursor.fetchone()
    if is_copy:
        begin_epoch()
    return bool(is_copy or was_paused)


class Pause(NamedTuple):
    """Since when sending is paused, and why, in words."""

    since: datetime
    because: str


def known_pause() -> Pause | None:
    """The pause, if there is one; does not look whether the database is a copy."""
    row = Installation.objects.first()
    return Pause(row.paused_at, row.paused_because) if row and row.paused_at else None


@transaction.atomic(savepoint=False)
def pause(because: str) -> None:
    """Stop all sending until `resume`; orders and warehouse work go on."""
    is_paused()  # a copy that nobody has noticed yet
    with connection.cursor() as cursor:
        cursor.execute(PAUSE, [_identity(), because[:200]])


@transaction.atomic(savepoint=False)
def pause_copy(because: str) -> None:
    """Stop all sending of a database that was just restored, and begin its epoch of events.

    The pause begins now, also where the original was paused: what waits has waited since before it.
    """
    Installation.objects.update(paused_at=None)
    with connection.cursor() as cursor:
        cursor.execute(PAUSE, [_identity(), because[:200]])
    begin_epoch()


def resume() -> None:
    """Resume sending; this database is the one that sends from now on."""
    with connection.cursor() as cursor:
        cursor.execute(RESUME, [_identity()])


def _identity() -> str:
    """Cluster, time line and database: a restore changes at least one of them."""
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        return str(cursor.fetchone()[0])
