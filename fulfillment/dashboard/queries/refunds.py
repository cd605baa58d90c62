"""What is owed for returns, as the seller sees it: matters of *Needs attention*, and one refund."""

from typing import Any, NamedTuple

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from orders.access import Viewer
from orders.lifecycle.changes import REASON
from orders.models import OrderChange, OrderLine, Refund, ShopOrder
from orders.returns.given_back import unmatched
from orders.states import RefundStatus
from orders.values.money import digits, plain
from orders.words import say
from orders.words.writing import figure

# Its date has passed, and nobody has ticked it off.
LATE = Q(promise__broken_at__isnull=False)
# The columns of a matter; where not all of it is known, no amount is said to be owed.
OF_REFUND: dict[str, Any] = {
    "why": "currency",
    "detail": Case(When(is_exact=True, then=Cast("amount", CharField())), default=Value("")),
    "since": "owed_at",
    "due": "promise__latest",
}
MOST_TOLD = 5


class Told(NamedTuple):
    """A refund of the shop that may be this one: its number, amount and units, in words."""

    number: str
    amount: str
    units: str
    value: str  # of the amount, for the field


def owed_words(amount: int | None, currency: str) -> str:
    """What is owed; None where not all that the order cost is known here."""
    if amount is None:
        return say("Amount to be looked up in the shop")
    return f"{figure(digits(amount, currency))} {currency}"


def owed_refunds(viewer: Viewer) -> QuerySet[Refund]:
    """Select the refunds that are owed."""
    return Refund.objects.visible_to(viewer).filter(status=RefundStatus.OWED)


def told_of(refund: Refund) -> list[Told]:
    """The refunds of the order that the shop has told, and of which nobody knows what they are of.

    The newest first; that the seller ticks one off with this amount settles it.
    """
    in_shop = ShopOrder.objects.filter(order=refund.order_id).first()
    titles = dict(OrderLine.objects.filter(order=refund.order_id).values_list("shop_line", "title"))
    return [
        Told(
            one.number,
            plain(one.worth, refund.currency) if one.worth else "an unknown amount",
            ", ".join(f"{units} × {titles.get(line, line)}" for line, units in one.units.items()),
            digits(one.worth, refund.currency) if one.worth else "",
        )
        for one in unmatched(in_shop)[: -MOST_TOLD - 1 : -1]
    ]


def why_waived(refund: Refund) -> str:
    """What the person said who waived it; erased with the customer."""
    rows = OrderChange.objects.filter(order=refund.order_id, field=REASON)
    said = rows.filter(event__kind="refund.waived", event__subject_id=refund.pk)
    return said.order_by("-pk").values_list("after", flat=True).first() or ""
