"""The registry of all kinds of messages, in the groups that a seller sees."""

from collections.abc import Mapping

from notifications.kinds import answers, order, parcel, returns, seller, trouble
from notifications.kinds.record import Kind
from notifications.models import InboundText

# The messages to customers, in the order in which an order causes them.
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
# The kind that the seller digest counts and combines; indexes of Message name it.
COUNTED = next((kind.name for kind in ALL if kind.digest), "")


def kind_of(template: str) -> Kind:
    """Return the record of a kind; for a kind that was removed, a record with only its name."""
    return KINDS.get(template) or Kind(name=template, title=template)
