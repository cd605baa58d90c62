"""The guard of the truth: what happened since may leave nothing of what a message says."""

from collections.abc import Sequence

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from orders.states import PackageStatus, ShipmentStatus

BEFORE_PACKED = {
    ShipmentStatus.PLANNED,
    ShipmentStatus.RELEASED,
    ShipmentStatus.PICKING,
    ShipmentStatus.PICKED,
}
_ENDED = {PackageStatus.DELIVERED, PackageStatus.RETURNING, PackageStatus.RETURNED}
_AGAIN = {PackageStatus.OUT_FOR_DELIVERY, PackageStatus.AT_PICKUP_POINT}
_STILL_THERE = {PackageStatus.ATTEMPT_FAILED, PackageStatus.AT_PICKUP_POINT}
# Template -> what a parcel may have become, or may be again, so that the message would mislead.
OVERTAKEN_BY = {
    "shipped": _ENDED,
    "out_for_delivery": set(PackageStatus) - {PackageStatus.OUT_FOR_DELIVERY},
    "attempt_failed": set(PackageStatus) - {PackageStatus.ATTEMPT_FAILED},
    "delivered": _AGAIN,
    "delivered_to_neighbour": _AGAIN,
    "seller_delivered": _AGAIN,
    "seller_attempt_failed": {PackageStatus.DELIVERED, PackageStatus.OUT_FOR_DELIVERY},
    "delivery_tomorrow": {PackageStatus.OUT_FOR_DELIVERY, *_ENDED},
    "at_pickup_point": {PackageStatus.OUT_FOR_DELIVERY, *_ENDED},
    "returning": {PackageStatus.DELIVERED, *_STILL_THERE},
    "seller_returning": {PackageStatus.DELIVERED, *_STILL_THERE},
    "delayed": _ENDED,
}

ABOUT_DATES = frozenset({"delayed", "delivery_tomorrow", "seller_at_risk"})
# Template -> what a shipment is again when the worker took it back.
NOT_YET = {
    "packed": BEFORE_PACKED,
    "ready": BEFORE_PACKED | {ShipmentStatus.PACKED},
    "shipped": BEFORE_PACKED | {ShipmentStatus.PACKED, ShipmentStatus.READY},
}


def outdated(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """Messages of which `trim` has left nothing; no statement."""
    return {fact.message.pk: Verdict(*fact.stale) for fact in facts if fact.stale}
