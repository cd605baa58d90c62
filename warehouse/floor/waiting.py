"""Shipments that wait to be picked, apart from those whose units somebody has to count first."""

from typing import Any, NamedTuple

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from orders.access import Viewer
from orders.models import Shipment, ShipmentLine, Warehouse
from orders.states import ShipmentStatus
from warehouse.models import Location, Stock

LOCATIONS_NAMED = 3  # a scanner's screen is small


class Waiting(NamedTuple):
    """Shipments to pick, and those that wait for a count of `locations`."""

    to_pick: int
    to_count: int
    locations: list[str]

    @property
    def reason(self) -> str:
        """“2 wait for a count of A-01-1, A-02-1.”, or ""."""
        if not self.to_count:
            return ""
        named = self.locations[:LOCATIONS_NAMED]
        if (more := len(self.locations) - len(named)) > 0:
            named.append(f"{more} more")
        waits = "waits" if self.to_count == 1 else "wait"
        return f"{self.to_count} {waits} for a count of {', '.join(named)}."


def waiting_shipments(warehouse: Warehouse, viewer: Viewer) -> Waiting:
    """Count what is released in a warehouse and not begun."""
    released = Shipment.objects.visible_to(viewer).filter(
        warehouse=warehouse, status=ShipmentStatus.RELEASED
    )
    to_count = released.filter(waits_for_count(warehouse))
    number, of_them = released.count(), to_count.count()
    wanted = ShipmentLine.objects.filter(shipment__in=to_count).values("line__product")
    places = _closed(warehouse).filter(product__in=wanted) if of_them else Stock.objects.none()
    codes = places.order_by("location__code").values_list("location__code", flat=True).distinct()
    return Waiting(number - of_them, of_them, list(codes))


def waits_for_count(warehouse: Warehouse) -> Q:
    """Shipments with a product of which fewer units are free than they need: the rest is closed
    until it is counted.
    """
    if not _closed(warehouse).exists():
        return Q(pk__in=[])
    free = Stock.objects.filter(
        product=OuterRef("line__product"),
        location__warehouse=warehouse,
        closed_at__isnull=True,
        on_hand__gt=F("pinned"),
    ).exclude(location__kind=Location.Kind.TOTE)
    open_units = _sum(free, "product", F("on_hand") - F("pinned"))
    lines = ShipmentLine.objects.filter(shipment=OuterRef("shipment"))
    needed = _sum(lines.filter(line__product=OuterRef("line__product")), "shipment", F("quantity"))
    short = ShipmentLine.objects.alias(needed=needed, free=open_units).filter(needed__gt=F("free"))
    return Q(Exists(short.filter(shipment=OuterRef("pk"))))


def _sum(rows: QuerySet[Any], by: str, units: Combinable) -> Coalesce:
    total = rows.order_by().values(by).annotate(total=Sum(units)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def _closed(warehouse: Warehouse) -> QuerySet[Stock]:
    rows = Stock.objects.filter(location__warehouse=warehouse, closed_at__isnull=False)
    return rows.filter(on_hand__gt=0)
