"""Sets of statuses that make a message untrue, and of statements, for the records of kinds."""

from orders.models import Package
from orders.states import PackageStatus, ShipmentStatus

EVERYTHING = frozenset(PackageStatus)
ENDED = frozenset(
    {
        PackageStatus.DELIVERED,
        PackageStatus.RETURNING,
        PackageStatus.RETURNED,
        PackageStatus.LOST,
        PackageStatus.DAMAGED,
    }
)
# The parcel is with the carrier: nobody may read any more that it waits to be shipped.
HAS_LEFT = EVERYTHING - {PackageStatus.PACKING, PackageStatus.PACKED, PackageStatus.LABELLED}
LOST = frozenset({PackageStatus.LOST})
FOUND = frozenset({PackageStatus.IN_TRANSIT})
OUT = frozenset({PackageStatus.OUT_FOR_DELIVERY})
OUT_AGAIN = frozenset({PackageStatus.OUT_FOR_DELIVERY, PackageStatus.AT_PICKUP_POINT})
NOT_RETURNING = frozenset(
    {PackageStatus.DELIVERED, PackageStatus.ATTEMPT_FAILED, PackageStatus.AT_PICKUP_POINT}
)
BEFORE_PACKED = frozenset(
    {
        ShipmentStatus.PLANNED,
        ShipmentStatus.RELEASED,
        ShipmentStatus.PICKING,
        ShipmentStatus.PICKED,
    }
)
BEFORE_READY = BEFORE_PACKED | {ShipmentStatus.PACKED}
BEFORE_HANDED_OVER = BEFORE_READY | {ShipmentStatus.READY}
# Statements of why an attempt failed, one a reason.
FAILURES = tuple(f"failure_{code}" for code in Package.Failure.values)
