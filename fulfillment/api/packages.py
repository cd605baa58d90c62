"""`/api/v1/packages/`: boxes with their tracking numbers, and where they are."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import Prefetch, QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from orders.access import Viewer
from orders.models import Package as PackageRow
from orders.models import PackageLine as PackageLineRow
from orders.states import PackageStatus
from warehouse.serials.packed import OF_BOX_LINE

TAG = "Packages"
LONGEST_TRACKING_NUMBER = 40


class PackageSummary(msgspec.Struct):
    """One box with a label and a tracking number. A text is empty while nothing is known."""

    id: UUID
    number: str
    order: UUID
    shipment: UUID
    status: PackageStatus
    carrier: Annotated[str, Meta(description="Code of the carrier; set with the label.")]
    tracking_number: str
    inside: Annotated[
        UUID | None,
        Meta(description="The package of another order in which it goes out, under its label."),
    ]
    weight_grams: int | None
    failure: Annotated[str, Meta(description="Why the last attempt failed.")]
    handed_to: Annotated[str, Meta(description="Who took it: receiver, neighbour, safe_place.")]
    pickup_point: str
    pickup_until: date | None
    handed_over_at: Moment | None
    delivered_at: Moment | None
    created_at: Moment


class PackageLine(msgspec.Struct):
    """Units of an order line in a box."""

    line: UUID
    sku: str
    title: str
    quantity: int
    serials: Annotated[
        list[str],
        Meta(description="The serial numbers of these units, where they were read at packing."),
    ]


class Package(PackageSummary):
    """A box with what is in it."""

    lines: list[PackageLine]


class PackagePage(msgspec.Struct):
    """A page of packages, the newest first."""

    packages: list[PackageSummary]
    next: Next


class PackageQuery(Query):
    """Filters of the list."""

    order: UUID | None = None
    status: PackageStatus | None = None
    tracking_number: (
        Annotated[str, Meta(min_length=1, max_length=LONGEST_TRACKING_NUMBER)] | None
    ) = None


class PackageList(RowList):
    """`GET /api/v1/packages/`."""

    tag = TAG
    operations = {
        "GET": Operation("listPackages", "List packages", {200: PackagePage}, query=PackageQuery)
    }

    def select(self, viewer: Viewer, wanted: PackageQuery) -> QuerySet[Any]:
        rows = PackageRow.objects.visible_to(viewer)
        given = {
            name: value
            for name in ("order", "status", "tracking_number")
            if (value := getattr(wanted, name)) is not None
        }
        return rows.filter(**given)

    def describe(self, row: PackageRow) -> PackageSummary:
        return describe_package(row)


class PackageDetail(RowDetail):
    """`GET /api/v1/packages/<id>/`."""

    tag, what = TAG, "package"
    operations = {"GET": Operation("getPackage", "Read a package", {200: Package}, refusals=(404,))}

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        lines = PackageLineRow.objects.visible_to(viewer).select_related("shipment_line__line")
        lines = lines.order_by("shipment_line__line__position").annotate(numbers=OF_BOX_LINE)
        return PackageRow.objects.visible_to(viewer).prefetch_related(Prefetch("lines", lines))

    def describe(self, row: PackageRow) -> Package:
        lines = [_line(part) for part in row.lines.all()]
        return Package(**_summary(row), lines=lines)


def describe_package(row: PackageRow) -> PackageSummary:
    """A box without what is in it."""
    return PackageSummary(**_summary(row))


def _summary(row: PackageRow) -> dict[str, Any]:
    return columns_of(
        PackageSummary, row, order="order_id", shipment="shipment_id", inside="inside_id"
    )


def _line(part: Any) -> PackageLine:
    line = part.shipment_line.line
    return PackageLine(
        line=line.pk,
        sku=line.sku,
        title=line.title,
        quantity=part.quantity,
        serials=part.numbers,
    )
