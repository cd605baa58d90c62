"""The messages of events that were undone."""

from collections.abc import Sequence
from typing import NamedTuple

from notifications.kinds.undoable import undone_kind
from notifications.models import Message
from orders.event_kinds import UNDONE
from orders.models import Event


class UndoneMessages(NamedTuple):
    """Messages about an undone event; `is_whole`: all events that they combine were undone."""

    messages: list[Message]
    is_whole: bool


def messages_of_undone(undone: Sequence[Event]) -> dict[object, UndoneMessages]:
    """Return {id of an undo event: messages of the event that it undoes}; two statements."""
    order_ids = {event.order_id for event in undone}
    kinds = {undone_kind(event) for event in undone}
    rows = Event.objects.filter(order__in=order_ids, kind__in=kinds | {k + UNDONE for k in kinds})
    history = list(
        rows.prefetch_related("messages__superseded_by").order_by("transaction_id", "pk")
    )
    return {event.pk: _undone_messages(event, history) for event in undone}


def _undone_messages(event: Event, history: list[Event]) -> UndoneMessages:
    kind = undone_kind(event)
    before = [
        row
        for row in history
        if row.kind == kind and row.order_id == event.order_id and _is_before(row, event)
    ]
    own = [row for row in before if row.subject_id == event.subject_id]
    # An order has many cancellations, so their undo says which it undoes.
    if undoes := event.data.get("undoes"):
        own = [row for row in own if str(row.pk) == undoes]
    if not own:
        return UndoneMessages([], is_whole=False)
    moment = own[-1].transaction_id
    together = [row for row in before if row.transaction_id == moment]
    undone = {
        row.subject_id
        for row in history
        if row.kind == kind + UNDONE and row.transaction_id > moment
    }
    return UndoneMessages(
        [message for row in together for message in row.messages.all()],
        is_whole={row.subject_id for row in together} <= undone,
    )


def _is_before(row: Event, event: Event) -> bool:
    # An undo that is being recorded has no transaction id yet: every stored event is before it.
    moment = event.transaction_id
    return not isinstance(moment, int) or row.transaction_id < moment
