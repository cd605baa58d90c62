"""The promise watcher, a periodic task: warns of promises at risk, replaces or breaks them.

Idempotent and safe to run concurrently: orders that another transaction has locked are skipped
(SKIP LOCKED) until the next run, and promises are read again under the row lock of their order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from orders.lifecycle.dead_letters import Work
from orders.lifecycle.due_orders import BATCH, DueOrders
from orders.models import Hold, Promise
from orders.promises.awaiting import AWAITED
from orders.promises.making import terms_for
from orders.promises.revisions import (
    Change,
    replace_promises,
    warn_sellers,
    withdraw_promises,
)
from orders.promises.settling import record_broken
from orders.promises.windows import (
    ARRIVES_LOOK_AHEAD,
    ARRIVES_REVISE_MARGIN,
    ARRIVES_WARN_FROM,
    OUT_REVISE_MARGIN,
    SHIPS_REVISE_MARGIN,
    SHIPS_WARN_MARGIN,
    WINDOW_REVISE_MARGIN,
    WINDOW_WARN_MARGIN,
    delivery_days,
    next_arrival,
    next_arrival_not_shipped,
    next_delivery_window,
    next_shipping,
)
from orders.promises.working_days import arrival_span
from orders.statements import with_codes
from orders.states import PACKAGE_STRANDED, PackageStatus

WARN, REVISE, BREAK = "warn", "revise", "break"
Held = tuple[UUID, UUID | None]
RELATED = ("order__seller__warehouse", "shipment__warehouse")  # what their dates follow from
# A stranded parcel gets no new promise: its old one breaks at its deadline. So does that of a
# parcel that waits for a decision after a failed attempt: no day is told but one that is set. An
# arrival whose parcel is out for delivery is not revised while its delivery window is open: that
# one is revised first.
DUE = with_codes(
    """
SELECT promise.id, promise.order_id, judged.step, box.is_stranded OR box.is_awaited
FROM orders_promise promise
-- is_out: a box of it is with its courier; is_stranded: a box needs a person, or it never comes;
-- is_awaited: nobody knows yet when one comes.
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(status = {out}), false) AS is_out,
        coalesce(bool_or(status IN ({stranded})), false) AS is_stranded,
        coalesce(bool_or("""  # noqa: S608
    + AWAITED
    + """), false) AS is_awaited
    FROM orders_package package
    WHERE package.shipment_id = promise.shipment_id AND package.delivered_at IS NULL
        AND (promise.kind <> {at_door} OR package.id = promise.package_id)
) box
-- has_open_door: a delivery window is promised too, and ends no later.
CROSS JOIN LATERAL (
    SELECT promise.kind = {arrives} AND box.is_out AND EXISTS (
        SELECT FROM orders_promise door
        WHERE door.order_id = promise.order_id AND door.kind = {at_door}
            AND door.settled_at IS NULL AND door.latest <= promise.latest
    ) AS has_open_door
) hour
-- From when its seller is warned (NULL: never), and from when it is replaced.
CROSS JOIN LATERAL (SELECT
    CASE WHEN promise.kind = {ships} THEN promise.latest - %(ships_warned)s
        WHEN promise.kind = {at_door} THEN promise.latest - %(door_warned)s
        WHEN NOT box.is_out THEN (promise.local_on + %(arrives_warned)s) AT TIME ZONE promise.zone
    END AS warned_from,
    promise.latest - CASE WHEN promise.kind = {ships} THEN %(ships)s
        WHEN promise.kind = {at_door} THEN %(door)s
        WHEN box.is_out THEN %(out)s ELSE %(arrives)s END AS gives_way_from
) moment
CROSS JOIN LATERAL (SELECT CASE WHEN promise.latest <= %(now)s THEN {breaks}
    WHEN box.is_stranded OR hour.has_open_door THEN NULL
    WHEN NOT box.is_awaited AND moment.gives_way_from <= %(now)s THEN {revise}
    WHEN promise.warned_at IS NULL AND moment.warned_from <= %(now)s THEN {warn} END AS step
) judged
-- Only what is near its deadline: this bound is what the index on `latest` serves.
WHERE promise.settled_at IS NULL AND promise.latest <= %(now)s + %(arrives_near)s
    AND promise.latest <= %(now)s + CASE promise.kind WHEN {ships} THEN %(ships_warned)s
        WHEN {at_door} THEN %(door_warned)s ELSE %(arrives_near)s END
    AND promise.kind <> {refunded} AND judged.step IS NOT NULL
    AND (%(orders)s::uuid[] IS NULL OR order_id = ANY(%(orders)s))
