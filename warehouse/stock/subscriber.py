"""What follows in the warehouse from what happened to an order."""

from collections.abc import Sequence

from orders.models import Event
from warehouse.stock.reservations import withdraw


def on_events(events: Sequence[Event]) -> None:
    """A cancelled shipment gives back what it reserved and pinned, in the same transaction."""
    cancelled = [event.subject_id for event in events if event.kind == "shipment.cancelled"]
    if cancelled:
        withdraw([shipment_id for shipment_id in cancelled if shipment_id])
