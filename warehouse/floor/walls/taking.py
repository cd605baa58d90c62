"""Batch picking: a picker takes many small orders at once, for the cells of a put wall."""

from django.db import transaction

from orders.lifecycle.transitions import locked_rows
from orders.models import User, Warehouse
from orders.prepared import PreparedColumns, parameter
from warehouse.floor.carts.taking import begin_walks
from warehouse.floor.claiming import claim_for_batch
from warehouse.floor.pausing import first_paused, going_on
from warehouse.floor.picking import take_next_pick_list
from warehouse.floor.totes import free_tote, scanned_tote
from warehouse.floor.walls.rows import free_cells, walls_of
from warehouse.floor.zones.passing import take_passed
from warehouse.models import PickList, PutWall

# The walls for which batch walks begin in the building `$1`: asked for each walk that is taken.
WALLS = PreparedColumns(
    lambda: PutWall.objects.filter(warehouse=parameter(1), retired_at__isnull=True).values_list(
        "pk"
    )
)
LEAST = 2  # orders of a batch: one alone needs no wall


@transaction.atomic(savepoint=False)
def take_walk(*, warehouse: Warehouse, actor: User, tote: str = "") -> PickList | None:
    """The next walk of this picker: of a batch where that is possible, else of one shipment.

    It is where the building has a put wall, the most urgent shipment is a small one, and others
    that are small wait beside it. What the picker has begun comes first. Of one seller: what lies
    in one tote is told apart by its product.
    """
    if WALLS(warehouse.pk) and _is_free(warehouse, actor):
        if not tote and (walk := take_passed(warehouse, actor)):
            return walk
        for wall in walls_of(warehouse).select_for_update(no_key=True):
            if walk := _take_batch(wall, warehouse, actor, tote):
                return walk
    return take_next_pick_list(warehouse=warehouse, actor=actor, tote=tote)


def _is_free(warehouse: Warehouse, actor: User) -> bool:
    # Serializes two taps of one picker, who would get two batches otherwise.
    locked_rows(User, [actor.pk])
    if going_on(actor):
        return False
    left = first_paused(actor, warehouse)
    return not (left and left.is_let_go)


def _take_batch(wall: PutWall, warehouse: Warehouse, actor: User, tote: str) -> PickList | None:
    if warehouse.scans_totes and not tote:  # it is asked for
        return None
    cells = list(free_cells(wall))
    if len(cells) < LEAST:
        return None
    shipments = claim_for_batch(warehouse, actor, len(cells), most_units=wall.most_units)
    if len(shipments) < LEAST:
        return None
    holder = scanned_tote(warehouse, tote) if warehouse.scans_totes else free_tote(warehouse)
    walks = begin_walks(shipments, cells, actor, batch_tote=holder)
    return walks[0] if walks else None
