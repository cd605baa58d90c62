"""Epochs of event positions: cursors of before a restore keep their meaning in the copy.

A position is the id of the writing transaction plus the offset of the epoch. An offset is chosen so
that positions begin at the seconds since 1970 times 2**BITS: above all that any database of ours
has given out by then, for none writes a million transactions a second. A client whose cursor is
from after the backup so hears of all that the copy records, and of nothing twice.
"""

from django.db import connection

BITS = 20
# SQL: the first position that an open transaction may still write. A transaction gets its id when
# it starts to write, but its rows become visible when it commits: a row of an older one that is
# open would appear behind the cursor of a reader, and be missed. So events are read up to here.
FIRST_OPEN = """(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + coalesce(
  (SELECT position_offset FROM orders_eventepoch ORDER BY id DESC LIMIT 1), 0))"""
BEGIN = """
WITH
-- Where the new positions begin; above the last one too, should the clock be wrong.
start (position) AS (
  SELECT greatest(
    floor(extract(epoch FROM clock_timestamp()))::bigint << %(bits)s,
    (SELECT coalesce(max(transaction_id), 0) + 1 FROM orders_event)
  )
)
INSERT INTO orders_eventepoch (position_offset)
SELECT position - pg_current_xact_id()::text::bigint FROM start
RETURNING position_offset
"""


def begin_epoch() -> int:
    """Begin an epoch, in a copy of another database; returns its offset."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, {"bits": BITS})
        return int(cursor.fetchone()[0])
