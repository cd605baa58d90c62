"""The ledger of promises hears of every fact, in the transaction of the fact."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from orders.models import Event, Promise
from orders.promises.revisions import record_late_departures, warn_of_failed_attempts
from orders.promises.settling import (
    release_doors,
    reopen_arrivals,
    reopen_doors,
    settle_promises,
    take_back_promises,
)

# What may keep, release or open a promise again.
FACTS = frozenset(
    {
        "shipment.handed_over",
        "shipment.handed_over_undone",
        "shipment.cancelled",
        "order.cancelled",
        "package.delivered",
        "package.delivered_undone",
        "package.returning",
        "package.returning_undone",
        "package.at_pickup_point",
        "package.at_pickup_point_undone",
        "package.attempt_failed_undone",
    }
)
IN_VAIN = frozenset({"package.attempt_failed", "package.at_pickup_point", "package.returning"})
AT_THE_DOOR_AGAIN = frozenset({"package.attempt_failed_undone", "package.at_pickup_point_undone"})


def on_events(events: Sequence[Event]) -> None:
    """Settle what these events settle: a fixed number of statements, none for other events."""
    kinds = {event.kind for event in events}
    now = timezone.now()
    _withdraw(events, now)
    if kinds & FACTS:
        settle_promises(_orders(events, FACTS), now=now)
    if "shipment.handed_over" in kinds:
        record_late_departures([event for event in events if event.kind == "shipment.handed_over"])
    if failed := _subjects(events, {"package.attempt_failed"}):
        warn_of_failed_attempts(failed, now=now)


def _withdraw(events: Sequence[Event], now: datetime) -> None:
    """Release what holds no more, and open again what does."""
    if undone := _subjects(events, {"shipment.handed_over_undone"}):
        take_back_promises(undone, Promise.Kind.ARRIVES, now=now)
    if undone := _subjects(events, {"shipment.packed_undone"}):
        take_back_promises(undone, Promise.Kind.SHIPS, now=now)
    if packages := _subjects(events, IN_VAIN):
        release_doors(packages, _orders(events, IN_VAIN), now=now)
    if packages := _subjects(events, AT_THE_DOOR_AGAIN):
        reopen_doors(packages)
    if packages := _subjects(events, {"package.returning_undone"}):
        reopen_arrivals(packages)


def _subjects(events: Sequence[Event], kinds: frozenset[str] | set[str]) -> list[UUID]:
    return [event.subject_id for event in events if event.kind in kinds and event.subject_id]


def _orders(events: Sequence[Event], kinds: frozenset[str]) -> list[UUID]:
    return [event.order_id for event in events if event.kind in kinds and event.order_id]
