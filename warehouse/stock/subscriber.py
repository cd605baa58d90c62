"""The event subscriber of the stock: releases what cancelled shipments and units had."""

from collections.abc import Sequence

from orders.models import Event
from warehouse.stock.reservations import release_cancelled, release_reduced


def on_events(events: Sequence[Event]) -> None:
    """Release what cancelled shipments and units had reserved, in the transaction of the event."""
    cancelled = [event.subject_id for event in events if event.kind == "shipment.cancelled"]
    if cancelled:
        release_cancelled([shipment_id for shipment_id in cancelled if shipment_id])
    release_reduced(
        {
            event.subject_id: event.data["units"]
            for event in events
            if event.kind == "shipment.reduced" and event.subject_id
        }
    )
