"""Is this the database that sent the messages, or a copy of it? A copy waits until it is told.

A restored backup holds messages as unsent that were sent after the backup was made.
"""

from django.db import connection

RESTORED = "This database is a copy: messages it holds as unsent may already have been sent."
IDENTITY = """
SELECT concat_ws(':', system_identifier, timeline_id,
  (SELECT oid FROM pg_database WHERE datname = current_database()))
FROM pg_control_system(), pg_control_checkpoint()
"""
# One row for ever: the first start writes it, a copy brings it along.
LOOK = """
WITH
-- Which database this is.
here (identity) AS (SELECT %(identity)s),
-- The first start.
first AS (
  INSERT INTO notifications_installation (id, identity, paused_because)
  SELECT 1, identity, '' FROM here ON CONFLICT DO NOTHING
),
-- The row came from another database, and nobody has decided yet.
copied AS (
  UPDATE notifications_installation i SET paused_at = now(), paused_because = %(restored)s
  FROM here WHERE i.id = 1 AND i.identity <> here.identity AND i.paused_at IS NULL
  RETURNING i.id
)
SELECT EXISTS (SELECT FROM copied)
  OR EXISTS (SELECT FROM notifications_installation WHERE paused_at IS NOT NULL)
"""
PAUSE = """
INSERT INTO notifications_installation (id, identity, paused_at, paused_because)
VALUES (1, %s, now(), %s)
ON CONFLICT (id) DO UPDATE SET paused_at = coalesce(notifications_installation.paused_at, now()),
  paused_because = EXCLUDED.paused_because
"""
RESUME = """
UPDATE notifications_installation SET paused_at = NULL, paused_because = '', identity = %s
WHERE id = 1
"""


def is_paused() -> bool:
    """Whether nothing may leave; a copy of another database is paused here and now."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"identity": _identity(), "restored": RESTORED})
        return bool(cursor.fetchone()[0])


def pause(because: str) -> None:
    """Let nothing leave until `resume`; orders and work go on."""
    with connection.cursor() as cursor:
        cursor.execute(PAUSE, [_identity(), because[:200]])


def resume() -> None:
    """Let everything leave; this database is the one that sends from now on."""
    with connection.cursor() as cursor:
        cursor.execute(RESUME, [_identity()])


def _identity() -> str:
    """The cluster, its time line and the database in it: new after every restore."""
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        return str(cursor.fetchone()[0])
