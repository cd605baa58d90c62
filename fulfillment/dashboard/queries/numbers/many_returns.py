"""Products of which clearly more comes back than usual, as matters of *Needs attention*."""

from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from orders.access import Viewer
from orders.models import ManyReturns
from orders.numbers.many_returns import said

COUNTS = ("returned", "delivered", "usual_returned", "usual_delivered")
# The columns of a matter; `in_words` reads the counts.
OF_MANY: dict[str, Any] = {
    "subject_id": "product",
    "number": "product__title",
    "customer": "product__sku",
    "why": Concat(
        *(part for name in COUNTS for part in (Cast(name, CharField()), Value(" "))),
        output_field=CharField(),
    ),
    "units": "returned",
    "since": "since",
}


def many_returns(viewer: Viewer) -> QuerySet[ManyReturns]:
    """Select them, as they were last counted."""
    rows: QuerySet[ManyReturns] = ManyReturns.objects.visible_to(viewer)
    return rows


def in_words(counts: str) -> str:
    """“15.0 % returned, 6 of 40; usually 5.0 %, 5 of 100”."""
    return said(*map(int, counts.split()))
