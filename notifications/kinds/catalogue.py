"""The messages to customers as a seller sees them: grouped, named, and over which channels."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from notifications.kinds.titles import TITLES
from notifications.models import Message

EMAIL, SMS, PUSH = (
    Message.Channel.EMAIL.value,
    Message.Channel.SMS.value,
    Message.Channel.PUSH.value,
)
CHANNELS = (EMAIL, SMS, PUSH)
CHANNEL_NAMES = {name: Message.Channel(name).label for name in CHANNELS}
GROUPS: Mapping[str, tuple[str, ...]] = {
    "Order": ("confirmed", "backordered", "cancelled"),
    "Delivery": (
        "packed",
        "ready",
        "shipped",
        "delivery_tomorrow",
        "out_for_delivery",
        "delivered",
        "delivered_to_neighbour",
        "at_pickup_point",
    ),
    "Problems": ("delayed", "attempt_failed", "returning", "correction"),
    "Returns": (
        "return_requested",
        "return_approved",
        "return_refused",
        "return_received",
        "return_closed",
    ),
}
FOR_CUSTOMERS = tuple(name for names in GROUPS.values() for name in names)
# When each is written, for whoever decides about it.
OCCASIONS: Mapping[str, str] = {
    "confirmed": "When the order is received.",
    "backordered": "When products of the order are out of stock.",
    "cancelled": "When the order, or part of it, is cancelled.",
    "packed": "When a parcel is packed.",
    "ready": "When a parcel is labelled and waiting for the carrier.",
    "shipped": "When the carrier has the parcel.",
    "delivery_tomorrow": "The evening before our own courier delivers.",
    "out_for_delivery": "When the courier is on the way, with the delivery window.",
    "delivered": "When the recipient has the parcel.",
    "delivered_to_neighbour": "When the parcel was left with a neighbour or in a safe place.",
    "at_pickup_point": "When the parcel can be collected, with the last day.",
    "delayed": "When a promised date changes.",
    "attempt_failed": "When a delivery attempt fails, with what happens next.",
    "returning": "When an undeliverable parcel is returned to the warehouse.",
    "correction": "When an earlier message was wrong.",
    "return_requested": "When the customer requests a return.",
    "return_approved": "When the return is approved, with the address.",
    "return_refused": "When the return is refused.",
    "return_received": "When the returned parcel arrives.",
    "return_closed": "When the returned products have been inspected.",
}


class Kind(NamedTuple):
    """One message to customers, by the name of its template."""

    template: str

    @property
    def title(self) -> str:
        return TITLES[self.template]

    @property
    def occasion(self) -> str:
        return OCCASIONS[self.template]


def groups() -> Iterator[tuple[str, list[Kind]]]:
    """(name of a group, its messages), in the order of an order's life."""
    for name, templates in GROUPS.items():
        yield name, [Kind(template) for template in templates]


COUNTED = "seller_delivered"