ORDER BY promise.latest
""",
    out=PackageStatus.OUT_FOR_DELIVERY,
    stranded=PACKAGE_STRANDED,
    ships=Promise.Kind.SHIPS,
    at_door=Promise.Kind.AT_DOOR,
    arrives=Promise.Kind.ARRIVES,
    refunded=Promise.Kind.REFUNDED,
    breaks=BREAK,
    revise=REVISE,
    warn=WARN,
)
# Of an order on hold when it was to leave nobody knows any more when it arrives: the departure of
# what is not packed is promised to nobody, so its deadline is that of the work. Without dates that
# were set later, and holds that end by themselves: those were judged when they were opened.
HELD = with_codes(
    """
SELECT promise.id, promise.order_id, judged.step, false AS is_stranded
FROM orders_promise promise JOIN orders_order held ON held.id = promise.order_id
CROSS JOIN LATERAL (SELECT CASE WHEN held.ship_by - %(ships)s <= %(now)s THEN {revise}
    WHEN promise.warned_at IS NULL THEN {warn} END AS step
) judged
WHERE held.ship_by <= %(now)s + %(ships_warned)s AND judged.step IS NOT NULL
    AND promise.kind = {arrives} AND promise.shipment_id IS NULL AND promise.settled_at IS NULL
    AND promise.made_at < held.ship_by AND promise.reason IN ('', {held})
    AND EXISTS (
        SELECT FROM orders_hold hold WHERE hold.order_id = held.id AND hold.shipment_id IS NULL
            AND hold.released_at IS NULL AND hold.until IS NULL AND hold.opened_at < held.ship_by
    )
    AND (%(orders)s::uuid[] IS NULL OR held.id = ANY(%(orders)s))
ORDER BY held.ship_by
""",
    arrives=Promise.Kind.ARRIVES,
    held=Promise.Reason.HELD,
    revise=REVISE,
    warn=WARN,
)
REVISE_MARGINS = {
    "ships": SHIPS_REVISE_MARGIN,
    "arrives": ARRIVES_REVISE_MARGIN,
    "out": OUT_REVISE_MARGIN,
    "door": WINDOW_REVISE_MARGIN,
    "ships_warned": SHIPS_WARN_MARGIN,
    "door_warned": WINDOW_WARN_MARGIN,
    "arrives_warned": ARRIVES_WARN_FROM,
    "arrives_near": ARRIVES_LOOK_AHEAD,
}


def _watched_now() -> dict[str, Any]:
    return {"now": timezone.now(), **REVISE_MARGINS}


WATCH = DueOrders(Work("promises", "Watching the promised dates"), DUE, _watched_now)
WATCH_HELD = DueOrders(Work("held", "Watching the dates of orders on hold"), HELD, _watched_now)


@dataclass(frozen=True, slots=True)
class Due:
    """A promise, the step that is due for it, and whether one of its parcels is stranded.

    `is_stranded`: also where it waits for a decision after a failed attempt.
    `is_held`: nobody knows when it leaves, so no other date replaces it.
    """

    promise: Promise
    step: str
    is_stranded: bool
    is_held: bool


def watch_promises(limit: int = BATCH) -> int:
    """Run every due step, `limit` orders per transaction; returns the number of promises."""
    late = Promise.ledger.filter(kind=Promise.Kind.REFUNDED, settled_at=None)
    # Of a refund nobody knows another date: its seller sees it, and its customer is told nothing.
    late.filter(latest__lte=timezone.now()).update(broken_at=F("latest"))
    held = WATCH_HELD.work_off(partial(_watch_batch, WATCH_HELD), limit)
    return held + WATCH.work_off(partial(_watch_batch, WATCH), limit)


@transaction.atomic(savepoint=False)
def _watch_batch(watch: DueOrders, limit: int, only: UUID | None = None) -> int:
    """One transaction: a fixed number of statements whatever the number of promises."""
    values = _watched_now()
    orders = watch.claim(values, limit, only)
    if not orders:
        return 0
    now = values["now"]
    found = _read_due(watch.sql, values | {"orders": orders})
    warn_sellers([due.promise for due in found if due.step == WARN], now=now)
    _break([due.promise for due in found if due.step == BREAK])
    withdraw_promises([due.promise for due in found if due.is_held and due.step != WARN], now=now)
    changes = _changes([due.promise for due in found if _is_replaced(due)], now)
    if changes:
        replace_promises(changes, now=now)
    return len(found)


def _read_due(sql: str, values: dict[str, Any]) -> list[Due]:
    """Read again under the locks: a parcel may have been delivered since the claim looked."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    promises = Promise.objects.select_related(*RELATED).in_bulk([row[0] for row in rows])
    held = _held({row[1] for row in rows})
    return [
        Due(promises[pk], step, is_stranded, _waits(promises[pk], held))
        for pk, _, step, is_stranded in sorted(rows)
    ]


