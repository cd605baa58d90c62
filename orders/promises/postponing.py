"""Parcels that do not come as their customers were told: another day of delivery is promised."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from orders.models import Package, Promise, Shipment, User
from orders.promises.making import terms_for
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
    ).select_related("order__seller__warehouse", "shipment__warehouse")
    # A van of another warehouse brings its own part of an order, and keeps its window.
    leaves = Shipment.objects.filter(pk__in=[row.shipment_id for row in rows])
    doors = open_rows.filter(
        kind=Promise.Kind.AT_DOOR, shipment__warehouse__in=leaves.values("warehouse")
    )
    windows = [
        row
        for row in doors.order_by("pk")
        # A window that is over was moved to a later day already, and told.
        if row.local_on <= now.astimezone(ZoneInfo(row.zone)).date()
    ]
    days = {row.order_id: next_arrival(row, now, terms_for(row)).local_on for row in windows}
    arrivals = open_rows.filter(
        kind=Promise.Kind.ARRIVES, shipment__in={row.shipment_id for row in rows}
    ).order_by("pk")
    changes = [_to_day(row, days) for row in (*windows, *arrivals) if row.order_id in days]
    return replace_promises(changes, now=now, actor=actor) if changes else []


def postpone_planned(
    packages: Iterable[Package],
    *,
    was_on: date,
    now: datetime,
    actor: User | None,
    to: date | None = None,
) -> list[Promise]:
    """Replace the day that a plan had promised to these parcels, which leave its run.

    `to`: the day for which they are planned now, else the next day of delivery. Nothing was
    promised before the evening on which the plan is announced. The caller has locked their orders.
    """
    rows = Promise.objects.filter(
        kind=Promise.Kind.ARRIVES,
        reason=Promise.Reason.PLANNED,
        local_on=was_on,
        shipment__in={row.shipment_id for row in packages},
        settled_at__isnull=True,
    ).select_related("order__seller__warehouse", "shipment__warehouse")
    changes = []
    for row in rows.order_by("pk"):
        day = to or next_arrival(row, now, terms_for(row)).local_on
        changes.append(Change(row, delivery_days(day, day, row.zone), Promise.Reason.LATE))
    return replace_promises(changes, now=now, actor=actor) if changes else []


def _to_day(row: Promise, days: dict[UUID, date]) -> Change:
    day = days[row.order_id]
    return Change(row, delivery_days(day, day, row.zone), Promise.Reason.LATE)
