"""Changes to messages that no worker holds: taken back, revived, forgotten, reopened, reported."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from notifications.models import Message, Receipt
from notifications.states import CLAIMABLE, REPORTABLE, UNSETTLED, WAITING, Cause, MessageStatus
from orders.statements import with_codes

AGAIN = "Resent manually."
UNDONE = "Undone before it was sent."
LONGEST_REASON = 200
REVIVED_WITHIN = timedelta(hours=1)  # later, what gave way is no news any more

# A failed one gets a new key, so that its provider takes it for another message.
REOPEN = with_codes(
    """
UPDATE notifications_message
SET status = {retrying}, cause = %(cause)s, reason = %(reason)s, recipient = %(recipient)s,
    next_attempt_at = now(), settled_at = NULL, provider_id = '',
    revision = revision + (status = {failed})::int
WHERE id = %(id)s AND status IN ({unsettled})
""",
    retrying=MessageStatus.RETRYING,
    failed=MessageStatus.FAILED,
    unsettled=UNSETTLED,
)

# One that speaks for others stays: it leaves without what was taken back.
CALL_OFF = with_codes(
    """
UPDATE notifications_message m
SET status = {suppressed}, cause = %(cause)s, reason = %(reason)s, settled_at = now()
WHERE id = ANY(%(ids)s) AND status IN ({claimable}) AND NOT EXISTS (
  SELECT FROM notifications_message o WHERE o.superseded_by_id = m.id AND o.template = m.template)
""",
    suppressed=MessageStatus.SUPPRESSED,
    claimable=CLAIMABLE,
)

# What an undone state had made old news is news again, unless something newer has left since:
# b is what it gave way to, later what came behind it in its lane.
REVIVE = with_codes(
    """
UPDATE notifications_message AS m
SET status = {planned}, cause = '', reason = '', superseded_by_id = NULL, settled_at = NULL,
    next_attempt_at = now()
WHERE m.order_id = ANY(%(orders)s) AND m.status = {superseded} AND m.audience = {customer}
  AND m.attempts_made = 0 AND m.settled_at > now() - %(lately)s
  AND NOT EXISTS (SELECT FROM notifications_message b
    WHERE b.id = m.superseded_by_id AND b.status <> {suppressed})
  AND NOT EXISTS (SELECT FROM notifications_message later
    WHERE later.order_id = m.order_id AND later.recipient = m.recipient
      AND later.channel = m.channel AND later.id > m.id
      AND later.status NOT IN ({planned}, {held}, {suppressed}, {superseded}))
""",
    planned=MessageStatus.PLANNED,
    held=MessageStatus.HELD,
    suppressed=MessageStatus.SUPPRESSED,
    superseded=MessageStatus.SUPERSEDED,
    customer=Message.Audience.CUSTOMER,
)

FOLLOW = with_codes(
    """
WITH
-- The report of what happened last decides, whatever came first; one about an earlier try, before
-- somebody sent the message again by hand, decides nothing.
told AS (
  SELECT DISTINCT ON (m.id) m.id, r.kind = {received} AS has_arrived,
    coalesce(nullif(r.detail, ''), 'Its provider reports: ' || r.kind || '.') AS detail
  FROM notifications_message m JOIN notifications_receipt r ON r.message_id = m.id
  WHERE m.id = ANY(%(ids)s) AND m.status IN ({reportable}) AND m.attempts_made > 0
    AND r.kind IN ({received}, {lost})
    AND (r.provider_id <> '' AND r.provider_id = m.provider_id
      OR r.key = concat_ws(':', m.event_id, m.audience, m.channel, m.revision))
  ORDER BY m.id, r.at DESC, has_arrived DESC, r.id DESC
)
UPDATE notifications_message AS m
SET status = CASE WHEN told.has_arrived THEN {delivered} ELSE {failed} END,
    cause = CASE WHEN told.has_arrived THEN '' ELSE %(cause)s END,
    reason = CASE WHEN told.has_arrived THEN '' ELSE left(told.detail, %(longest)s) END,
    settled_at = coalesce(m.settled_at, now())
FROM told WHERE told.id = m.id
  AND m.status <> CASE WHEN told.has_arrived THEN {delivered} ELSE {failed} END
""",
    received=Receipt.Kind.DELIVERED,
    lost=(Receipt.Kind.BOUNCED, Receipt.Kind.FAILED),
    reportable=REPORTABLE,
    delivered=MessageStatus.DELIVERED,
    failed=MessageStatus.FAILED,
)


def reopen(message: Message, *, recipient: str) -> None:
    """Let a failed or unknown message leave once more, because somebody said so.

    An unknown one keeps its key, by which a provider may know it; a failed one gets a new key.
    """
    values: dict[str, Any] = {
        "id": message.pk,
        "cause": Cause.SENT_AGAIN,
        "reason": AGAIN,
        "recipient": recipient,
    }
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, values)


def call_off(message_ids: Sequence[int]) -> None:
    """Never send these: a worker took back what they say before they left."""
    if message_ids:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "ids": list(message_ids),
                "cause": Cause.UNDONE,
                "reason": UNDONE,
            }
            cursor.execute(CALL_OFF, values)


def revive(order_ids: Collection[UUID]) -> None:
    """Look again at what gave way to a state that was taken back: the guards decide anew."""
    values: dict[str, Any] = {"orders": list(order_ids), "lately": REVIVED_WITHIN}
    with connection.cursor() as cursor:
        cursor.execute(REVIVE, values)


def forget_waiting(reason: str) -> int:
    """Never send what waits now; how many. For a database that was restored from a backup."""
    return Message.objects.filter(status__in=WAITING).update(
        status=MessageStatus.SUPPRESSED,
        cause=Cause.RESTORED,
        reason=reason[:LONGEST_REASON],
        claimed_by="",
        claimed_until=None,
        settled_at=Now(),
    )


def follow_receipts(message_ids: Iterable[int]) -> None:
    """Let messages that have left become what their providers report of them."""
    values: dict[str, Any] = {
        "ids": list(message_ids),
        "cause": Cause.REPORTED,
        "longest": LONGEST_REASON,
    }
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, values)
