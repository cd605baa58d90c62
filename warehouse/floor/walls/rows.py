"""The put walls of a warehouse: added and changed by the lead, found by the code of a cell."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from orders.errors import DomainError
from orders.models import Warehouse
from orders.words import say
from warehouse.floor.totes import without_walks
from warehouse.models import Cart, Location, PutWall
from warehouse.models.walls import MOST_CELLS
from warehouse.scanning.place_codes import unfit_code


@transaction.atomic(savepoint=False)
def add_wall(warehouse: Warehouse, *, code: str, cells: int, most_units: int = 4) -> PutWall:
    """A wall with its cells, whose codes are that of the wall, a dash and a number."""
    code = code.strip().upper()
    if not 2 <= cells <= MOST_CELLS:
        told = "A put wall has 2 to {most_cells} cells, not {cells}."
        raise DomainError(say(told, most_cells=MOST_CELLS, cells=cells))
    codes = [f"{code}-{number}" for number in range(1, cells + 1)]
    if words := unfit_code(code) or unfit_code(codes[-1]):
        raise DomainError(say("Code {code}: {words}.", code=code, words=words))
    # Two leads who add the same, or a cart or locations: the second one waits here, and is told.
    Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    _refuse_taken(warehouse, [code, *codes])
    wall = PutWall.objects.create(
        warehouse=warehouse, code=code, cells=cells, most_units=most_units
    )
    Location.objects.bulk_create(
        Location(
            warehouse=warehouse,
            code=cell,
            kind=Location.Kind.TOTE,
            wall=wall,
            walk_position=number,
        )
        for number, cell in enumerate(codes, start=1)
    )
    return wall


@transaction.atomic(savepoint=False)
def change_wall(wall: PutWall, **changes: Any) -> PutWall:
    """Say up to how many units an order may have, and whether each cell is scanned."""
    current = PutWall.objects.select_for_update(no_key=True).get(pk=wall.pk)
    for name, value in changes.items():
        setattr(current, name, value)
    current.save(update_fields=list(changes))
    return current


def retire_wall(wall: PutWall, at: datetime | None) -> PutWall:
    """Begin no batch walk for a wall any more, or again (None). What is begun is sorted there."""
    return change_wall(wall, retired_at=at)


def walls_of(warehouse: Warehouse) -> QuerySet[PutWall]:
    """The walls for which batch walks begin in a warehouse."""
    return PutWall.objects.filter(warehouse=warehouse, retired_at__isnull=True).order_by("code")


def wall_of(code: str, warehouse: Warehouse) -> PutWall | None:
    """The wall with this code, or with a cell that has it."""
    spelled = {code.strip(), code.strip().upper()}
    named = Q(code__in=spelled) | Q(places__code__in=spelled)
    return PutWall.objects.filter(named, warehouse=warehouse).distinct().first()


def free_cells(wall: PutWall) -> QuerySet[Location]:
    """The cells in which no shipment is, nor will be: what is packed has left its cell."""
    return without_walks(Location.objects.filter(wall=wall)).order_by("walk_position")


def free_of(walls: Iterable[PutWall]) -> dict[UUID, int]:
    """How many cells of each of these walls are free, {wall id: number}."""
    free = without_walks(Location.objects.filter(wall__in=[wall.pk for wall in walls])).order_by()
    return dict(free.values_list("wall").annotate(number=Count("pk")))


def _refuse_taken(warehouse: Warehouse, codes: list[str]) -> None:
    known = {"warehouse": warehouse, "code__in": codes}
    if wall := PutWall.objects.filter(**known).first():
        raise DomainError(say("There is a put wall {wall} already.", wall=wall))
    if cart := Cart.objects.filter(**known).order_by("code").first():
        raise DomainError(say("There is a cart {other_cart} already.", other_cart=cart))
    if other := Location.objects.filter(**known).order_by("walk_position", "code").first():
        raise DomainError(
            say("{other} is the code of a location already: choose another one.", other=other)
        )