def _held(order_ids: set[UUID]) -> set[Held]:
    """(order, shipment) of the open holds of these orders; without a shipment all of it waits."""
    holds = Hold.objects.filter(order__in=order_ids, released_at__isnull=True)
    return set(holds.values_list("order", "shipment"))


def _waits(promise: Promise, held: set[Held]) -> bool:
    """Whether it is of something that has not left, and waits on hold."""
    has_left = promise.kind != Promise.Kind.SHIPS and promise.shipment_id is not None
    return not has_left and not held.isdisjoint(
        {(promise.order_id, None), (promise.order_id, promise.shipment_id)}
    )


def _is_replaced(due: Due) -> bool:
    if due.is_held:
        return False
    return due.step == REVISE or (due.step == BREAK and not due.is_stranded)


def _break(promises: list[Promise]) -> None:
    if promises:
        ids = [promise.pk for promise in promises]
        Promise.objects.filter(pk__in=ids).update(broken_at=F("latest"))
        record_broken(promises)


def _changes(promises: Sequence[Promise], now: datetime) -> list[Change]:
    """The replacement of each promise, and of the arrivals that depend on it."""
    changes = {row.pk: _change(row, now) for row in promises}
    for row in _dependents(promises):
        if row.pk not in changes and (follows := _change_that_follows(row, changes.values())):
            changes[row.pk] = follows
    return list(changes.values())


def _change(row: Promise, now: datetime) -> Change:
    terms = terms_for(row)
    if row.kind == Promise.Kind.SHIPS:
        span = next_shipping(row, now, terms)
    elif row.kind == Promise.Kind.AT_DOOR:
        span = next_delivery_window(row, now, terms)
    elif row.shipment_id:
        span = next_arrival(row, now, terms)
    else:
        span = next_arrival_not_shipped(row, now, terms)
    return Change(row, span, Promise.Reason.LATE)


def _dependents(promises: Iterable[Promise]) -> list[Promise]:
    """Open arrivals of orders whose shipping date or delivery window changes."""
    orders = {row.order_id for row in promises if row.kind != Promise.Kind.ARRIVES}
    if not orders:
        return []
    arrivals = Promise.objects.filter(
        order__in=orders, kind=Promise.Kind.ARRIVES, settled_at__isnull=True
    )
    open_arrivals = arrivals.filter(shipment__isnull=True) | arrivals.filter(
        shipment__packages__status=PackageStatus.OUT_FOR_DELIVERY
    )
    return list(open_arrivals.select_related(*RELATED).order_by("pk").distinct())


def _change_that_follows(row: Promise, changes: Iterable[Change]) -> Change | None:
    """The change of an arrival that follows from another change of its order; None if it holds."""
    leading = Promise.Kind.SHIPS if _is_of_order(row) else Promise.Kind.AT_DOOR
    leaders = [
        change
        for change in changes
        if change.replaced.order_id == row.order_id
        and change.replaced.kind == leading
        and (_is_of_order(row) or _leaves(change.replaced) == _leaves(row))
    ]
    if not leaders:
        return None
    # The last change decides: the order has arrived when all of it has.
    day = max(change.span.local_on for change in leaders)
    if leading == Promise.Kind.AT_DOOR:
        last = max(change.span.latest for change in leaders)
        span = delivery_days(day, day, row.zone)
        return Change(row, span, Promise.Reason.LATE) if last > row.latest else None
    span = arrival_span(day, day, terms_for(row), row.zone)
    return Change(row, span, Promise.Reason.LATE) if span.local_on > row.local_on else None


def _is_of_order(row: Promise) -> bool:
    return row.shipment_id is None


def _leaves(row: Promise) -> UUID | None:
    """From which warehouse: a van of another one has a window of its own."""
    return row.shipment.warehouse_id if row.shipment else None
