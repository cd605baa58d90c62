"""The zone in which somebody picks: chosen on the screen, kept with the person's roles there."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from orders.errors import DomainError
from orders.models import Member, ShipmentLine, User, Warehouse
from orders.words import say
from warehouse.models import Location, Stock
from warehouse.stock.closing import IS_OPEN


def zone_of(person: User, warehouse: Warehouse) -> str:
    """The zone that this person keeps to; "" for all of the house."""
    if not warehouse.picks_by_zone:
        return ""
    here = (row for row in person.memberships if row["warehouse"] == warehouse.pk)
    return next((zone for row in here if (zone := row.get("floor_zone", ""))), "")


def zones_of(warehouse: Warehouse) -> list[str]:
    """The zones to which locations of a warehouse belong."""
    if not warehouse.picks_by_zone:
        return []
    places = Location.objects.filter(warehouse=warehouse, zone__gt="").order_by("zone")
    return list(places.values_list("zone", flat=True).distinct())


def choose_zone(person: User, warehouse: Warehouse, zone: str) -> None:
    """Keep to a zone from now on, or to none (""). What is begun stays as it was taken."""
    if zone and zone not in zones_of(warehouse):
        raise DomainError(say("There is no zone {zone} here.", zone=zone))
    Member.objects.filter(user=person, warehouse=warehouse).update(floor_zone=zone)


def own(zone: str, path: str) -> Q:
    """What lies in a zone, or in none: `path` leads to the location."""
    return Q(**{f"{path}zone__in": ("", zone)})


def has_goods_in(zone: str) -> Exists:
    """Of a shipment: units of it could be picked in a zone."""
    return Exists(_lines().filter(Exists(_free(zone))))


def lies_all_in(zone: str) -> Q:
    """Of a shipment: each of its products could be picked in a zone. Its stops decide."""
    return Q(~Exists(_lines().filter(~Exists(_free(zone)))))


def _lines() -> QuerySet[ShipmentLine]:
    return ShipmentLine.objects.filter(shipment=OuterRef("pk"))


def _free(zone: str) -> QuerySet[Stock]:
    rows = Stock.objects.filter(
        IS_OPEN,
        own(zone, "location__"),
        product=OuterRef("line__product"),
        location__warehouse=OuterRef("shipment__warehouse"),
        on_hand__gt=F("pinned"),
    )
    return rows.exclude(location__kind=Location.Kind.TOTE)
