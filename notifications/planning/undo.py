"""What an undo does to messages: those that wait are called off, the others are corrected once."""

from collections.abc import Sequence
from typing import Any

from notifications.kinds.catalogue import CORRECTIONS
from notifications.kinds.undoable import undone_kind
from notifications.models import Message
from notifications.states import CLAIMABLE
from notifications.told import told_of
from orders.models import Event


def take_back(events: Sequence[Event]) -> tuple[list[int], list[Message]]:
    """(ids of messages that these undos call off, unsaved corrections of what left already)."""
    undone = [event for event in events if undone_kind(event)]
    if not undone:
        return [], []
    called_off: list[int] = []
    corrections: dict[tuple[Any, ...], Message] = {}
    told_by_undo = told_of(undone)
    for event in undone:
        told = told_by_undo[event.pk]
        for row in told.messages:
            lane = (event.kind, row.order_id, row.audience, row.channel, row.recipient)
            if not _waits(row):
                corrections.setdefault(lane, _correction(event, row))
            elif told.is_whole:
                called_off.append(row.pk)
    return called_off, list(corrections.values())


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
