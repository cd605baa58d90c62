"""Order lines with an unknown SKU, for the page *Needs attention*."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from orders.access import Viewer
from orders.models import OrderLine

UNKNOWN_OF_AN_ORDER, UNKNOWN_ON_A_PAGE = 5, 1_000


class UnknownLines(NamedTuple):
    """The lines of an order with an unknown SKU: how many, and the first of them."""

    total: int
    shown: list[Any]  # OrderLine, each with the id of its `channel`

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


def unknown_lines(viewer: Viewer, order_ids: list[UUID]) -> dict[UUID, UnknownLines]:
    """Load the first order lines with an unknown SKU, by order."""
    lines = OrderLine.objects.visible_to(viewer).filter(
        order__in=order_ids, ships=True, product__isnull=True
    )
    rows: Any = lines.annotate(
        place=Window(RowNumber(), partition_by="order", order_by="position"),
        total=Window(Count("*"), partition_by="order"),
        channel=F("order__channel_id"),
    ).filter(place__lte=UNKNOWN_OF_AN_ORDER)
    found: dict[UUID, UnknownLines] = {}
    for line in rows.order_by("order", "position")[:UNKNOWN_ON_A_PAGE]:
        found.setdefault(line.order_id, UnknownLines(line.total, [])).shown.append(line)
    return found
