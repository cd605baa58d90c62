"""The cells of a put wall: what lies in each, what it lacks, and what became of its order."""

from typing import Any, NamedTuple

from django.db.models import Sum

from orders.models import Warehouse
from orders.states import ShipmentStatus
from warehouse.floor.pausing import WALK_IS_HELD
from warehouse.floor.totes import FILLING, IS_BOXED
from warehouse.floor.walls.rows import walls_of
from warehouse.models import Location, PickList
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

IN_A_BATCH, TO_SORT, FETCHED = "batch", "to_sort", "fetched"
COMPLETE, HELD, CANCELLED, FREE = "complete", "held", "cancelled", "free"


class Cell(NamedTuple):
    """A cell with the walk that has it: `state`, units that lie in it, and all of its order."""

    place: Location
    walk: Any = None
    state: str = FREE
    inside: int = 0
    units: int = 0

    @property
    def number(self) -> int:
        """That of the cell on its wall."""
        return self.place.walk_position


def cells_of(warehouse: Warehouse) -> list[Cell]:
    """All cells of the walls of a building, wall by wall; of walls not in use those with units."""
    places = Location.objects.filter(warehouse=warehouse, wall__isnull=False)
    places = places.order_by("wall__code", "walk_position")
    walk_of = {row.tote_id: row for row in _filling(warehouse)}
    cells = [_cell(place, walk_of.get(place.pk)) for place in places]
    in_use = set(walls_of(warehouse).values_list("pk", flat=True))
    return [cell for cell in cells if cell.walk or cell.place.wall_id in in_use]


def _filling(warehouse: Warehouse) -> list[Any]:
    """The walks that have a cell, as they were taken."""
    rows = PickList.objects.filter(FILLING[0] | FILLING[1], warehouse=warehouse)
    rows = rows.filter(tote__wall__isnull=False).annotate(is_boxed=IS_BOXED)
    rows = rows.filter(is_boxed=False).annotate(
        is_held=WALK_IS_HELD,
        picked=Sum("lines__picked", default=0),
        loose=Sum("lines__to_put_back", default=0),
        unsorted=Sum("lines__to_sort", default=0),
        planned=Sum("lines__quantity", default=0) - Sum("lines__short", default=0),
    )
    return list(rows.select_related("shipment__order", "batch_tote").order_by("pk"))


def _cell(place: Location, walk: Any) -> Cell:
    if walk is None:
        return Cell(place)
    if walk.status == PickListStatus.PUT_BACK:
        return Cell(place, walk, CANCELLED, walk.loose - walk.unsorted, walk.loose)
    return Cell(place, walk, _state(walk), walk.picked - walk.unsorted, walk.planned)


def _state(walk: Any) -> str:
    if walk.is_held:
        return HELD
    if walk.shipment.status == ShipmentStatus.PICKED:
        return COMPLETE
    if walk.status in PICK_LIST_BEGUN:
        return IN_A_BATCH if walk.cart_walk else FETCHED
    return TO_SORT
