"""Settle promises from what happened: kept, broken, revised or released; one SQL statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Subquery

from orders.events.recording import record
from orders.models import Event, Promise
from orders.statements import with_codes
from orders.states import PACKAGE_TURNED_BACK, PackageStatus, ShipmentStatus, ShippingRule

# By these events the allocator says what of an order is in stock.
DECIDED = ("order.allocated", "order.backordered")
# Reads the rows, not the event, so that after an undo the same statement reopens a promise.
UNITS_AND_BOXES = with_codes(
    """
WITH
-- The units of each order: to send, sent, delivered, and waiting for stock, or for somebody who
-- knows the product; whether nothing of it leaves without the rest.
need AS (
    SELECT order_id, sum(ordered - cancelled) AS units, sum(shipped) AS shipped,
        sum(delivered) AS delivered,
        sum(CASE WHEN product_id IS NULL THEN ordered - cancelled ELSE backordered END)
            AS backordered,
        bool_or(ships_as <> {as_available}) AS is_whole
    FROM orders_orderline JOIN orders_order ON orders_order.id = order_id
    WHERE order_id = ANY(%(orders)s) AND ships GROUP BY order_id
),
-- The boxes of each order, and once more by shipment: when the last of them left, was delivered,
-- and had come as far as it goes. is_back: each of them turned back before the customer had it.
-- is_to_collect: the customer has to fetch one, and no other is on its way any more.
box AS (
    SELECT order_id, shipment_id,
        max(handed_over_at) AS left_at,
        max(delivered_at) AS last_at,
        bool_and(delivered_at IS NULL AND status IN ({turned_back})) AS is_back,
        bool_and(delivered_at IS NOT NULL OR status IN ({pickup_point}, {turned_back}))
            AND bool_or(delivered_at IS NULL AND status = {pickup_point}) AS is_to_collect,
        CASE WHEN bool_and(delivered_at IS NOT NULL OR status IN ({turned_back})) THEN
            coalesce(max(delivered_at), %(now)s) END AS arrived_at
    FROM orders_package WHERE order_id = ANY(%(orders)s) AND status <> {cancelled}
    GROUP BY GROUPING SETS ((order_id), (order_id, shipment_id))
)""",
    turned_back=PACKAGE_TURNED_BACK,
    pickup_point=PackageStatus.AT_PICKUP_POINT,
    as_available=ShippingRule.AS_AVAILABLE,
    cancelled=PackageStatus.CANCELLED,
)
# A promise of arrival without a shipment is of the whole order. Only what is open or kept may
# change: a promise that was broken, revised or released stays so.
PROMISES_AND_FACTS = with_codes(
    """
