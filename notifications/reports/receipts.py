"""Receipts (delivery reports): stored, matched to messages, and applied to their status."""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from notifications.channels.reports import Report
from notifications.consent.suppressions import suppress_reported
from notifications.delivery.other_channel import retry_on_other_channel
from notifications.delivery.unclaimed import apply_receipts
from notifications.models import Message, Receipt
from notifications.states import REPORTABLE
from orders.crash import crash_point
from orders.statements import is_outage

log = logging.getLogger(__name__)

KEEP_FOR = timedelta(days=14)  # a report that matches no message
RETRY_AFTER = timedelta(hours=1)  # of a report that was set aside
MOST = 1000
UNDELIVERED = (Receipt.Kind.BOUNCED, Receipt.Kind.FAILED)

MATCH_BY_ID = """
-- Match by the id that the provider gave the message. SKIP LOCKED: another process matches those.
WITH found AS (
  SELECT r.id, m.id AS message_id
  FROM notifications_receipt r JOIN notifications_message m
    ON m.channel = r.channel AND m.provider_id = r.provider_id
  WHERE r.message_id IS NULL AND r.provider_id <> ''
    AND (r.set_aside_at IS NULL OR r.set_aside_at < %(retried_from)s)
    AND (%(ids)s::text[] IS NULL OR r.report_id = ANY(%(ids)s::text[]))
  FOR NO KEY UPDATE OF r SKIP LOCKED
)
UPDATE notifications_receipt AS r SET message_id = found.message_id
FROM found WHERE r.id = found.id
RETURNING r.id
"""
DELETE_UNMATCHED = "DELETE FROM notifications_receipt WHERE message_id IS NULL AND received_at < %s"


def store_reports(reports: Iterable[Report]) -> None:
    """Store reports, each once (unique constraint), and apply them to their messages.

    A report may come before the provider's id of the message is committed: then it waits for
    `match_receipts`.
    """
    # Sorted, so that two calls with the same reports cannot deadlock.
    rows = sorted((report.as_row() for report in reports), key=lambda row: row.report_id)
    Receipt.objects.bulk_create(rows, ignore_conflicts=True)
    crash_point("receipt-stored")
    match_receipts([row.report_id for row in rows])


def match_receipts(report_ids: list[str] | None = None) -> int:
    """Match waiting reports to messages and apply them; returns how many reports.

    `report_ids`: only these, else all. A report that cannot be applied is set aside for an hour.
    """
    try:
        return _match(report_ids)
    except Exception as error:  # one report must not stop the others: each is tried alone
        if is_outage(error):
            raise
        log.exception("a batch of reports failed")
    waiting = Receipt.objects.filter(message__isnull=True).filter(_in_turn())
    if report_ids is not None:
        waiting = waiting.filter(report_id__in=report_ids)
    ids = list(waiting.order_by("-pk").values_list("report_id", flat=True)[:MOST])
    return sum(_match_alone(report_id) for report_id in ids)


def _in_turn() -> Q:
    retried_from = timezone.now() - RETRY_AFTER
    return Q(set_aside_at__isnull=True) | Q(set_aside_at__lt=retried_from)


def _match_alone(report_id: str) -> int:
    try:
        return _match([report_id])
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("report %s is set aside", report_id)
        Receipt.objects.filter(report_id=report_id).update(set_aside_at=timezone.now())
        return 0


@transaction.atomic
def _match(report_ids: list[str] | None) -> int:
    matched = _by_provider_id(report_ids) + _by_key(report_ids)
    if not matched:
        return 0
    receipts = list(Receipt.objects.filter(pk__in=matched).select_related("message__order"))
    ids = {receipt.message_id for receipt in receipts if receipt.message_id}
    # A second statement, after the row locks: it sees the reports that others matched meanwhile.
    locked = Message.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    recipients = dict(locked.values_list("pk", "recipient"))
    erased = {pk for pk, name in recipients.items() if name.startswith(Message.ERASED)}
    if erased:  # a provider's words may name the customer
        Receipt.objects.filter(pk__in=matched, message__in=erased).update(detail="")
    apply_receipts(list(recipients))
    suppress_reported(row for row in receipts if row.message_id not in erased)
    lost = {row.message_id for row in receipts if row.message_id and row.kind in UNDELIVERED}
    if lost:
        retry_on_other_channel(lost)
    return len(receipts)


def delete_unmatched() -> None:
    """Delete old reports that match no message, such as those of another installation."""
    with connection.cursor() as cursor:
        cursor.execute(DELETE_UNMATCHED, [timezone.now() - KEEP_FOR])


def _by_provider_id(report_ids: list[str] | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            MATCH_BY_ID, {"ids": report_ids, "retried_from": timezone.now() - RETRY_AFTER}
        )
        return [pk for (pk,) in cursor.fetchall()]


def _by_key(report_ids: list[str] | None) -> list[int]:
    """Match reports by our idempotency key; needed where an attempt got no answer and no id."""
    waiting = Receipt.objects.filter(_in_turn(), message__isnull=True).exclude(key="")
    if report_ids is not None:
        waiting = waiting.filter(report_id__in=report_ids)
    # The newest first: reports that match nothing stay here for days and must not fill the batch.
    receipts = list(waiting.select_for_update(skip_locked=True).order_by("-pk")[:MOST])
    known = {message.key: message for message in _messages_of([row.key for row in receipts])}
    found = [receipt for receipt in receipts if receipt.key in known]
    for receipt in found:
        receipt.message = known[receipt.key]
    Receipt.objects.bulk_update(found, ["message"])
    return [receipt.pk for receipt in found]


def _messages_of(keys: Sequence[str]) -> list[Message]:
    event_ids = {UUID(start) for key in keys if _is_uuid(start := key.partition(":")[0])}
    settled = Q(status__in=REPORTABLE)
    return list(Message.objects.filter(settled, event__in=event_ids)) if event_ids else []


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
