"""Sets of package and shipment statuses that make a message untrue, for the records of kinds."""

from orders.states import PackageStatus, ShipmentStatus

EVERYTHING = frozenset(PackageStatus)
ENDED = frozenset({PackageStatus.DELIVERED, PackageStatus.RETURNING, PackageStatus.RETURNED})
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
