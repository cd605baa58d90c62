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
    "The order": ("confirmed", "backordered", "cancelled"),
    "The parcel": (
        "packed",
        "ready",
        "shipped",
        "delivery_tomorrow",
        "out_for_delivery",
        "delivered",
        "delivered_to_neighbour",
        "at_pickup_point",
    ),
    "When something goes wrong": ("delayed", "attempt_failed", "returning", "correction"),
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
    "confirmed": "The order came in.",
    "backordered": "Something of the order is not in stock.",
    "cancelled": "The order, or a part of it, was cancelled.",
    "packed": "A parcel is closed.",
    "ready": "A parcel has its label and waits for the carrier.",
    "shipped": "The carrier has the parcel.",
    "delivery_tomorrow": "The evening before our own courier comes.",
    "out_for_delivery": "The courier is on the way, with the hour.",
    "delivered": "The receiver has the parcel.",
    "delivered_to_neighbour": "Somebody else took the parcel, or it lies in a safe place.",
    "at_pickup_point": "The parcel can be fetched, with the last day.",
    "delayed": "A date we told does not hold.",
    "attempt_failed": "Nobody could take the parcel, with what happens next.",
    "returning": "The parcel goes back to the warehouse.",
    "correction": "What we told was wrong and is taken back.",
    "return_requested": "The customer asked to send something back.",
    "return_approved": "The return is agreed, with the address.",
    "return_refused": "The return is not agreed, with the reason.",
    "return_received": "The returned parcel has arrived.",
    "return_closed": "The returned goods are checked.",
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
