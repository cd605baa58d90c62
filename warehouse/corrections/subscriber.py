"""The event subscriber of the counts: what was found empty is closed, and counted."""

from collections.abc import Sequence

from orders.models import Event
from warehouse.corrections.tasks_to_count import close_until_counted, plan_counts
from warehouse.models import CountTask, Location, PickLine, Stock


def on_events(events: Sequence[Event]) -> None:
    """Close what pickers found empty, in the transaction of the short pick.

    Where units that were to be put back are not in their tote, their place is counted.
    """
    for event in events:
        if event.kind == "stock.not_in_tote":
            place = Location.objects.get(pk=event.data["location"])
            plan_counts([place], cause=CountTask.Cause.ASKED, actor=event.actor)
        if event.kind != "stock.ran_short" or event.subject_id is None:
            continue
        if event.data["short_reason"] == PickLine.ShortReason.EMPTY:
            gone = event.data["missing"] + event.data["rest"]
            stock = Stock.objects.select_related("location").get(pk=event.subject_id)
            close_until_counted(stock, gone=gone, actor=event.actor)
