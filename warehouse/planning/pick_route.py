"""The pick route: the locations of a walk and their order; pure functions, no database."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeVar
from uuid import UUID


class Place(NamedTuple):
    """Unpinned units of a product in a location."""

    stock_id: UUID
    product_id: UUID
    lot: str
    walk_position: int
    code: str
    free: int
    is_reserve: bool = False  # the product has a pick face elsewhere
    expires_on: date | None = None  # of the lot
    zone: str = ""


class Want(NamedTuple):
    """Units of a product that one line of a shipment needs."""

    line_id: UUID
    product_id: UUID
    units: int


class Stop(NamedTuple):
    """Units to pick for a line from a place."""

    place: Place
    line_id: UUID
    units: int


Whose = TypeVar("Whose", bound=Hashable)


def walks(
    wants_of: Mapping[Whose, Sequence[Want]], places: Sequence[Place]
) -> dict[Whose, list[Stop]]:
    """The stops of several shipments on one way, each with all its units; others are left out."""
    stops_of = {}
    left = {place.stock_id: place for place in places}
    for whose, wants in wants_of.items():
        stops = walk(wants, list(left.values()))
        if sum(stop.units for stop in stops) < sum(want.units for want in wants):
            continue
        stops_of[whose] = stops
        for stop in stops:
            place = left[stop.place.stock_id]
            left[place.stock_id] = place._replace(free=place.free - stop.units)
    return stops_of


def walk(wants: Sequence[Want], places: Sequence[Place]) -> list[Stop]:
    """The stops for these wants in walking order; fewer units than wanted if the places lack them.

    First expired, first out: what expires first goes first, of one day the first lot by its code;
    of one lot pick faces, then the fewest stops, then the shortest way.
    """
    stops = []
    left = {place: place.free for place in places}
    for want in wants:
        units = want.units
        while units and (place := _next_place(want.product_id, units, left)):
            taken = min(units, left[place])
            left[place] -= taken
            units -= taken
            stops.append(Stop(place, want.line_id, taken))
    return sorted(stops, key=lambda stop: (stop.place.walk_position, stop.place.code))


def _next_place(product_id: UUID, units: int, left: dict[Place, int]) -> Place | None:
    """The next place for the units: first expiry, lot, pick faces, most units, shortest way."""
    places = [place for place, free in left.items() if free and place.product_id == product_id]
    if not places:
        return None
    return min(
        places,
        key=lambda place: (
            place.expires_on or date.max,
            place.lot,
            place.is_reserve,
            -min(units, left[place]),
            place.walk_position,
            place.code,
        ),
    )
