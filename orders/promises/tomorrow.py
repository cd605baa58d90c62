"""The evening before: each parcel that comes tomorrow is announced once."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from orders.events.recording import record
from orders.models import Event, Package
from orders.promises.watching import BATCH, claim_orders

# A parcel comes tomorrow when the last day of its window is tomorrow and it is not out already.
DUE = """
SELECT promise.order_id, package.id, promise.id, promise.local_on
FROM orders_promise promise
JOIN orders_package package ON package.shipment_id = promise.shipment_id
    AND package.status IN ('handed_over', 'in_transit', 'attempt_failed')
WHERE promise.settled_at IS NULL AND promise.kind = 'arrives'
    AND promise.latest BETWEEN %(now)s + interval '11 hours' AND %(now)s + interval '32 hours'
    AND (%(now)s AT TIME ZONE promise.zone)::time >= '17:00'
    AND (%(now)s AT TIME ZONE promise.zone)::time < '20:00'
    AND promise.local_on = (%(now)s AT TIME ZONE promise.zone)::date + 1
    AND NOT EXISTS (
        SELECT FROM orders_event event
        WHERE event.order_id = package.order_id AND event.kind = 'package.due_tomorrow'
            AND event.subject_id = package.id AND event.data ->> 'on' = promise.local_on::text)
    AND (%(orders)s::uuid[] IS NULL OR promise.order_id = ANY(%(orders)s))
"""


def announce_tomorrow(limit: int = BATCH) -> int:
    """Announce what comes tomorrow, at places where it is evening; returns how many parcels."""
    told = 0
    while number := _announce_batch(timezone.now(), limit):
        told += number
    return told


@transaction.atomic(savepoint=False)
def _announce_batch(now: datetime, limit: int) -> int:
    values: dict[str, Any] = {"now": now}
    orders = claim_orders(DUE, values, limit)
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
