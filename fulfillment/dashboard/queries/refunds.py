"""What is owed for returns, as the seller sees it: matters of *Needs attention*, and one refund."""

from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from orders.access import Viewer
from orders.models import Refund
from orders.states import RefundStatus

# Its date has passed, and nobody has ticked it off.
LATE = Q(promise__broken_at__isnull=False)
# The columns of a matter.
OF_REFUND: dict[str, Any] = {
    "why": "currency",
    "detail": Cast("amount", CharField()),
    "since": "owed_at",
    "due": "promise__latest",
}


def owed_refunds(viewer: Viewer) -> QuerySet[Refund]:
    """Select the refunds that are owed."""
    return Refund.objects.visible_to(viewer).filter(status=RefundStatus.OWED)
