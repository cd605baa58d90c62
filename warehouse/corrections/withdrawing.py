"""Take reservations back from shipments that nobody has begun, because their units do not exist."""

from collections import Counter
from uuid import UUID

from django.db import transaction
from django.db.models import F

from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities, lock_orders, move, summarize_orders
from orders.models import Event, Promise, ShipmentLine, User
from orders.promises.making import newest_promises
from orders.states import SHIPMENT_NOT_BEGUN, ShipmentStatus
from warehouse.models import Supply
from warehouse.stock.postings import SupplyKey
from warehouse.stock.reservations import release_reservations


@transaction.atomic(savepoint=False)
def withdraw_missing(
    missing: Counter[SupplyKey], *, actor: User | None, only: UUID | None = None
) -> None:
    """Backorder units of orders, so that `missing` units can leave each of these supplies.

    The orders that are due last lose theirs first. Units of begun shipments stay: then the posting
    that follows is refused. With `only` no order but this one loses any.
    """
    taken: dict[UUID, int] = {}
    orders: set[UUID] = set()
    for key, units in missing.items():
        supply = Supply.objects.filter(product=key[0], warehouse=key[1]).first()
        needed = units - (supply.available if supply else 0)
        for pk, order_id, number in not_begun(key, only) if needed > 0 else ():
            if needed <= 0:
                break
            taken[pk] = min(number, needed)
            orders.add(order_id)
            needed -= taken[pk]
    if not taken:
        return
    lock_orders(orders)
    rows = ShipmentLine.objects.filter(pk__in=taken, shipment__status__in=SHIPMENT_NOT_BEGUN)
    for line in rows.select_related("shipment__order").order_by("pk"):
        # Less where a cancellation came in between.
        _backorder(line, min(taken[line.pk], line.quantity), actor)
    summarize_orders(orders)


def not_begun(key: SupplyKey, only: UUID | None = None) -> list[tuple[UUID, UUID, int]]:
    """(shipment line, order, units) that could lose units of this supply, due last first."""
    lines = ShipmentLine.objects.filter(
        line__product=key[0],
        shipment__warehouse=key[1],
        shipment__status__in=SHIPMENT_NOT_BEGUN,
        quantity__gt=0,
    )
    if only:
        lines = lines.filter(shipment__order=only)
    due_last = lines.order_by("-shipment__ship_by", "shipment__priority", "-pk")
    return list(due_last.values_list("pk", "shipment__order", "quantity"))


def _backorder(line: ShipmentLine, units: int, actor: User | None) -> None:
    shipment = line.shipment
    release_reservations({(line.line_id, shipment.warehouse_id): units})
    add_quantities("allocated", {line.line_id: -units})
    add_quantities("backordered", {line.line_id: units})
    left = ShipmentLine.objects.filter(pk=line.pk)
    if units == line.quantity:
        left.delete()
    else:
        left.update(quantity=F("quantity") - units)
    promised = newest_promises([shipment.order_id], Promise.Kind.ARRIVES, shipment__isnull=True)
    promise = str(promised[shipment.order_id].pk) if promised else ""
    data = {"units": {str(line.line_id): units}, "here": {}, "promise": promise}
    record([Event.of(shipment.order, "backordered", actor=actor, **data)])
    if not shipment.lines.exists():
        move([shipment], ShipmentStatus.CANCELLED, actor=actor)
