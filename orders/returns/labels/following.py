"""The parcel of a return followed: what its carrier reports, in any order, repeated or not."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from orders.carriers import CARRIERS
from orders.carriers.base import Seen
from orders.events.recording import record
from orders.models import Event, ReturnLabel
from orders.returns.labels.requests import LOOK_AFTER, locked
from orders.states import PackageStatus, ReturnStatus

log = logging.getLogger(__name__)

FOLLOWED_FOR = timedelta(days=150)  # a label that nobody uses: longer than returns are awaited
STAGES: dict[str, str] = {
    PackageStatus.HANDED_OVER: "handed_in_at",
    PackageStatus.AT_PICKUP_POINT: "handed_in_at",
    PackageStatus.IN_TRANSIT: "in_transit_at",
    PackageStatus.OUT_FOR_DELIVERY: "in_transit_at",
    PackageStatus.ATTEMPT_FAILED: "in_transit_at",
    PackageStatus.DELIVERED: "arrived_at",
}
MOMENTS = ("handed_in_at", "in_transit_at", "arrived_at")


@transaction.atomic(savepoint=False)
def save_journey(label: ReturnLabel, seen: Iterable[Seen]) -> ReturnLabel:
    """Keep the first moment of each stage; that it was handed in is told once.

    The return itself is received by who scans its parcel: a carrier may be wrong about a door.
    """
    row, now = locked(label), timezone.now()
    was_handed_in = row.handed_in_at is not None
    for stage, at in _stages(row, seen, now):
        known: datetime | None = getattr(row, stage)
        setattr(row, stage, min(known, at) if known else at)
    if first := [at for name in MOMENTS if (at := getattr(row, name))]:
        row.handed_in_at = min(first)
    if row.unwanted_at is None:  # else it was discarded while the carrier was asked: it is voided
        row.due_at, row.attempts = _next_look(row, now), 0
    row.save(update_fields=[*MOMENTS, "due_at", "attempts"])
    is_awaited = row.order_return.status == ReturnStatus.APPROVED
    if row.handed_in_at and not was_handed_in and is_awaited:
        record([Event.of(row.order_return, "handed_in")])
    return row


def look_later(label: ReturnLabel) -> None:
    """The carrier could not be asked: it is asked again with the next look."""
    same = ReturnLabel.objects.filter(pk=label.pk, unwanted_at__isnull=True)
    same.update(due_at=_next_look(label, timezone.now()))


def _stages(
    row: ReturnLabel, seen: Iterable[Seen], now: datetime
) -> Iterable[tuple[str, datetime]]:
    """The stages that were reported, and when: not before its label was made, nor in the future."""
    carrier = CARRIERS.get(row.carrier)
    words = carrier.words if carrier else {}
    for one in seen:
        stage = STAGES.get(words.get(one.word, ""))
        if stage is None:
            log.info("label %s: nothing follows from “%s”", row.pk, one.word[:40])
            continue
        at = one.at if one.at and one.at.tzinfo else now
        yield stage, max(min(at, now), row.answered_at or now)


def _next_look(row: ReturnLabel, now: datetime) -> datetime | None:
    """When to ask again; never where it has come, or nobody has used the label for long."""
    is_over = row.arrived_at or row.order_return.status != ReturnStatus.APPROVED
    return None if is_over or row.asked_at + FOLLOWED_FOR < now else now + LOOK_AFTER
