"""Saved views of the order list: which a person sees, and how many orders each one shows."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from fulfillment.dashboard.queries.orders.filters import (
    DELIVERED_TODAY,
    OrderFilter,
    matching_orders,
    today,
)
from fulfillment.keyset import CappedCount, in_one_way
from fulfillment.lists.order_search import ways_to_find
from orders.access import Viewer
from orders.models import OrderView, User
from orders.prepared import PreparedAsMade

_prepared = PreparedAsMade()
MOST_SHOWN = 99  # of a tab's count: beyond it "99+"


def views_of(viewer: Viewer) -> QuerySet[OrderView]:
    """Select the views that a person sees: their own, and those shared within the seller."""
    rows: QuerySet[OrderView] = OrderView.objects.visible_to(viewer)
    return rows.filter(Q(owner=viewer.user) | Q(owner__isnull=True)).order_by("created_at", "pk")


def count_all(viewer: Viewer, filters: Iterable[OrderFilter]) -> list[int]:
    """Count the orders of each filter, up to one more than is shown; one statement for all."""
    asked = tuple(filters)
    if not asked:
        return []

    def made() -> QuerySet[Any]:
        counts = [_count(viewer, wanted) for wanted in asked]
        return User.objects.filter(pk=viewer.user.pk).values_list(*counts)

    statuses = tuple(wanted.status for wanted in asked)
    if viewer.only_seller is None or asked != tuple(map(OrderFilter, statuses)):
        return list(made()[0])
    begin = [today(viewer)] if DELIVERED_TODAY in statuses else []
    return list(_prepared(made, viewer.user.pk, viewer.only_seller, *begin, name=statuses)[0])


def _count(viewer: Viewer, wanted: OrderFilter) -> CappedCount:
    rows = matching_orders(viewer, wanted)
    if wanted.search:
        rows = in_one_way(rows, ways_to_find(viewer, wanted.search), most=MOST_SHOWN + 1)
    return CappedCount(rows, most=MOST_SHOWN)
