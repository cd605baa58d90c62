"""The zone in which somebody picks: chosen on the screen, kept with the person's roles there."""

from django.db.models import Q

from orders.errors import DomainError
from orders.models import Member, User, Warehouse
from orders.words import say
from warehouse.models import Location


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
    for row in getattr(person, "membership_rows", ()):  # the screen that follows is of this person
        if str(row["warehouse"]) == str(warehouse.pk):
            row["floor_zone"] = zone


def own(zone: str, path: str) -> Q:
    """What lies in a zone, or in none: `path` leads to the location."""
    return Q(**{f"{path}zone__in": ("", zone)})
