"""The timeline of an order: its events and messages in words, with time and actor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fulfillment.dashboard.queries.messages import MessageRow
from orders.event_kinds import EventKind, event_kinds
from orders.models import Event, Hold, Order, Package, Promise, Return

LEFT_WITH: dict[str | None, str] = {
    Package.HandedTo.NEIGHBOUR: "Left with a neighbour",
    Package.HandedTo.SAFE_PLACE: "Left in a safe place",
}
REASONS = (
    dict(Promise.Reason.choices)
    | dict(Hold.Reason.choices)
    | dict(Return.Reason.choices)
    | dict(Package.Failure.choices)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline. `status`: of a message, empty for an event."""

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
    """Build the timeline of an order, newest first.

    `names`: {id: name} of the subjects of events; `made`: the promises of the order.
    """
    events = Event.objects.filter(order=order).select_related("actor").order_by("id")
    promises = {str(promise.pk): promise for promise in made}
    entries = [_event_entry(event, names, promises) for event in events]
    entries += [_message_entry(row) for row in messages]
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _event_entry(event: Event, names: Mapping[UUID, str], promises: Mapping[str, Promise]) -> Entry:
    row = event.kind.partition(".")[0].replace("_", " ")
    words = _kind(event).phrase.format((event.subject_id and names.get(event.subject_id)) or row)
    return Entry(
        at=event.at,
        what=words[:1].upper() + words[1:],
        who=_who(event),
        detail=_detail(event.data, promises),
    )


def _message_entry(row: MessageRow) -> Entry:
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
    return "Customer" if _kind(event).by_customer else "System"


def _kind(event: Event) -> EventKind:
    """Return the record of an event kind; for a removed kind, one with only its name."""
    return event_kinds().get(event.kind) or EventKind(event.kind)


def _detail(data: Mapping[str, Any], promises: Mapping[str, Promise]) -> str:
    """Format reason, recipient and promised date of an event; other data is not shown."""
    parts = []
    if reason := data.get("reason"):
        parts.append(REASONS.get(reason, str(reason).replace("_", " ").capitalize()))
    if taker := LEFT_WITH.get(data.get("to")):
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
    """Format the promised day or window in the local time of the delivery."""
    zone = ZoneInfo(promise.zone)
    first, last = (moment.astimezone(zone) for moment in (promise.earliest, promise.latest))
    if promise.kind == Promise.Kind.AT_DOOR:
        return f"on {last:%a} {last.day} {last:%b} between {first:%H:%M} and {last:%H:%M}"
    return f"by {promise.local_on:%a} {promise.local_on.day} {promise.local_on:%b}"
