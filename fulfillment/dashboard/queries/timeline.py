"""The history of one order in words: what happened, when, by whom, and what people were told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fulfillment.dashboard.queries.messages import MessageRow
from orders.models import Event, Hold, Order, Package, Promise, Return

# Where "<row> <participle>" would not be English, or hides what it means.
PHRASES = {
    "order.received": "Order received",
    "order.line_linked": "Unknown SKU linked to a product",
    "order.address_entered": "Address entered",
    "order.backordered": "Out of stock: units backordered",
    "order.message_sent_again": "Message resent",
    "order.message_left": "Message dismissed",
    "order.allocated": "Stock reserved",
    "hold.opened": "Put on hold",
    "hold.released": "Hold released",
    "shipment.planned": "{} planned",
    "shipment.picking": "Picking of {} started",
    "package.packing": "Packing of {} started",
    "package.attempt_failed": "delivery attempt of {} failed",
    "package.at_pickup_point": "{} is at a pickup point",
    "package.returning": "{} is undeliverable and on its way back",
    "package.returned": "{} is back in the warehouse",
    "package.at_pickup_point_undone": "{} is not at a pickup point: undone",
    "package.returning_undone": "{} is not on its way back: undone",
    "undeliverable.received": "{} opened for the undeliverable parcel",
    "undeliverable.closed": "{} inspected",
    "package.in_transit": "{} is with the carrier",
    "return.requested": "{} requested",
    "order.updates_chosen": "Message preferences changed",
    "text_messages.asked_about": "Help requested by text message",
    "promise.moved": "Promised date changed",
    "promise.adjusted": "Promised date narrowed down",
    "promise.at_risk": "Promise at risk",
    "promise.broken": "Promise broken",
    "package.due_tomorrow": "{} due for delivery tomorrow",
}
TAKERS: dict[str | None, str] = {
    Package.HandedTo.NEIGHBOUR: "Left with a neighbour",
    Package.HandedTo.SAFE_PLACE: "Left in a safe place",
}
BY_THE_CUSTOMER = {
    "return.requested",
    "order.updates_chosen",
    "text_messages.stopped",
    "text_messages.started",
    "text_messages.asked_about",
}
REASONS = (
    dict(Promise.Reason.choices)
    | dict(Hold.Reason.choices)
    | dict(Return.Reason.choices)
    | dict(Package.Failure.choices)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history. `status` is a message's, empty for everything else."""

    at: datetime
    what: str
    who: str = ""
    detail: str = ""
    status: str = ""
    status_text: str = ""


def timeline(
    order: Order,
    names: Mapping[UUID, str],
    made: Iterable[Promise],
    messages: Iterable[MessageRow] = (),
) -> list[Entry]:
    """Events of an order and its messages, newest first.

    `names` says what to call the rows that things happened to; `made` are the order's promises.
    """
    events = Event.objects.filter(order=order).select_related("actor").order_by("id")
    promises = {str(promise.pk): promise for promise in made}
    told = [_entry(event, names, promises) for event in events]
    told += [_told(row) for row in messages]
    return sorted(told, key=lambda entry: entry.at)[::-1]


def _entry(event: Event, names: Mapping[UUID, str], promises: Mapping[str, Promise]) -> Entry:
    kind, _, participle = event.kind.partition(".")
    subject = (event.subject_id and names.get(event.subject_id)) or kind.replace("_", " ")
    words = PHRASES.get(event.kind, f"{{}} {participle.replace('_', ' ')}").format(subject)
    return Entry(
        at=event.at,
        what=words[:1].upper() + words[1:],
        who=_who(event),
        detail=_detail(event.data, promises),
    )


def _told(row: MessageRow) -> Entry:
    message = row.message
    return Entry(
        at=row.at,
        what=f"{row.channel} to the {row.audience.lower()}: {row.title.lower()}",
        detail=" · ".join(filter(None, [row.recipient, message.reason])),
        status=message.status,
        status_text=message.get_status_display(),
    )


def _who(event: Event) -> str:
    if event.actor:
        return event.actor.name
    return "Customer" if event.kind in BY_THE_CUSTOMER else "System"


def _detail(data: Mapping[str, Any], promises: Mapping[str, Promise]) -> str:
    """The reason and the promised day of an event; ids and the rest stay in the table."""
    parts = []
    if reason := data.get("reason"):
        parts.append(REASONS.get(reason, str(reason).replace("_", " ").capitalize()))
    if taker := TAKERS.get(data.get("to")):
        parts.append(taker)
    if until := data.get("until"):
        day = date.fromisoformat(until)
        parts.append(f"Until {day:%a} {day.day} {day:%b}")
    if promise := promises.get(data.get("promise", "")):
        parts.append(f"Promised: {promise.get_kind_display().lower()} {promised_for(promise)}")
        if promise.outcome != Promise.Outcome.OPEN:
            parts.append(Promise.Outcome(promise.outcome).label)
    return " · ".join(parts)


def promised_for(promise: Promise) -> str:
    """The promised day, or hour, as people at the place of delivery call it."""
    zone = ZoneInfo(promise.zone)
    first, last = (moment.astimezone(zone) for moment in (promise.earliest, promise.latest))
    if promise.kind == Promise.Kind.AT_DOOR:
        return f"on {last:%a} {last.day} {last:%b} between {first:%H:%M} and {last:%H:%M}"
    return f"by {promise.local_on:%a} {promise.local_on.day} {promise.local_on:%b}"