-- Each promise that was not released, beside what happened to what it is about.
fact AS (
    SELECT promise.id, later.is_moved,
        promise.settled_at IS NULL OR promise.kept_at IS NOT NULL AS may_change,
        -- When it was done; of a shipment that came back: when it once was at the customer's.
        CASE WHEN promise.kind = {at_door} THEN package.delivered_at
            WHEN promise.kind = {ships} AND shipment.status = {handed_over} THEN box.left_at
            WHEN promise.kind = {ships} THEN NULL
            WHEN promise.shipment_id IS NULL
                THEN CASE WHEN need.delivered = need.units THEN box.last_at END
            WHEN box.is_back THEN promise.done_at
            WHEN box.arrived_at IS NOT NULL THEN coalesce(promise.done_at, box.arrived_at)
        END AS done_at,
        -- is_pointless: nothing will come to the door, because all is cancelled, every box turned
        -- back or is to be collected; or nobody knows when: all that has not left waits for stock.
        CASE WHEN promise.kind = {at_door} THEN false
            WHEN promise.kind = {ships} THEN shipment.status = {cancelled}
            WHEN promise.shipment_id IS NULL THEN need.units = 0 OR later.is_moved IS NULL
                AND need.backordered > 0
                AND (need.is_whole OR need.shipped + need.backordered = need.units)
            ELSE box.is_to_collect OR box.is_back AND promise.settled_at IS NULL
            END AS is_pointless,
        -- is_replaced: what is in stock has left, and promises of its shipments replace this one.
        promise.kind = {arrives} AND promise.shipment_id IS NULL AND need.units > 0
            AND need.shipped + need.backordered = need.units
            AND later.is_moved IS NOT NULL AS is_replaced
    FROM orders_promise promise
    LEFT JOIN need ON need.order_id = promise.order_id
    LEFT JOIN orders_shipment shipment ON shipment.id = promise.shipment_id
    LEFT JOIN orders_package package ON package.id = promise.package_id
    LEFT JOIN box ON box.order_id = promise.order_id
        AND box.shipment_id IS NOT DISTINCT FROM promise.shipment_id
    -- is_moved: a promise that replaces it names a later day; NULL: no promise replaces it.
    LEFT JOIN LATERAL (
        SELECT bool_or(later.local_on > promise.local_on) AS is_moved
        FROM orders_promise later WHERE later.replaces_id = promise.id AND later.released_at IS NULL
    ) later ON true
    WHERE promise.order_id = ANY(%(orders)s) AND promise.released_at IS NULL
        AND promise.kind <> {refunded}
)""",
    refunded=Promise.Kind.REFUNDED,
    ships=Promise.Kind.SHIPS,
    at_door=Promise.Kind.AT_DOOR,
    arrives=Promise.Kind.ARRIVES,
    handed_over=ShipmentStatus.HANDED_OVER,
    cancelled=ShipmentStatus.CANCELLED,
)
SETTLE = f"""
{UNITS_AND_BOXES}, {PROMISES_AND_FACTS},
-- What follows: released, revised, or judged by its deadline; at most one of them.
verdict AS (
    SELECT id, done_at, is_moved,
        may_change AND is_pointless AS is_released,
        may_change AND NOT is_pointless AND is_replaced AS is_revised,
        may_change AND NOT is_pointless AND NOT is_replaced AS is_judged
    FROM fact
)
UPDATE orders_promise promise SET
    done_at = verdict.done_at,
    kept_at = CASE WHEN is_judged AND verdict.done_at <= latest THEN verdict.done_at END,
    is_early = coalesce(is_judged AND verdict.done_at < least(earliest, latest), false),
    broken_at = CASE WHEN is_judged AND verdict.done_at > latest THEN verdict.done_at
        ELSE broken_at END,
    revised_at = CASE WHEN is_revised THEN %(now)s ELSE revised_at END,
    is_moved = CASE WHEN is_revised THEN verdict.is_moved ELSE promise.is_moved END,
    released_at = CASE WHEN is_released THEN %(now)s ELSE released_at END
FROM verdict
WHERE verdict.id = promise.id AND (
    verdict.done_at IS DISTINCT FROM promise.done_at OR is_released OR is_revised
)
RETURNING CASE WHEN is_judged AND promise.broken_at IS NOT NULL THEN promise.id END
"""  # noqa: S608
# Releases what an undone step promised, and reopens the promise which that had replaced, unless
# another promise replaces it too.
UNDO_PROMISES = """
WITH
-- The promises of the undone step.
undone AS (
    UPDATE orders_promise SET released_at = %(now)s
    WHERE shipment_id = ANY(%(shipments)s) AND kind = %(kind)s AND settled_at IS NULL
    RETURNING replaces_id
)
UPDATE orders_promise SET revised_at = NULL, is_moved = false
WHERE id IN (SELECT replaces_id FROM undone) AND shipment_id IS NULL AND revised_at IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM orders_promise later
        WHERE later.replaces_id = orders_promise.id AND later.shipment_id IS NULL)
    -- Nor where the rest got a date of its own since.
    AND NOT EXISTS (
        SELECT FROM orders_promise other
        WHERE other.order_id = orders_promise.order_id AND other.kind = orders_promise.kind
            AND other.shipment_id IS NULL AND other.settled_at IS NULL)
