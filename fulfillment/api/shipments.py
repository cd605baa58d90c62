"""`/api/v1/shipments/`: what leaves the warehouse together, and how far its units have come."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import Prefetch, QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from orders.access import Viewer
from orders.decisions.split import contents
from orders.models import Package as PackageRow
from orders.models import Shipment as ShipmentRow
from orders.models import ShipmentLine as ShipmentLineRow
from orders.states import ShipmentStatus

TAG = "Shipments"


class ShipmentSummary(msgspec.Struct):
    """Units of one order that leave one warehouse together: the work of picking and packing."""

    id: UUID
    number: str
    order: UUID
    status: ShipmentStatus
    warehouse: str
    priority: int
    together: Annotated[
        UUID | None, Meta(description="Shipments with the same value go out in one box.")
    ]
    ship_by: Moment
    created_at: Moment


class ShipmentLine(msgspec.Struct):
    """Units of an order line in a shipment."""

    line: UUID
    sku: str
    title: str
    quantity: int
    picked: int
    packed: int


class Shipment(ShipmentSummary):
    """A shipment with its lines, and the ids of its packages."""

    contents: Annotated[
        str, Meta(description="Names what is in it now: who splits it says what they had seen.")
    ]
    lines: list[ShipmentLine]
    packages: list[UUID]


class ShipmentPage(msgspec.Struct):
    """A page of shipments, the newest first."""

    shipments: list[ShipmentSummary]
    next: Next


class ShipmentQuery(Query):
    """Filters of the list."""

    order: UUID | None = None
    status: ShipmentStatus | None = None


class ShipmentList(RowList):
    """`GET /api/v1/shipments/`."""

    tag = TAG
    operations = {
        "GET": Operation(
            "listShipments", "List shipments", {200: ShipmentPage}, query=ShipmentQuery
        )
    }

    def select(self, viewer: Viewer, wanted: ShipmentQuery) -> QuerySet[Any]:
        rows = ShipmentRow.objects.visible_to(viewer).select_related("warehouse")
        if wanted.order:
            rows = rows.filter(order=wanted.order)
        return rows.filter(status=wanted.status) if wanted.status else rows

    def describe(self, row: ShipmentRow) -> ShipmentSummary:
        return ShipmentSummary(**_summary(row))


class ShipmentDetail(RowDetail):
    """`GET /api/v1/shipments/<id>/`."""

    tag, what = TAG, "shipment"
    operations = {
        "GET": Operation("getShipment", "Read a shipment", {200: Shipment}, refusals=(404,))
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return shipments_with_lines(viewer)

    def describe(self, row: ShipmentRow) -> Shipment:
        return describe_shipment(row)


def shipments_with_lines(viewer: Viewer) -> QuerySet[ShipmentRow]:
    """Shipments with all that `describe_shipment` shows; three statements."""
    lines = ShipmentLineRow.objects.visible_to(viewer).select_related("line")
    boxes = PackageRow.objects.visible_to(viewer).order_by("created_at", "pk")
    rows = ShipmentRow.objects.visible_to(viewer).select_related("warehouse")
    return rows.prefetch_related(
        Prefetch("lines", lines.order_by("line__position")), Prefetch("packages", boxes)
    )


def describe_shipment(row: ShipmentRow) -> Shipment:
    """A shipment that was loaded with its lines."""
    lines = [
        ShipmentLine(
            line=part.line_id,
            sku=part.line.sku,
            title=part.line.title,
            quantity=part.quantity,
            picked=part.picked,
            packed=part.packed,
        )
        for part in row.lines.all()
    ]
    return Shipment(
        **_summary(row),
        contents=contents(row),
        lines=lines,
        packages=[box.pk for box in row.packages.all()],
    )


def _summary(row: ShipmentRow) -> dict[str, Any]:
    found = columns_of(ShipmentSummary, row, order="order_id")
    return found | {"warehouse": row.warehouse.code}
