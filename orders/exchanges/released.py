"""The subscriber of holds: what an exchange costs more is settled, so it may leave in advance."""

from collections.abc import Sequence

from orders.lifecycle.holds import has_units_to_leave
from orders.models import Event, Hold, Return
from orders.returns.ahead import send_what_waited

RELEASED = "hold.released"


def on_events(events: Sequence[Event]) -> None:
    """Send an exchange in advance once the last hold for its price ends: waived, or released.

    Not one whose holds end because all of it is cancelled. Who releases such a hold has locked
    the order of the return as well (`release_hold`).
    """
    actors = {
        event.order_id: event.actor
        for event in events
        if event.kind == RELEASED and event.data.get("reason") == Hold.Reason.SURCHARGE
    }
    if not actors:
        return
    rows = Return.objects.filter(exchange__in=list(actors)).select_related("exchange")
    for row in rows.order_by("pk"):
        if row.exchange and has_units_to_leave(row.exchange):
            send_what_waited(row, actor=actors[row.exchange_id])
