"""Put the picked and packed units of a shipment back, cancel the shipment, empty its tote."""

from django.db import transaction

from orders.errors import DomainError
from orders.lifecycle.label_requests import discard_labels
from orders.lifecycle.together import lock_together
from orders.lifecycle.transitions import add_quantities, lock_orders, move
from orders.models import Package, Shipment, ShipmentLine, User
from orders.states import PACKAGE_IN_HOUSE, PackageStatus, ShipmentStatus
from warehouse.floor.opening import open_shared_box
from warehouse.models import PickLine, PickList, StockMovement
from warehouse.states import PickListStatus
from warehouse.stock.postings import Posting, lock_supplies, post

IN_HAND = (
    ShipmentStatus.PICKING, ShipmentStatus.PICKED, ShipmentStatus.PACKED, ShipmentStatus.READY,
)  # fmt: skip


@transaction.atomic(savepoint=False)
def put_back(shipment: Shipment, *, actor: User | None) -> Shipment:
    """Book picked units into their locations, and cancel the boxes and the shipment.

    Its walk waits until somebody says that the tote is empty.
    A box that it shares with other orders is opened: these are to be packed anew.
    The order waits for allocation again, or may be cancelled now. Raises DomainError once a box has
    left.
    """
    together = lock_together(shipment)
    shipment = next(row for row in together if row.pk == shipment.pk)
    if shipment.status not in IN_HAND:
        present = shipment.get_status_display().lower()
        raise DomainError(f"Shipment {shipment} is {present}: there is nothing to put back.")
    boxes = Package.objects.filter(shipment=shipment).exclude(status=PackageStatus.CANCELLED)
    if boxes.exclude(status__in=PACKAGE_IN_HOUSE).exists():
        raise DomainError(f"A box of shipment {shipment} was handed over: ship the rest.")
    if open_shared_box(together, actor=actor):  # the others are to be packed without it
        shipment = Shipment.objects.get(pk=shipment.pk)
    discard_labels(move(boxes, PackageStatus.CANCELLED, actor=actor))
    lines = list(ShipmentLine.objects.filter(shipment=shipment).select_related("line"))
    products = [line.line.product_id for line in lines]
    lock_supplies((product_id, shipment.warehouse_id) for product_id in products if product_id)
    _return_units(shipment, actor=actor)
    _take_back_counters(lines)
    [shipment] = move([shipment], ShipmentStatus.CANCELLED, actor=actor)
    # After the cancellation, which unpins what an open walk had still to pick.
    walks = PickList.objects.filter(shipment=shipment, lines__picked__gt=0).distinct()
    move(walks, PickListStatus.PUT_BACK, actor=actor)
    return shipment


@transaction.atomic(savepoint=False)
def empty_tote(walk: PickList, *, actor: User | None) -> PickList:
    """Say that the units of a cancelled walk are back in their locations: its tote is free."""
    lock_orders([walk.shipment.order_id])
    current = PickList.objects.select_related("tote").get(pk=walk.pk)
    if current.status != PickListStatus.PUT_BACK:
        raise DomainError(f"Tote {current.tote} is empty already.")
    move([current], PickListStatus.DONE, actor=actor)
    return current


def _return_units(shipment: Shipment, *, actor: User | None) -> None:
    """Post units from the tote to the locations where they were picked, unpinned."""
    stops = PickLine.objects.filter(pick_list__shipment=shipment, picked__gt=0)
    postings = []
    for stop in stops.select_related("stock", "pick_list"):
        tote_id, units = stop.pick_list.tote_id, stop.picked
        postings += [
            Posting.at(stop.stock, -units, pinned=-units, location_id=tote_id, subject_id=stop.pk),
            Posting.at(stop.stock, units, subject_id=stop.pk),
        ]
    post(postings, reason=StockMovement.Reason.PUT_BACK, actor=actor)


def _take_back_counters(lines: list[ShipmentLine]) -> None:
    """Lower the counters, the last step first: check constraints forbid packed above picked."""
    add_quantities("packed", {line.line_id: -line.packed for line in lines})
    add_quantities("picked", {line.line_id: -line.picked for line in lines})
    add_quantities("allocated", {line.line_id: -line.quantity for line in lines})
    ShipmentLine.objects.filter(pk__in=[line.pk for line in lines]).update(packed=0, picked=0)
