"""The event subscriber of the warehouse: releases stock of cancelled shipments."""

from collections.abc import Sequence

from orders.models import Event
from warehouse.stock.reservations import release_cancelled


def on_events(events: Sequence[Event]) -> None:
    """Release the reservations and pins of cancelled shipments, in the transaction of the event."""
    cancelled = [event.subject_id for event in events if event.kind == "shipment.cancelled"]
    if cancelled:
        release_cancelled([shipment_id for shipment_id in cancelled if shipment_id])
