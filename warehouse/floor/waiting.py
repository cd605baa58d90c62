"""Shipments to pick, apart from those whose units are to be counted or put away first."""

from typing import Any, NamedTuple

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from orders.access import Viewer
from orders.models import Shipment, ShipmentLine, Warehouse
from orders.states import ShipmentStatus
from warehouse.models import Location, Stock
from warehouse.stock.closing import IS_CLOSED, IS_OPEN

LOCATIONS_NAMED = 3  # a scanner's screen is small


class Waiting(NamedTuple):
    """Shipments to pick, and those held up by a count of `locations`, or by goods in `docks`."""

    to_pick: int
    to_count: int
    locations: list[str]
    docks: list[str]

    @property
    def reason(self) -> str:
        """“2 wait for a count of A-01-1, A-02-1.”, or ""."""
        if not self.to_count:
            return ""
        waits = "waits" if self.to_count == 1 else "wait"
        reasons = [
            f"{words} {_named(codes)}"
            for words, codes in (
                ("a count of", self.locations),
                ("goods to be put away from", self.docks),
            )
            if codes
        ]
        return f"{self.to_count} {waits} for {', and for '.join(reasons)}."


def waiting_shipments(warehouse: Warehouse, viewer: Viewer) -> Waiting:
    """Count what is released in a warehouse and not begun."""
    released = Shipment.objects.visible_to(viewer).filter(
        warehouse=warehouse, status=ShipmentStatus.RELEASED
    )
    held = released.filter(waits_for_count(warehouse))
    number, of_them = released.count(), held.count()
    wanted = ShipmentLine.objects.filter(shipment__in=held).values("line__product")
    places = _closed(warehouse).filter(product__in=wanted) if of_them else Stock.objects.none()
    codes = places.order_by("location__code").values_list("location__code", flat=True).distinct()
    to_count = codes.filter(closed_at__isnull=False)
    docks = codes.filter(closed_at__isnull=True)
    return Waiting(number - of_them, of_them, list(to_count), list(docks))


def waits_for_count(warehouse: Warehouse) -> Q:
    """Shipments with a product of which fewer units are free than they need: the rest is closed
    until it is counted.
    """
    if not _closed(warehouse).exists():
        return Q(pk__in=[])
    free = Stock.objects.filter(
        product=OuterRef("line__product"),
        location__warehouse=warehouse,
        on_hand__gt=F("pinned"),
    )
    free = free.filter(IS_OPEN).exclude(location__kind=Location.Kind.TOTE)
    open_units = _sum(free, "product", F("on_hand") - F("pinned"))
    lines = ShipmentLine.objects.filter(shipment=OuterRef("shipment"))
    needed = _sum(lines.filter(line__product=OuterRef("line__product")), "shipment", F("quantity"))
    short = ShipmentLine.objects.alias(needed=needed, free=open_units).filter(needed__gt=F("free"))
    return Q(Exists(short.filter(shipment=OuterRef("pk"))))


def _sum(rows: QuerySet[Any], by: str, units: Combinable) -> Coalesce:
    total = rows.order_by().values(by).annotate(total=Sum(units)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def _closed(warehouse: Warehouse) -> QuerySet[Stock]:
    rows = Stock.objects.filter(IS_CLOSED, location__warehouse=warehouse)
    return rows.filter(on_hand__gt=0)


def _named(codes: list[str]) -> str:
    """The first codes, and how many more there are."""
    more = len(codes) - LOCATIONS_NAMED
    return ", ".join([*codes[:LOCATIONS_NAMED], *([f"{more} more"] if more > 0 else [])])
