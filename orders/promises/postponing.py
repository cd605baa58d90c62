"""Delivery windows that end today without a delivery: the next day of delivery is promised."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from orders.models import Package, Promise, User
from orders.promises.making import terms_of
from orders.promises.revisions import Change, replace_promises
from orders.promises.windows import delivery_days, next_arrival


def postpone_deliveries(
    packages: Iterable[Package], *, now: datetime, actor: User | None = None
) -> list[Promise]:
    """Replace the delivery windows of these parcels, and their arrivals, by the next day.

    For parcels that come back from a van unvisited. The caller has locked their orders; each
    customer is told once.
    """
    rows = list(packages)
    open_rows = Promise.objects.filter(
        order__in={row.order_id for row in rows}, settled_at__isnull=True
    ).select_related("order__seller__warehouse")
    windows = list(open_rows.filter(kind=Promise.Kind.AT_DOOR).order_by("pk"))
    days = {row.order_id: next_arrival(row, now, terms_of(row.order)).local_on for row in windows}
    arrivals = open_rows.filter(
        kind=Promise.Kind.ARRIVES, shipment__in={row.shipment_id for row in rows}
    ).order_by("pk")
    changes = [_to_day(row, days) for row in (*windows, *arrivals) if row.order_id in days]
    return replace_promises(changes, now=now, actor=actor) if changes else []


def _to_day(row: Promise, days: dict[UUID, date]) -> Change:
    day = days[row.order_id]
    return Change(row, delivery_days(day, day, row.zone), Promise.Reason.LATE)
