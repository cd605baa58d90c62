"""Open packed boxes again: units are to be scanned anew, labels are void."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from orders.errors import DomainError
from orders.lifecycle.label_requests import discard_labels
from orders.lifecycle.transitions import add_quantities, move_back
from orders.models import Package, Shipment, ShipmentLine, User
from orders.states import PackageStatus, ShipmentStatus
from orders.words import say

BARE = {"inside": None, "tracking_number": "", "carrier": "", "weight_grams": None}


def open_last_boxes(shipments: Sequence[Shipment], *, actor: User | None) -> list[Shipment]:
    """Reopen the last box of each of these packed shipments, which are locked."""
    for shipment in shipments:
        boxes = Package.objects.filter(shipment=shipment).exclude(status=PackageStatus.CANCELLED)
        box = boxes.order_by("-created_at", "-pk").first()
        if box is None:
            raise DomainError(say("Shipment {shipment} has no box.", shipment=shipment))
        _lower_packed(dict(box.lines.values_list("shipment_line", "quantity")))
        move_back([box], PackageStatus.PACKING, actor=actor, changes=BARE)
        discard_labels([box])
    return move_back(shipments, ShipmentStatus.PICKED, actor=actor)


def open_shared_box(shipments: Sequence[Shipment], *, actor: User | None) -> list[Shipment]:
    """Open the one box of locked shipments, where it has its label: each is to be packed anew.

    Returns the shipments that it opened.
    """
    if not is_shared(shipments):
        return []
    if ready := [row for row in shipments if row.status == ShipmentStatus.READY]:
        move_back(ready, ShipmentStatus.PACKED, actor=actor)
    return open_last_boxes(shipments, actor=actor)


def is_shared(shipments: Sequence[Shipment]) -> bool:
    """Whether these shipments are in one box that has its label."""
    return Package.objects.filter(shipment__in=shipments, inside__isnull=False).exists()


def _lower_packed(units: dict[UUID, int]) -> None:
    """Lower the packed counters by {shipment line id: units}, there and on the order lines."""
    off: Counter[UUID] = Counter()
    for line in ShipmentLine.objects.filter(pk__in=units):
        off[line.line_id] -= units[line.pk]
        ShipmentLine.objects.filter(pk=line.pk).update(packed=F("packed") - units[line.pk])
    add_quantities("packed", dict(off))
