"""The event subscriber that settles promises, in the transaction of the event."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from orders.models import Event, Promise
from orders.promises.dating import follow_holds_and_stock
from orders.promises.edits import follow_edits
from orders.promises.revisions import mark_failed_attempts, record_late_departures
from orders.promises.settling import (
    break_arrivals,
    forget_untold,
    release_delivery_windows,
    reopen_arrivals,
    reopen_cancelled,
    reopen_delivery_windows,
    settle_promises,
    undo_promises,
)

# Events after which a promise may be kept, broken, released or open again.
SETTLING_EVENTS = frozenset(
    {
        "shipment.handed_over",
        "shipment.handed_over_undone",
        "shipment.cancelled",
        "order.cancelled",
        "order.lines_cancelled",
        "order.backordered",
        "package.delivered",
        "package.delivered_undone",
        "package.returning",
        "package.returning_undone",
        "package.at_pickup_point",
        "package.at_pickup_point_undone",
        "package.attempt_failed_undone",
    }
)
FAILED_DELIVERIES = frozenset(
    {
        "package.attempt_failed",
        "package.at_pickup_point",
        "package.returning",
        "package.lost",
    }
)
FAILED_DELIVERIES_UNDONE = frozenset(
    {"package.attempt_failed_undone", "package.at_pickup_point_undone"}
)
ARRIVALS_WITHDRAWN_UNDONE = frozenset(
    {"package.returning_undone", "package.at_pickup_point_undone"}
)
CANCELLED_UNDONE = frozenset({"order.cancelled_undone", "order.lines_cancelled_undone"})


def on_events(events: Sequence[Event]) -> None:
    """Update promises after these events: a fixed number of statements, none for other events."""
    kinds = {event.kind for event in events}
    now = timezone.now()
    _withdraw(events, now)
    if kinds & SETTLING_EVENTS:
        settle_promises(_orders(events, SETTLING_EVENTS), now=now)
    forget_untold(events, now=now)
    follow_edits(events, now=now)
    follow_holds_and_stock(events, now=now)
    if "shipment.handed_over" in kinds:
        record_late_departures([event for event in events if event.kind == "shipment.handed_over"])
    if failed := [event for event in events if event.kind == "package.attempt_failed"]:
        mark_failed_attempts(failed, now=now)


def _withdraw(events: Sequence[Event], now: datetime) -> None:
    """Release promises that no longer hold, and reopen those of an undone step."""
    if undone := _subjects(events, {"shipment.handed_over_undone"}):
        undo_promises(undone, Promise.Kind.ARRIVES, now=now)
    if undone := _subjects(events, {"shipment.packed_undone"}):
        undo_promises(undone, Promise.Kind.SHIPS, now=now)
    if packages := _subjects(events, FAILED_DELIVERIES):
        release_delivery_windows(packages, _orders(events, FAILED_DELIVERIES), now=now)
    if lost := _subjects(events, {"package.lost"}):
        break_arrivals(lost, now=now)
    if packages := _subjects(events, FAILED_DELIVERIES_UNDONE):
        reopen_delivery_windows(packages)
    if packages := _subjects(events, ARRIVALS_WITHDRAWN_UNDONE):
        reopen_arrivals(packages)
    if undone_cancellations := [event for event in events if event.kind in CANCELLED_UNDONE]:
        reopen_cancelled(undone_cancellations, now=now)


def _subjects(events: Sequence[Event], kinds: frozenset[str] | set[str]) -> list[UUID]:
    return [event.subject_id for event in events if event.kind in kinds and event.subject_id]


def _orders(events: Sequence[Event], kinds: frozenset[str]) -> list[UUID]:
    return [event.order_id for event in events if event.kind in kinds and event.order_id]
