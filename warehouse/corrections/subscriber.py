"""The event subscriber of the counts: a location that was found empty is closed, and counted."""

from collections.abc import Sequence
from uuid import UUID

from orders.models import Event
from warehouse.corrections.tasks_to_count import close_until_counted
from warehouse.models import PickLine


def on_events(events: Sequence[Event]) -> None:
    """Close locations that pickers found empty, in the transaction of the short pick."""
    for event in events:
        if event.kind != "stock.ran_short":
            continue
        if event.data["short_reason"] == PickLine.ShortReason.EMPTY:
            gone = event.data["missing"] + event.data["rest"]
            close_until_counted(UUID(event.data["location"]), gone=gone, actor=event.actor)
