"""What an undo does to messages: those that wait are called off, the others are corrected once."""

from collections.abc import Sequence
from typing import NamedTuple

from notifications.facts import Facts
from notifications.guards.verdict import Verdict
from notifications.models import Message
from notifications.states import WAITING, MessageStatus
from orders.models import Event

UNDONE = "_undone"
CORRECTION, SELLER_CORRECTION = "correction", "seller_correction"
# A worker may take these back: their messages wait for it a while.
UNDOABLE = frozenset(
    {
        "shipment.packed",
        "shipment.ready",
        "shipment.handed_over",
        "package.delivered",
        "package.attempt_failed",
        "package.at_pickup_point",
        "package.returning",
    }
)
MAY_HAVE_ARRIVED = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNKNOWN)
NEVER_LEFT = "What it would correct never left."
ON_ITS_WAY, A_MOMENT = "What it corrects is just leaving.", 5.0


class Told(NamedTuple):
    """Messages about an event; `is_whole`: everything they speak of was taken back."""

    messages: list[Message]
    is_whole: bool


def undone_kind(event: Event) -> str:
    """The kind of the event that this one takes back, "" if it is no undo."""
    kind = event.kind.removesuffix(UNDONE)
    return kind if kind != event.kind and kind in UNDOABLE else ""


def take_back(events: Sequence[Event]) -> tuple[list[int], list[Message]]:
    """(ids of messages that these undos call off, unsaved corrections of what left already)."""
    undone = [event for event in events if undone_kind(event)]
    if not undone:
        return [], []
    called_off: list[int] = []
    corrections: dict[tuple, Message] = {}
    told_of = _told_of(undone)
    for event in undone:
        told = told_of[event.pk]
        for row in told.messages:
            lane = (event.kind, row.order_id, row.audience, row.channel, row.recipient)
            if not _waits(row):
                corrections.setdefault(lane, _correction(event, row))
            elif told.is_whole:
                called_off.append(row.pk)
    return called_off, list(corrections.values())


def needless(facts: Sequence[Facts]) -> dict[int, Verdict]:
    """The guard of corrections: one of a message that failed in the end is not sent."""
    ours = [fact for fact in facts if fact.message.template in (CORRECTION, SELLER_CORRECTION)]
    if not ours:
        return {}
    told_of = _told_of([fact.message.event for fact in ours])
    found: dict[int, Verdict] = {}
    for fact in ours:
        lane = fact.message.recipient, fact.message.channel
        said = {
            _speaker(row).status
            for row in told_of[fact.message.event_id].messages
            if (row.recipient, row.channel) == lane
        }
        if MessageStatus.CLAIMED in said:
            found[fact.message.pk] = Verdict(MessageStatus.HELD, ON_ITS_WAY, A_MOMENT)
        elif said.isdisjoint(MAY_HAVE_ARRIVED):
            found[fact.message.pk] = Verdict(MessageStatus.SUPPRESSED, NEVER_LEFT)
    return found


def _speaker(row: Message) -> Message:
    """The message that said it in the end: this one, or that in whose list it was told."""
    while (by := row.superseded_by) and by.template == row.template:
        row = by
    return row


def _told_of(undone: Sequence[Event]) -> dict[object, Told]:
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


def _waits(message: Message) -> bool:
    return message.status in WAITING and message.status != MessageStatus.CLAIMED


def _correction(event: Event, row: Message) -> Message:
    for_customer = row.audience == Message.Audience.CUSTOMER
    return Message(
        seller_id=row.seller_id,
        order_id=row.order_id,
        event_id=event.pk,
        template=CORRECTION if for_customer else SELLER_CORRECTION,
        audience=row.audience,
        channel=row.channel,
        recipient=row.recipient,
        language=row.language,
    )
