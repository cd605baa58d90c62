"""The one registry of the kinds of messages: groups as a seller sees them, and every record."""

from collections.abc import Mapping

from notifications.kinds import answers, order, parcel, returns, seller, trouble
from notifications.kinds.record import EMAIL, PUSH, SMS, Kind
from notifications.models import InboundText, Message

CHANNELS = (EMAIL.value, SMS.value, PUSH.value)
CHANNEL_NAMES = {name: Message.Channel(name).label for name in CHANNELS}

# The messages to customers, in the order of an order's life.
GROUPS: Mapping[str, tuple[Kind, ...]] = {
    "Order": order.KINDS,
    "Delivery": parcel.KINDS,
    "Problems": trouble.KINDS,
    "Returns": returns.KINDS,
}
ALL: tuple[Kind, ...] = (
    *(kind for kinds in GROUPS.values() for kind in kinds),
    *seller.KINDS,
    *answers.KINDS,
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
FOR_CUSTOMERS = tuple(kind.name for kinds in GROUPS.values() for kind in kinds)
ANSWERS: Mapping[str, InboundText.Word] = {kind.name: kind.answers for kind in ALL if kind.answers}
CORRECTIONS: Mapping[str, str] = {kind.audience.value: kind.name for kind in ALL if kind.corrects}
# Its deliveries are counted and gathered; the indexes of Message name it.
COUNTED = next((kind.name for kind in ALL if kind.digest), "")


def kind_of(template: str) -> Kind:
    """The record of a message; of a kind that is written no more, one that knows its name."""
    return KINDS.get(template) or Kind(name=template, title=template)
