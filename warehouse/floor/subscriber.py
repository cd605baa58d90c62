"""The event subscriber of the floor: shortens the walks of shipments that lost units."""

from collections.abc import Sequence
from uuid import UUID

from orders.models import Event
from warehouse.floor.walks import drop_units


def on_events(events: Sequence[Event]) -> None:
    """Take cancelled units off the walks of their shipments, in the transaction of the event."""
    for event in events:
        if event.kind == "shipment.reduced" and event.subject_id:
            units = {UUID(line_id): number for line_id, number in event.data["units"].items()}
            drop_units(event.subject_id, units, actor=event.actor)
