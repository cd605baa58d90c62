"""Saved views of the order list: which a person sees, and how many orders each one shows."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from fulfillment.dashboard.queries.orders.filters import OrderFilter, matching_orders
from fulfillment.keyset import CappedCount, in_one_way
from fulfillment.lists.order_search import ways_to_find
from orders.access import Viewer
from orders.models import OrderView, User

MOST_SHOWN = 99  # of a tab's count: beyond it "99+"


def views_of(viewer: Viewer) -> QuerySet[OrderView]:
    """Select the views that a person sees: their own, and those shared within the seller."""
    rows: QuerySet[OrderView] = OrderView.objects.visible_to(viewer)
    return rows.filter(Q(owner=viewer.user) | Q(owner__isnull=True)).order_by("created_at", "pk")


def count_all(viewer: Viewer, filters: Iterable[OrderFilter]) -> list[int]:
    """Count the orders of each filter, up to one more than is shown; one statement for all."""
    counts = [_count(viewer, wanted) for wanted in filters]
    return list(User.objects.filter(pk=viewer.user.pk).values_list(*counts)[0]) if counts else []


def _count(viewer: Viewer, wanted: OrderFilter) -> CappedCount:
    rows = matching_orders(viewer, wanted)
    if wanted.search:
        rows = in_one_way(rows, ways_to_find(viewer, wanted.search), most=MOST_SHOWN + 1)
    return CappedCount(rows, most=MOST_SHOWN)
