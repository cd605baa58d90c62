"""Changes to messages that no worker holds: taken back, revived, forgotten, reopened, reported."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import connection

from notifications.models import Message
from notifications.states import REPORTABLE, Cause

AGAIN = "Sent again by hand."
UNDONE = "Undone before it left."

REOPEN = """
UPDATE notifications_message
SET status = 'retrying', cause = %s, reason = %s, recipient = %s,
    next_attempt_at = now(), settled_at = NULL, provider_id = '',
    revision = revision + (status = 'failed')::int
WHERE id = %s AND status IN ('failed', 'unknown')
"""

# One that speaks for others stays: it leaves without what was taken back.
CALL_OFF = """
UPDATE notifications_message m SET status = 'suppressed', cause = %s, reason = %s,
  settled_at = now()
WHERE id = ANY(%s) AND status IN ('planned', 'held', 'retrying') AND NOT EXISTS (
  SELECT FROM notifications_message o WHERE o.superseded_by_id = m.id AND o.template = m.template)
"""

# What an undone state had made old news is news again, unless something newer has left since.
REVIVE = """
UPDATE notifications_message AS m
SET status = 'planned', cause = '', reason = '', superseded_by_id = NULL, settled_at = NULL,
    next_attempt_at = now()
WHERE m.order_id = ANY(%s) AND m.status = 'superseded' AND m.audience = 'customer'
  AND m.attempts_made = 0 AND m.settled_at > now() - interval '1 hour'
  AND NOT EXISTS (SELECT FROM notifications_message b
    WHERE b.id = m.superseded_by_id AND b.status <> 'suppressed')
  AND NOT EXISTS (SELECT FROM notifications_message later
    WHERE later.order_id = m.order_id AND later.recipient = m.recipient
      AND later.channel = m.channel AND later.id > m.id
      AND later.status NOT IN ('planned', 'held', 'suppressed', 'superseded'))
"""

FORGET = """
UPDATE notifications_message
SET status = 'suppressed', cause = %s, reason = %s, claimed_by = '', claimed_until = NULL,
    settled_at = now()
WHERE status IN ('planned', 'held', 'claimed', 'retrying')
"""

# The report of what happened last decides, whatever came first; one about an earlier try, before
# somebody sent the message again by hand, decides nothing.
FOLLOW = """
WITH told AS (
  SELECT DISTINCT ON (m.id) m.id,
    coalesce(nullif(r.detail, ''), 'Its provider reports: ' || r.kind || '.') AS detail,
    CASE WHEN r.kind = 'delivered' THEN 'delivered' ELSE 'failed' END AS status
  FROM notifications_message m JOIN notifications_receipt r ON r.message_id = m.id
  WHERE m.id = ANY(%s) AND m.status = ANY(%s) AND m.attempts_made > 0
    AND r.kind IN ('delivered', 'bounced', 'failed')
    AND (r.provider_id <> '' AND r.provider_id = m.provider_id
      OR r.key = concat_ws(':', m.event_id, m.audience, m.channel, m.revision))
  ORDER BY m.id, r.at DESC, r.kind = 'delivered' DESC, r.id DESC
)
UPDATE notifications_message AS m
SET status = told.status, settled_at = coalesce(m.settled_at, now()),
    cause = CASE WHEN told.status = 'delivered' THEN '' ELSE %s END,
    reason = CASE WHEN told.status = 'delivered' THEN '' ELSE left(told.detail, 200) END
FROM told WHERE told.id = m.id AND m.status <> told.status
"""


def reopen(message: Message, *, recipient: str) -> None:
    """Let a failed or unknown message leave once more, because somebody said so.

    An unknown one keeps its key, by which a provider may know it; a failed one gets a new key.
    """
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, [Cause.SENT_AGAIN, AGAIN, recipient, message.pk])


def call_off(message_ids: Sequence[int]) -> None:
    """Never send these: a worker took back what they say before they left."""
    if message_ids:
        with connection.cursor() as cursor:
            cursor.execute(CALL_OFF, [Cause.UNDONE, UNDONE, list(message_ids)])


def revive(order_ids: Collection[UUID]) -> None:
    """Look again at what gave way to a state that was taken back: the guards decide anew."""
    with connection.cursor() as cursor:
        cursor.execute(REVIVE, [list(order_ids)])


def forget_waiting(reason: str) -> int:
    """Never send what waits now; how many. For a database that was restored from a backup."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [Cause.RESTORED, reason[:200]])
        return cursor.rowcount


def follow_receipts(message_ids: Iterable[int]) -> None:
    """Let messages that have left become what their providers report of them."""
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, [list(message_ids), list(REPORTABLE), Cause.REPORTED])
