"""Announce each parcel that is due tomorrow, once, in the evening before."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from orders.events.recording import record
from orders.lifecycle.dead_letters import Work
from orders.lifecycle.due_orders import BATCH, DueOrders
from orders.models import Event, Package, Promise
from orders.promises.awaiting import AWAITED
from orders.statements import with_codes
from orders.states import PackageStatus

# When the evening is, in local time of the place of delivery. `soonest` and `furthest` bound how
# far away the end of tomorrow is then, in any time zone: they let the index on `latest` be used.
EVENING_BEFORE = {
    "evening": time(17),
    "night": time(20),
    "soonest": timedelta(hours=11),
    "furthest": timedelta(hours=32),
}
NOT_OUT = (PackageStatus.HANDED_OVER, PackageStatus.IN_TRANSIT, PackageStatus.ATTEMPT_FAILED)
# A parcel is due tomorrow when the last day of its window is tomorrow and it is not out already.
# One that waits for a decision is not: nobody brings it yet.
DUE = with_codes(
    """
SELECT promise.order_id, package.id, promise.id, promise.local_on
FROM orders_promise promise
JOIN orders_package package ON package.shipment_id = promise.shipment_id
    AND package.status IN ({not_out})
WHERE promise.settled_at IS NULL AND promise.kind = {arrives}
    AND promise.latest BETWEEN %(now)s + %(soonest)s AND %(now)s + %(furthest)s
    AND (%(now)s AT TIME ZONE promise.zone)::time >= %(evening)s
    AND (%(now)s AT TIME ZONE promise.zone)::time < %(night)s
    AND promise.local_on = (%(now)s AT TIME ZONE promise.zone)::date + 1
    AND NOT ("""  # noqa: S608
    + AWAITED
    + """)
    -- Nor is one told again that was waited for, and given on the evening of its plan.
    AND NOT (promise.reason = {planned} AND EXISTS (
        SELECT FROM orders_event event
        WHERE event.order_id = package.order_id AND event.kind = 'promise.given'
            AND event.subject_id = promise.id))
    -- Not announced for this day yet.
    AND NOT EXISTS (
        SELECT FROM orders_event event
        WHERE event.order_id = package.order_id AND event.kind = 'package.due_tomorrow'
            AND event.subject_id = package.id AND event.data ->> 'on' = promise.local_on::text)
    AND (%(orders)s::uuid[] IS NULL OR promise.order_id = ANY(%(orders)s))
""",
    not_out=NOT_OUT,
    planned=Promise.Reason.PLANNED,
    arrives=Promise.Kind.ARRIVES,
)


def _this_evening() -> dict[str, Any]:
    return {"now": timezone.now(), **EVENING_BEFORE}


EVE = DueOrders(Work("tomorrow", "Announcing tomorrow's delivery"), DUE, _this_evening)


def announce_tomorrow(limit: int = BATCH) -> int:
    """Announce what is due tomorrow where it is evening now; returns the number of parcels."""
    return EVE.work_off(_announce_batch, limit)


@transaction.atomic(savepoint=False)
def _announce_batch(limit: int, only: UUID | None = None) -> int:
    values = _this_evening()
    orders = EVE.claim(values, limit, only)
    if not orders:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(DUE, values | {"orders": orders})
        rows = {package_id: (promise_id, on) for _, package_id, promise_id, on in cursor.fetchall()}
    packages = Package.objects.filter(pk__in=rows).order_by("pk")
    record(
        [
            Event.of(
                package,
                "due_tomorrow",
                promise=str(rows[package.pk][0]),
                on=rows[package.pk][1].isoformat(),
            )
            for package in packages
        ]
    )
    return len(rows)
