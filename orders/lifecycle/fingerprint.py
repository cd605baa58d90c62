"""The fingerprint of an order: whoever decides from a page says what the page had shown."""

from collections.abc import Sequence
from hashlib import sha256

from orders.errors import Outdated
from orders.events.acting import who_did
from orders.models import Event, Order, OrderLine
from orders.words import say

ADDRESS = ("customer_name", "company", "street", "postcode", "city", "region", "country")
CONTACT = ("buyer_name", "email", "phone", "language")
CONTENTS = ("is_gift", "note")
HANDLING = ("priority", "ships_as")
EDITABLE = (*ADDRESS, *CONTACT, *CONTENTS, *HANDLING)
DECISIONS = (
    "order.edited", "order.address_entered", "order.lines_added", "order.lines_cancelled",
    "order.cancelled", "order.lines_cancelled_undone", "order.cancelled_undone",
)  # fmt: skip


def fingerprint(order: Order, lines: Sequence[OrderLine]) -> str:
    """A hash of all that a person can change: fields, and the units ordered and cancelled."""
    fields = [getattr(order, name) for name in EDITABLE]
    units = sorted((str(line.pk), line.ordered, line.cancelled) for line in lines)
    return sha256(repr((fields, units)).encode()).hexdigest()[:32]


def refuse_outdated(order: Order, seen: str) -> None:
    """Raise Outdated where a locked order is not as its page had shown; "" has seen no page."""
    if not seen or seen == fingerprint(order, list(OrderLine.objects.filter(order=order))):
        return
    last = Event.objects.filter(order=order, kind__in=DECISIONS).order_by("pk").last()
    raise Outdated(
        say(
            "{who} has changed order {order} since you opened this page. Look at what is "
            "there now, and save again.",
            who=who_did(last),
            order=order,
        )
    )
