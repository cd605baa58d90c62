"""The watcher of promises: warns, tells before one breaks, and marks those that are broken.

Safe to run twice and at once: an order that another transaction holds is left for the next time,
and what is done to a promise is read again under the lock of its order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from orders.models import OrderLine, Promise
from orders.promises.making import terms_of
from orders.promises.revisions import Change, replace_promises, warn_of
from orders.promises.settling import record_broken
from orders.promises.windows import (
    ARRIVES_GIVES_WAY,
    DOOR_GIVES_WAY,
    OUT_GIVES_WAY,
    SHIPS_GIVES_WAY,
    days_at_door,
    next_arrival,
    next_arrival_unsent,
    next_door,
    next_shipping,
)
from orders.promises.working_days import arrival_span
from orders.states import PackageStatus

BATCH = 100  # orders in a transaction
WARN, REVISE, BREAK = "warn", "revise", "break"
# What will not come is never promised anew; it is broken when its time is over. An arrival whose
# parcel is at its last stops waits for the hour at the door, which is told first. The first
# conditions leave only what is near its end: from noon on the last day is at most 13 hours.
DUE = """
SELECT promise.id, promise.order_id, judged.step, box.is_stranded
FROM orders_promise promise
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(status = 'out_for_delivery'), false) AS is_out,
        coalesce(bool_or(status IN ('lost', 'damaged', 'returning', 'returned')), false)
            AS is_stranded
    FROM orders_package package
    WHERE package.shipment_id = promise.shipment_id AND package.delivered_at IS NULL
        AND (promise.kind <> 'at_door' OR package.id = promise.package_id)
) box
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM orders_promise door
        WHERE door.order_id = promise.order_id AND door.kind = 'at_door'
            AND door.settled_at IS NULL AND door.latest <= promise.latest
    ) AND promise.kind = 'arrives' AND box.is_out AS has_open_door
) hour
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN promise.latest <= %(now)s THEN 'break'
        WHEN NOT box.is_stranded AND NOT hour.has_open_door AND promise.latest - CASE promise.kind
            WHEN 'ships' THEN %(ships)s
            WHEN 'at_door' THEN %(door)s
            ELSE CASE WHEN box.is_out THEN %(out)s ELSE %(arrives)s END
        END <= %(now)s THEN 'revise'
        WHEN promise.warned_at IS NULL AND NOT box.is_stranded AND NOT hour.has_open_door
            AND CASE promise.kind
            WHEN 'ships' THEN promise.latest - interval '4 hours'
            WHEN 'at_door' THEN promise.latest - interval '15 minutes'
            ELSE CASE WHEN NOT box.is_out
                THEN (promise.local_on + time '12:00') AT TIME ZONE promise.zone END
        END <= %(now)s THEN 'warn'
    END AS step
) judged
WHERE promise.settled_at IS NULL
    AND promise.latest <= %(now)s + interval '13 hours'
    AND promise.latest <= %(now)s + CASE promise.kind WHEN 'ships' THEN interval '4 hours'
        WHEN 'at_door' THEN interval '15 minutes' ELSE interval '13 hours' END
    AND judged.step IS NOT NULL AND (%(orders)s::uuid[] IS NULL OR order_id = ANY(%(orders)s))
ORDER BY promise.latest
"""
CLAIM = """
SELECT id FROM orders_order
WHERE id IN (SELECT order_id FROM ({due}) due LIMIT {limit})
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A promise that something must be done about, and whether what it is about still comes."""

    promise: Promise
    step: str
    is_stranded: bool


def watch_promises(limit: int = BATCH) -> int:
    """Do what is due, `limit` orders in a transaction; returns for how many promises."""
    done = 0
    while number := _watch_batch(limit):
        done += number
    return done


def claim_orders(due: str, values: dict[str, Any], limit: int) -> list[UUID]:
    """Lock the orders that a statement names, but for those that somebody else holds."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(due=due, limit=limit), values | {"orders": None})
        return [order_id for (order_id,) in cursor.fetchall()]


