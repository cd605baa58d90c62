"""The number of a box among the boxes of its shipment."""

from django.db.models import QuerySet

from orders.models import Package
from orders.states import PackageStatus, ShipmentStatus

STILL_PACKING = (ShipmentStatus.PICKING, ShipmentStatus.PICKED)


def closed_or_open(packages: QuerySet[Package]) -> QuerySet[Package]:
    """Those that were not put back, in the order in which they were packed."""
    return packages.exclude(status=PackageStatus.CANCELLED).order_by("created_at", "pk")


def box_number(
    package: Package,
    pattern: str = "{place} of {total}",
    *,
    boxes: list[Package] | None = None,
) -> str:
    """“1 of 2”, by the pattern of a language; while more boxes may follow, only “1”.

    `boxes` are those of its shipment, where somebody has read them.
    """
    if boxes is None:
        boxes = list(closed_or_open(package.shipment.packages.all()))
    place = boxes.index(package) + 1
    if package.shipment.status in STILL_PACKING:
        return str(place)
    return pattern.format(place=place, total=len(boxes))
