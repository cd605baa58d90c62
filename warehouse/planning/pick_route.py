"""Which places a picker is sent to, and in which order: pure functions, no database."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID


class Place(NamedTuple):
    """Units of a product that nobody else is sent to."""

    stock_id: UUID
    product_id: UUID
    lot: str
    walk_position: int
    code: str
    free: int


class Want(NamedTuple):
    """Units of a product for one line of a shipment."""

    line_id: UUID
    product_id: UUID
    units: int


class Stop(NamedTuple):
    """So many units for a line from a place."""

    place: Place
    line_id: UUID
    units: int


def walk(wants: Sequence[Want], places: Sequence[Place]) -> list[Stop]:
    """The stops for these wants in walking order; fewer units than wanted if the places lack them.

    The oldest lot goes first, by its code; of one lot the fewest stops, then the shortest way.
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
    """A place that has all the units, else the one that has most."""
    places = [place for place, free in left.items() if free and place.product_id == product_id]
    if not places:
        return None
    return min(
        places,
        key=lambda place: (
            place.lot,
            -min(units, left[place]),
            place.walk_position,
            place.code,
        ),
    )
