"""Undo of a pick: units go from the tote back to the location of their stop."""

from django.db import transaction
from django.db.models import F

from orders.errors import DomainError
from orders.lifecycle.transitions import add_quantities, lock_orders
from orders.models import ShipmentLine, User
from orders.words import predicate, say, state
from warehouse.floor.totes import lies_in
from warehouse.models import PickLine, StockMovement
from warehouse.states import PickListStatus
from warehouse.stock.postings import Posting, post


@transaction.atomic(savepoint=False)
def undo_pick(pick_line: PickLine, *, actor: User) -> tuple[PickLine, int]:
    """Take all picked units of a stop out of the tote again; returns (the stop, their number).

    A posting of its own. Raises DomainError once the walk is done: then the tote is on its way.
    """
    lock_orders([pick_line.pick_list.shipment.order_id])
    rows = PickLine.objects.select_related(
        "pick_list__shipment", "pick_list__tote", "pick_list__picker", "shipment_line"
    )
    line = rows.select_related("stock__location", "stock__product").filter(pk=pick_line.pk).first()
    if line is None or not line.picked:
        raise DomainError(say("Nothing is picked at this stop: there is nothing to undo."))
    walk = line.pick_list
    if walk.status != PickListStatus.OPEN:
        present = predicate(state(walk.shipment))
        where = say(
            "shipment {shipment} is {present}, its units are in {lies_in}",
            shipment=walk.shipment,
            present=present,
            lies_in=lies_in(walk),
        )
        raise DomainError(say("Too late to undo: {where}.", where=where))
    if walk.picker_id != actor.pk:
        raise DomainError(say("This pick list belongs to {picker}.", picker=walk.picker))
    # Of what is fetched for a cell: what waits to be sorted lies at the wall, in another tote.
    left = 0 if walk.is_batch else line.to_sort
    units = line.picked - left
    if not units:
        raise DomainError(say("Nothing is picked at this stop: there is nothing to undo."))
    into = walk.fills.pk
    back = [
        Posting.at(line.stock, -units, pinned=-units, location_id=into, subject_id=line.pk),
        Posting.at(line.stock, units, pinned=units, subject_id=line.pk),
    ]
    post(back, reason=StockMovement.Reason.PUT_BACK, actor=actor)
    line.picked = line.to_sort = left
    line.save(update_fields=["picked", "to_sort"])
    ShipmentLine.objects.filter(pk=line.shipment_line_id).update(picked=F("picked") - units)
    add_quantities("picked", {line.shipment_line.line_id: -units})
    return line, units