@transaction.atomic(savepoint=False)
def _watch_batch(limit: int) -> int:
    """A fixed number of statements whatever the number of promises."""
    now = timezone.now()
    values = {
        "now": now,
        "ships": SHIPS_GIVES_WAY,
        "arrives": ARRIVES_GIVES_WAY,
        "out": OUT_GIVES_WAY,
        "door": DOOR_GIVES_WAY,
    }
    orders = claim_orders(DUE, values, limit)
    if not orders:
        return 0
    found = _read_due(values | {"orders": orders})
    warn_of([due.promise for due in found if due.step == WARN], now=now)
    _break([due.promise for due in found if due.step == BREAK])
    changes = _changes([due.promise for due in found if _is_replaced(due)], now)
    if changes:
        replace_promises(changes, now=now)
    return len(found)


def _read_due(values: dict[str, Any]) -> list[Due]:
    """Once more, under the locks: somebody may have delivered since the claim looked."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, values)
        rows = cursor.fetchall()
    related = "order__seller__warehouse"
    promises = Promise.objects.select_related(related).in_bulk([row[0] for row in rows])
    return [Due(promises[pk], step, is_stranded) for pk, _, step, is_stranded in sorted(rows)]


def _is_replaced(due: Due) -> bool:
    return due.step == REVISE or (due.step == BREAK and not due.is_stranded)


def _break(promises: list[Promise]) -> None:
    if promises:
        ids = [promise.pk for promise in promises]
        Promise.objects.filter(pk__in=ids).update(broken_at=F("latest"))
        record_broken(promises)


def _changes(promises: Sequence[Promise], now: datetime) -> list[Change]:
    """The next honest window of each, and of what depends on it."""
    waiting = _waiting_for_stock(promises)
    changes = {row.pk: _change(row, now, waits=row.order_id in waiting) for row in promises}
    for row in _dependents(promises):
        if row.pk not in changes and (led := _led(row, changes.values())):
            changes[row.pk] = led
    return list(changes.values())


def _change(row: Promise, now: datetime, *, waits: bool) -> Change:
    terms = terms_of(row.order.seller)
    reason = Promise.Reason.LATE
    if row.kind == Promise.Kind.SHIPS:
        span = next_shipping(row, now, terms)
    elif row.kind == Promise.Kind.AT_DOOR:
        span = next_door(row, now, terms.country)
    elif row.shipment_id:
        span = next_arrival(row, now, terms.country)
    else:
        span = next_arrival_unsent(row, now, terms, waits_for_stock=waits)
        reason = Promise.Reason.STOCK_LATE if waits else reason
    return Change(row, span, reason)


def _waiting_for_stock(promises: Iterable[Promise]) -> set[UUID]:
    orders = {row.order_id for row in promises if _is_of_order(row)}
    if not orders:
        return set()
    lines = OrderLine.objects.filter(order__in=orders, backordered__gt=0)
    return set(lines.values_list("order", flat=True))


def _dependents(promises: Iterable[Promise]) -> list[Promise]:
    """Open arrivals of the orders of which a departure or an hour at the door moves."""
    orders = {row.order_id for row in promises if row.kind != Promise.Kind.ARRIVES}
    if not orders:
        return []
    arrivals = Promise.objects.filter(
        order__in=orders, kind=Promise.Kind.ARRIVES, settled_at__isnull=True
    )
    open_arrivals = arrivals.filter(shipment__isnull=True) | arrivals.filter(
        shipment__packages__status=PackageStatus.OUT_FOR_DELIVERY
    )
    return list(open_arrivals.select_related("order__seller__warehouse").order_by("pk").distinct())


def _led(row: Promise, changes: Iterable[Change]) -> Change | None:
    """The change of an arrival that follows from another change of its order, if any does."""
    leading = Promise.Kind.SHIPS if _is_of_order(row) else Promise.Kind.AT_DOOR
    leaders = [
        change
        for change in changes
        if change.former.order_id == row.order_id and change.former.kind == leading
    ]
    if not leaders:
        return None
    day = max(change.span.local_on for change in leaders)
    if leading == Promise.Kind.AT_DOOR:
        last = max(change.span.latest for change in leaders)
        span = days_at_door(day, day, row.zone)
        return Change(row, span, Promise.Reason.LATE) if last > row.latest else None
    span = arrival_span(day, day, terms_of(row.order.seller), row.zone)
    return Change(row, span, Promise.Reason.LATE) if span.local_on > row.local_on else None


def _is_of_order(row: Promise) -> bool:
    return row.shipment_id is None
