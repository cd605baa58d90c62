"""The counts of today at the head of the page *Needs attention*."""

from typing import Any

from django.db.models import QuerySet

from fulfillment.dashboard.queries.orders.filters import (
    DELIVERED_TODAY,
    OrderFilter,
    matching_orders,
    today,
)
from fulfillment.keyset import CappedCount
from orders.access import Viewer
from orders.models import Order, User
from orders.prepared import PreparedAsMade

_prepared = PreparedAsMade()


def today_in_numbers(viewer: Viewer) -> dict[str, int]:
    """Count orders accepted today, to ship, on the way and delivered today; one statement."""
    begin, counts = today(viewer), ("accepted_today", "to_ship", "on_the_way", DELIVERED_TODAY)

    def made() -> QuerySet[Any]:
        accepted = Order.objects.visible_to(viewer).filter(created_at__gte=begin)
        statuses = (matching_orders(viewer, OrderFilter(status=status)) for status in counts[1:])
        found: list[QuerySet[Any]] = [accepted, *statuses]
        return User.objects.filter(pk=viewer.user.pk).values_list(*map(CappedCount, found))

    seller = viewer.only_seller
    rows = _prepared(made, viewer.user.pk, seller, begin) if seller else made()
    return dict(zip(counts, rows[0], strict=True))
