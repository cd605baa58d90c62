"""The subscriber for labels: an approved return gets its label, one that is off loses it."""

from collections.abc import Sequence

from orders.models import Event, Return, ReturnLabel
from orders.returns.labels.offers import offer_of
from orders.returns.labels.requests import discard, open_label

APPROVED = "return.approved"
OFF = ("return.refused", "return.cancelled")  # also where it came to nothing


def on_events(events: Sequence[Event]) -> None:
    """Write and discard requests for labels, under the locks of whoever decides.

    What the customer keeps is not sent: it needs none.
    """
    approved = {
        event.subject_id: event.actor
        for event in events
        if event.kind == APPROVED and event.subject_id and "kept" not in event.data
    }
    if approved:
        rows = Return.objects.filter(pk__in=list(approved)).select_related("seller")
        for row in rows.order_by("pk"):
            if offer := offer_of(row.seller):
                open_label(row, offer, actor=approved[row.pk])
    if off := [event.subject_id for event in events if event.kind in OFF]:
        discard(ReturnLabel.objects.filter(order_return__in=off))
