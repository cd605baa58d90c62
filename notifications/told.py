"""Which messages told an event that was undone."""

from collections.abc import Sequence
from typing import NamedTuple

from notifications.kinds.undoable import undone_kind
from notifications.models import Message
from orders.event_kinds import UNDONE
from orders.models import Event


class Told(NamedTuple):
    """Messages about an event; `is_whole`: everything they speak of was taken back."""

    messages: list[Message]
    is_whole: bool


def told_of(undone: Sequence[Event]) -> dict[object, Told]:
    """{undo event id: what was told of the event it takes back}; two statements."""
    order_ids = {event.order_id for event in undone}
    kinds = {undone_kind(event) for event in undone}
    rows = Event.objects.filter(order__in=order_ids, kind__in=kinds | {k + UNDONE for k in kinds})
    history = list(
        rows.prefetch_related("messages__superseded_by").order_by("transaction_id", "pk")
    )
    return {event.pk: _told(event, history) for event in undone}


def _told(event: Event, history: list[Event]) -> Told:
    kind = undone_kind(event)
    before = [
        row
        for row in history
        if row.kind == kind and row.order_id == event.order_id and _is_before(row, event)
    ]
    own = [row for row in before if row.subject_id == event.subject_id]
    if not own:
        return Told([], is_whole=False)
    moment = own[-1].transaction_id
    together = [row for row in before if row.transaction_id == moment]
    undone = {
        row.subject_id
        for row in history
        if row.kind == kind + UNDONE and row.transaction_id > moment
    }
    return Told(
        [message for row in together for message in row.messages.all()],
        is_whole={row.subject_id for row in together} <= undone,
    )


def _is_before(row: Event, event: Event) -> bool:
    # An undo that is just being recorded has no number yet: everything is before it.
    moment = event.transaction_id
    return not isinstance(moment, int) or row.transaction_id < moment
