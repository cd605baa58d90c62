"""What is owed for returns, as the seller sees it: matters of *Needs attention*, and one refund."""

from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from orders.access import Viewer
from orders.models import Refund
from orders.states import RefundStatus
from orders.values.money import plain

# Its date has passed, and nobody has ticked it off.
LATE = Q(promise__broken_at__isnull=False)
# The columns of a matter; where not all of it is known, no amount is said to be owed.
OF_REFUND: dict[str, Any] = {
    "why": "currency",
    "detail": Case(When(is_exact=True, then=Cast("amount", CharField())), default=Value("")),
    "since": "owed_at",
    "due": "promise__latest",
}


def owed_words(amount: int | None, currency: str) -> str:
    """What is owed; None where not all that the order cost is known here."""
    return "Amount to be looked up in the shop" if amount is None else plain(amount, currency)


def owed_refunds(viewer: Viewer) -> QuerySet[Refund]:
    """Select the refunds that are owed."""
    return Refund.objects.visible_to(viewer).filter(status=RefundStatus.OWED)
