"""What the packing slips of boxes list, read for all of them at once."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from orders.models import OrderLine, Package, PackageLine, ShipmentLine
from warehouse.documents.boxes import closed_or_open
from warehouse.serials.packed import with_numbers


class SlipRows(NamedTuple):
    """Of a box: the lines of its order that ship or are kits, what is inside, the boxes of its
    shipment as they were packed, and (line, shipment, its status, units) of all of its order.
    """

    lines: list[OrderLine]
    inside: list[Any]
    boxes: list[Package]
    shipped: list[tuple[UUID, UUID, str, int]]


def slip_rows(packages: Collection[Package]) -> dict[UUID, SlipRows]:
    """By the id of each box; four statements."""
    orders = {package.order_id for package in packages}
    lines: dict[UUID, list[OrderLine]] = defaultdict(list)
    found = OrderLine.objects.filter(Q(ships=True) | Q(is_kit=True), order__in=orders)
    for line in found.select_related("product"):
        lines[line.order_id].append(line)
    inside: dict[UUID, list[Any]] = defaultdict(list)
    for row in with_numbers(PackageLine.objects.filter(package__in=packages)):
        inside[row.package_id].append(row)
    boxes: dict[UUID, list[Package]] = defaultdict(list)
    shipments = {package.shipment_id for package in packages}
    for box in closed_or_open(Package.objects.filter(shipment__in=shipments)):
        boxes[box.shipment_id].append(box)
    shipped: dict[UUID, list[tuple[UUID, UUID, str, int]]] = defaultdict(list)
    units = ShipmentLine.objects.filter(line__order__in=orders)
    for order_id, line_id, shipment_id, status, number in units.values_list(
        "line__order", "line", "shipment", "shipment__status", "quantity"
    ):
        shipped[order_id].append((line_id, shipment_id, status, number))
    return {
        one.pk: SlipRows(
            lines[one.order_id], inside[one.pk], boxes[one.shipment_id], shipped[one.order_id]
        )
        for one in packages
    }
