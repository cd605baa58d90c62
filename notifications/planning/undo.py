"""Undo: waiting messages are suppressed, sent ones get one correction each."""

from collections.abc import Sequence
from typing import Any

from notifications.delivery.unclaimed import suppress_undone
from notifications.kinds.catalogue import CORRECTIONS
from notifications.kinds.undoable import undone_kind
from notifications.models import Message
from notifications.states import CLAIMABLE, NOT_ARRIVED
from notifications.undone_messages import messages_of_undone
from orders.models import Event


def undo_messages(events: Sequence[Event]) -> tuple[list[int], list[Message]]:
    """Return (ids of messages to suppress, unsaved corrections of messages that were sent)."""
    undone = [event for event in events if undone_kind(event)]
    if not undone:
        return [], []
    suppressed: list[int] = []
    corrections: dict[tuple[Any, ...], Message] = {}
    found = messages_of_undone(undone)
    for event in undone:
        undone_messages = found[event.pk]
        for row in undone_messages.messages:
            lane = (event.kind, row.order_id, row.audience, row.channel, row.recipient)
            if not _waits(row):
                corrections.setdefault(lane, _correction(event, row))
            elif undone_messages.is_whole:
                suppressed.append(row.pk)
    return suppressed, list(corrections.values())


def take_back(event: Event) -> bool:
    """Hold back what an event tells; False where it may have been read, or is being sent.

    Within a transaction that then undoes it, or rolls back.
    """
    rows = Message.objects.filter(event=event.pk)
    suppress_undone(list(rows.values_list("pk", flat=True)))
    return not rows.exclude(status__in=NOT_ARRIVED).exists()


def _waits(message: Message) -> bool:
    return message.status in CLAIMABLE


def _correction(event: Event, row: Message) -> Message:
    return Message(
        seller_id=row.seller_id,
        order_id=row.order_id,
        event_id=event.pk,
        template=CORRECTIONS[row.audience],
        audience=row.audience,
        channel=row.channel,
        recipient=row.recipient,
        language=row.language,
    )
