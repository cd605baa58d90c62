"""Updates of messages that no worker has claimed: undo, resend, restore, delivery reports."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from notifications.models import Message, Receipt
from notifications.states import (
    CLAIMABLE,
    NOT_ARRIVED,
    REPORTABLE,
    UNSETTLED,
    WAITING,
    Cause,
    MessageStatus,
)
from orders.models import Shipment
from orders.statements import with_codes
from orders.states import ShipmentStatus

RESENT = "Resent manually."
CORRECTED = "The address was corrected."
UNDONE = "Undone before it was sent."
LONGEST_REASON = 200
REPLAN_WITHIN = timedelta(hours=1)  # an older superseded message would be old news
CORRECTED_WITHIN = timedelta(days=3)  # so long a mail waits for its address

# A failed message gets a new idempotency key (its revision), or the provider would drop it.
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

# A message that combines others is not suppressed: it is sent without what was undone.
SUPPRESS_UNDONE = with_codes(
    """
UPDATE notifications_message m
SET status = {suppressed}, cause = %(cause)s, reason = %(reason)s, settled_at = now()
WHERE id = ANY(%(ids)s) AND status IN ({claimable}) AND NOT EXISTS (
  SELECT FROM notifications_message o WHERE o.superseded_by_id = m.id AND o.template = m.template)
""",
    suppressed=MessageStatus.SUPPRESSED,
    claimable=CLAIMABLE,
)

# A message that was superseded by an undone state is planned again, unless a newer message of its
# lane was sent. b: the message that superseded it. later: newer messages of the lane.
REPLAN_SUPERSEDED = with_codes(
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

APPLY_RECEIPTS = with_codes(
    """
WITH
-- Reports come in any order: the one with the latest time counts. A report about an attempt before
-- a manual resend does not count: it has the id or the key of that attempt.
latest AS (
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
SET status = CASE WHEN latest.has_arrived THEN {delivered} ELSE {failed} END,
    cause = CASE WHEN latest.has_arrived THEN '' ELSE %(cause)s END,
    reason = CASE WHEN latest.has_arrived THEN '' ELSE left(latest.detail, %(longest)s) END,
    settled_at = coalesce(m.settled_at, now())
FROM latest WHERE latest.id = m.id
  AND m.status <> CASE WHEN latest.has_arrived THEN {delivered} ELSE {failed} END
""",
    received=Receipt.Kind.DELIVERED,
    lost=(Receipt.Kind.BOUNCED, Receipt.Kind.FAILED),
    reportable=REPORTABLE,
    delivered=MessageStatus.DELIVERED,
    failed=MessageStatus.FAILED,
)


def reopen(message: Message, *, recipient: str) -> None:
    """Make a failed or unknown message due again: a seller resends it.

    An unknown one keeps its idempotency key, so that a provider that has it does not send it
    twice; a failed one gets a new key.
    """
    values: dict[str, Any] = {
        "id": message.pk,
        "cause": Cause.SENT_AGAIN,
        "reason": RESENT,
        "recipient": recipient,
    }
    with connection.cursor() as cursor:
        cursor.execute(REOPEN, values)


def reopen_unmailable(recipients: Mapping[UUID, str]) -> None:
    """Make mails due that had no address, now that their orders have one: {order id: address}.

    What was told over another channel, or waits there, is not told again, nor what somebody has
    dismissed. Old news is not sent, nor that an order was received once some of it has left.
    """
    left = Shipment.objects.filter(order=OuterRef("order"), status=ShipmentStatus.HANDED_OVER)
    told = Message.objects.filter(event=OuterRef("event"), audience=OuterRef("audience")).exclude(
        Q(status__in=NOT_ARRIVED) | Q(channel=Message.Channel.PUSH)  # which only repeats
    )
    failed = Message.objects.filter(
        ~Exists(told),
        order__in=recipients,
        status=MessageStatus.FAILED,
        cause=Cause.NO_ADDRESS,
        decided_at__isnull=True,
        created_at__gt=Now() - CORRECTED_WITHIN,
    )
    failed = failed.exclude(Exists(left), event__kind="order.received").order_by("pk")
    with connection.cursor() as cursor:
        for pk, order_id in failed.values_list("pk", "order"):
            values: dict[str, Any] = {"id": pk, "cause": "", "reason": CORRECTED}
            values["recipient"] = recipients[order_id]
            cursor.execute(REOPEN, values)


def suppress_undone(message_ids: Sequence[int]) -> None:
    """Suppress messages about an event that was undone before they were sent."""
    if message_ids:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "ids": list(message_ids),
                "cause": Cause.UNDONE,
                "reason": UNDONE,
            }
            cursor.execute(SUPPRESS_UNDONE, values)


def replan_superseded(order_ids: Collection[UUID]) -> None:
    """Plan messages again that an undone state had superseded; the guards check them again."""
    values: dict[str, Any] = {"orders": list(order_ids), "lately": REPLAN_WITHIN}
    with connection.cursor() as cursor:
        cursor.execute(REPLAN_SUPERSEDED, values)


def waiting_since_before(moment: datetime) -> QuerySet[Message]:
    """Messages that wait and were planned before this moment."""
    return Message.objects.filter(status__in=WAITING, created_at__lt=moment)


def suppress_waiting(moment: datetime, reason: str) -> int:
    """Suppress what has waited since before a database was restored; returns how many."""
    return waiting_since_before(moment).update(
        status=MessageStatus.SUPPRESSED,
        cause=Cause.RESTORED,
        reason=reason[:LONGEST_REASON],
        claimed_by="",
        claimed_until=None,
        settled_at=Now(),
    )


def suppress_erased(order_ids: Collection[UUID]) -> None:
    """Suppress what waits, unclaimed, about orders whose customer is being erased."""
    Message.objects.filter(order__in=order_ids, status__in=CLAIMABLE).update(
        status=MessageStatus.SUPPRESSED,
        cause=Cause.NO_ADDRESS,
        reason="Its customer was erased.",
        settled_at=Now(),
    )


def redirect(messages: Sequence[Message]) -> None:
    """Give waiting messages their new recipient and language."""
    for message in messages:
        # One that was tried gets a new idempotency key, or its provider would drop it.
        message.revision += message.attempts_made > 0
    Message.objects.bulk_update(messages, ["recipient", "language", "revision"])


def suppress_unaddressed(message_ids: Sequence[int]) -> None:
    """Suppress what waits, unclaimed, for an address that an order has no longer."""
    Message.objects.filter(pk__in=message_ids, status__in=CLAIMABLE).update(
        status=MessageStatus.SUPPRESSED,
        cause=Cause.NO_ADDRESS,
        reason="The order no longer has this address.",
        settled_at=Now(),
    )


def apply_receipts(message_ids: Iterable[int]) -> None:
    """Update the status of sent messages by their delivery reports."""
    values: dict[str, Any] = {
        "ids": list(message_ids),
        "cause": Cause.REPORTED,
        "longest": LONGEST_REASON,
    }
    with connection.cursor() as cursor:
        cursor.execute(APPLY_RECEIPTS, values)
