"""The orders before and after one in the list that somebody came from."""

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from fulfillment.dashboard.queries.orders.filters import OrderFilter, matching_orders
from fulfillment.dashboard.queries.orders.listing import SORTS
from fulfillment.keyset import beyond, in_one_way
from fulfillment.lists.order_search import ways_to_find
from orders.access import Viewer
from orders.models import Order


class Neighbours(NamedTuple):
    """The orders above and below; None at an end of the list."""

    above: Order | None
    below: Order | None


def neighbours(viewer: Viewer, order: Order, wanted: OrderFilter, *, sort: str) -> Neighbours:
    """Load them, two statements; also of an order that the filter does not select any more."""
    key = SORTS[sort]
    field = key.removeprefix("-")
    ways = ways_to_find(viewer, wanted.search) if wanted.search else []
    rows = matching_orders(viewer, wanted).only("number")
    place = getattr(order, field), order.pk
    is_falling = key.startswith("-")

    def nearest(*, falling: bool) -> Order | None:
        sign = "-" if falling else ""
        found = rows.filter(beyond(field, place, falling=falling))
        found = found.order_by(f"{sign}{field}", f"{sign}pk")
        return _of_ways(found, ways).first()

    return Neighbours(above=nearest(falling=not is_falling), below=nearest(falling=is_falling))


def _of_ways(rows: QuerySet[Any], ways: list[Q]) -> QuerySet[Any]:
    return in_one_way(rows, ways, most=1) if ways else rows
