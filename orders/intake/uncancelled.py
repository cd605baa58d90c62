"""The subscriber of undone cancellations: the order is what its shop says now, not what it said."""

from collections.abc import Sequence

from orders.decisions.uncancel import UNDOS
from orders.intake.differences import settle
from orders.intake.payments import heed_payment_again
from orders.intake.shop_holds import follow_holds
from orders.models import Event, ShopOrder


def on_events(events: Sequence[Event]) -> None:
    """Hold what the shop holds, has refunded or was not paid for while it was cancelled here.

    Who undoes a cancellation has locked what is known of the shop's order, before the order.
    """
    undone = {event.order_id for event in events if event.kind in UNDOS}
    if not undone:
        return
    rows = ShopOrder.objects.filter(order__in=undone).select_related("order", "channel")
    for known in rows.order_by("pk"):
        settle(known)
        heed_payment_again(known)
        follow_holds(known)