"""


def settle_promises(order_ids: Iterable[UUID], *, now: datetime) -> None:
    """Settle the promises of these orders: one statement, and one insert of events.

    An open promise that was fulfilled after its deadline becomes broken: `promise.broken`.
    """
    values: dict[str, Any] = {"orders": list(set(order_ids)), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, values)
        broken = [promise_id for (promise_id,) in cursor.fetchall() if promise_id]
    if broken:
        record_broken(Promise.objects.filter(pk__in=broken).order_by("pk"))


def forget_untold(events: Sequence[Event], *, now: datetime) -> None:
    """Mark dates that stock ended before anybody was told: messages wait for the first decision of
    the allocator. One statement after something was backordered.
    """
    waiting = [row.order_id for row in events if row.kind == "order.backordered" and row.order_id]
    if not waiting:
        return
    earlier = Event.objects.filter(order__in=waiting, kind__in=DECIDED)
    decided = earlier.exclude(pk__in=[row.pk for row in events])
    ended_now = Promise.objects.filter(
        order__in=waiting,
        kind=Promise.Kind.ARRIVES,
        shipment__isnull=True,
        replaces__isnull=True,
        released_at=now,
    )
    ended_now.exclude(order__in=decided.values("order")).update(released_at=F("made_at"))


def record_broken(promises: Iterable[Promise]) -> None:
    """Append a `promise.broken` event for each."""
    record([Event.of(promise, "broken", promise=str(promise.pk)) for promise in promises])


def undo_promises(shipment_ids: Iterable[UUID], kind: str, *, now: datetime) -> None:
    """Release the open promises of this kind that an undone step had made for these shipments."""
    with connection.cursor() as cursor:
        cursor.execute(UNDO_PROMISES, {"shipments": list(shipment_ids), "kind": kind, "now": now})


def release_delivery_windows(
    package_ids: Iterable[UUID], order_ids: Iterable[UUID], *, now: datetime
) -> None:
    """Release the delivery windows after a failed attempt: neither kept nor broken."""
    windows = Promise.objects.filter(
        order__in=set(order_ids),
        kind=Promise.Kind.AT_DOOR,
        package__in=set(package_ids),
        settled_at__isnull=True,
    )
    windows.update(released_at=now)


def break_arrivals(package_ids: Iterable[UUID], *, now: datetime) -> None:
    """Break the open arrivals of parcels that are lost: a day that nobody can keep is not awaited.

    Nothing is recorded: the loss is told in words of its own, and once.
    """
    arrivals = Promise.objects.filter(
        kind=Promise.Kind.ARRIVES,
        shipment__packages__in=set(package_ids),
        settled_at__isnull=True,
    )
    ids = list(arrivals.values_list("pk", flat=True))
    Promise.objects.filter(pk__in=ids).update(broken_at=now)


def reopen_arrivals(package_ids: Iterable[UUID]) -> None:
    """Undo the release of arrivals: these parcels are not on their way back or to be collected."""
    arrivals = Promise.objects.filter(
        kind=Promise.Kind.ARRIVES, shipment__packages__in=set(package_ids)
    )
    newest = arrivals.order_by("shipment", "-made_at", "-pk").distinct("shipment")
    Promise.objects.filter(pk__in=newest.values("pk"), released_at__isnull=False).update(
        released_at=None
    )


def reopen_cancelled(undos: Iterable[Event], *, now: datetime) -> None:
    """Reopen the arrival of an order that its cancellation released, unless that day has passed."""
    for undo in undos:
        cancelled_at = Event.objects.filter(pk=undo.data["undoes"]).values("at")
        arrivals = Promise.objects.filter(
            order=undo.order_id, kind=Promise.Kind.ARRIVES, shipment__isnull=True
        )
        if arrivals.filter(settled_at__isnull=True).exists():
            continue
        newest = arrivals.order_by("-made_at", "-pk").values("pk")[:1]
        # `at` is when the transaction of the cancellation began: what it released is later.
        Promise.objects.filter(
            pk__in=newest, released_at__gte=Subquery(cancelled_at), latest__gt=now
        ).update(released_at=None)


def reopen_delivery_windows(package_ids: Iterable[UUID]) -> None:
    """Undo the release of delivery windows: the failed attempt at these parcels was undone."""
    windows = Promise.objects.filter(kind=Promise.Kind.AT_DOOR, package__in=set(package_ids))
    newest = windows.order_by("package", "-made_at", "-pk").distinct("package")
    Promise.objects.filter(pk__in=newest.values("pk"), released_at__isnull=False).update(
        released_at=None
    )
