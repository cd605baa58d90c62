"""The number of a box among the boxes of its shipment."""

from orders.models import Package
from orders.states import PackageStatus, ShipmentStatus

STILL_PACKING = (ShipmentStatus.PICKING, ShipmentStatus.PICKED)


def boxes_of(package: Package) -> list[Package]:
    """The boxes of this box's shipment in the order in which they were packed."""
    boxes = package.shipment.packages.exclude(status=PackageStatus.CANCELLED)
    return list(boxes.order_by("created_at", "pk"))


def box_number(package: Package, pattern: str = "{place} of {total}") -> str:
    """“1 of 2”, by the pattern of a language; while more boxes may follow, only “1”."""
    boxes = boxes_of(package)
    place = boxes.index(package) + 1
    if package.shipment.status in STILL_PACKING:
        return str(place)
    return pattern.format(place=place, total=len(boxes))
