"""The backlog by zone: what is still to be picked there, which totes wait for somebody of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from orders.lifecycle.holds import IS_HELD
from orders.models import Member, Shipment, ShipmentLine, Warehouse
from orders.states import ShipmentStatus
from warehouse.floor.zones.choosing import zones_of
from warehouse.floor.zones.passing import passed_walks
from warehouse.floor.zones.planned import zones_of_each
from warehouse.models import PickLine, PickList
from warehouse.states import PICK_LIST_BEGUN

NOWHERE = "-"  # no code of a zone: units that are to be counted, put away or put back first


@dataclass
class Zone:
    """What is to be picked in a zone, on walks and in none yet; totes that wait; who is there."""

    code: str
    lines: int = 0
    units: int = 0
    begun_lines: int = 0
    begun_units: int = 0
    totes: list[Any] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    @property
    def is_nowhere(self) -> bool:
        return self.code == NOWHERE

    @property
    def since(self) -> datetime | None:
        """Since when the first tote waits here."""
        return min((walk.passed_at for walk in self.totes), default=None)


def by_zone(
    warehouse: Warehouse, shipments: QuerySet[Shipment], walks: QuerySet[PickList]
) -> list[Zone]:
    """The zones of a warehouse with the backlog of these shipments and walks; [] without zones.

    What is in no walk yet counts where its product would be picked first. Nothing is on hold.
    """
    codes = zones_of(warehouse)
    if not codes:
        return []
    zones = {code: Zone(code) for code in (*codes, "", NOWHERE)}
    _count_waiting(zones, warehouse, shipments)
    _count_begun(zones, walks)
    for walk in passed_walks(warehouse, "").filter(is_held=False, pk__in=walks.values("pk")):
        _zone(zones, walk.next_zone or "").totes.append(walk)
    here = Member.objects.filter(warehouse=warehouse, user__is_active=True, floor_zone__in=codes)
    for code, name in here.order_by("user__name").values_list("floor_zone", "user__name"):
        if name not in zones[code].people:
            zones[code].people.append(name)
    return [zone for zone in zones.values() if zone.code in codes or zone.lines or zone.begun_lines]


def _count_waiting(
    zones: dict[str, Zone], warehouse: Warehouse, shipments: QuerySet[Shipment]
) -> None:
    released = shipments.filter(~IS_HELD, status=ShipmentStatus.RELEASED)
    waiting = ShipmentLine.objects.filter(shipment__in=released).order_by()
    rows = waiting.values("line__product", "quantity").annotate(lines=Count("pk"))
    wanted = {(row["line__product"], row["quantity"]): row["lines"] for row in rows}
    for one, found in zones_of_each(warehouse, wanted).items():
        zone = _zone(zones, next(iter(found), NOWHERE))
        zone.lines += wanted[one]
        zone.units += wanted[one] * one[1]


def _count_begun(zones: dict[str, Zone], walks: QuerySet[PickList]) -> None:
    left = F("quantity") - F("picked") - F("short")
    stops = PickLine.objects.filter(
        pick_list__in=walks.filter(status__in=PICK_LIST_BEGUN),
        quantity__gt=F("picked") + F("short"),
    )
    rows = stops.order_by().values_list("stock__location__zone")
    for code, lines, units in rows.annotate(lines=Count("pk"), units=Sum(left)):
        zone = _zone(zones, code)
        zone.begun_lines, zone.begun_units = lines, units


def _zone(zones: dict[str, Zone], code: str) -> Zone:
    """That of this code, also where a location was given to it just now."""
    return zones.setdefault(code, Zone(code))
