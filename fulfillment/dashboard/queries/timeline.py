"""The timeline of an order: its events and messages in words, with time and actor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from fulfillment.dashboard.edit_forms import PRIORITIES
from fulfillment.dashboard.queries.messages import MessageRow
from notifications.languages import NAMES
from orders.event_kinds import EventKind, event_kinds
from orders.events.acting import KEY, names_of
from orders.lifecycle.cancel import BY_CUSTOMER
from orders.lifecycle.changes import REASON
from orders.models import (
    Event,
    Hold,
    Order,
    OrderChange,
    Package,
    Promise,
    Return,
    RoutingRule,
)
from orders.states import ShippingRule
from orders.values.places import countries

LEFT_WITH: dict[str | None, str] = {
    Package.HandedTo.NEIGHBOUR: "Left with a neighbour",
    Package.HandedTo.SAFE_PLACE: "Left in a safe place",
}
# Events whose units are named, up to so many lines.
WITH_UNITS = (
    "order.lines_added", "order.lines_cancelled", "order.cancelled",
    "order.lines_cancelled_undone", "order.cancelled_undone", "shipment.split", "shipment.joined",
)  # fmt: skip
UNITS_NAMED = 5
MINUTE = timedelta(minutes=1)
RULED = {"priority": "Priority", "ships_as": "Way of shipping", "hold": "Hold"}
# What stands for the codes of a field, {code: words}; a country has its name.
WORDS: dict[str, Mapping[Any, str]] = {
    "priority": PRIORITIES,
    "ships_as": dict(ShippingRule.choices),
    "language": NAMES,
    "country": countries(),
}
LABELS = {
    "ships_as": RULED["ships_as"],
    "customer_name": "Name",
    "buyer_name": "Buyer",
    "email": "E-mail",
    "is_gift": "Gift",
}
REASONS = (
    dict(Promise.Reason.choices)
    | dict(Hold.Reason.choices)
    | dict(Return.Reason.choices)
    | dict(Package.Failure.choices)
    | dict(Package.Loss.choices)
)


class Changed(NamedTuple):
    """A field that a person changed: its value before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline: an event, or a message with what became of it on each channel.

    `kind` and `subject_id` are those of the event; `parts` are empty for an event.
    """

    at: datetime
    what: str
    who: str = ""
    detail: str = ""
    kind: str = ""
    subject_id: UUID | None = None
    changes: Sequence[Changed] = ()
    parts: Sequence[MessageRow] = ()


class Moment(NamedTuple):
    """Entries of one minute: the last one is shown, the steps before it open with a press."""

    entry: Entry
    steps: list[Entry]


def folded(entries: Sequence[Entry]) -> list[Moment]:
    """Fold the steps of one minute, newest first; a message or a change stands for itself."""
    found: list[Moment] = []
    for entry in entries:
        if found and _is_step(entry) and _is_step(found[-1].entry):
            gap = found[-1].entry.at - entry.at
            if gap < MINUTE:
                found[-1].steps.append(entry)
                continue
        found.append(Moment(entry, []))
    return found


def _is_step(entry: Entry) -> bool:
    return not (entry.parts or entry.changes)


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
    texts = _texts(order, events)
    rules = _rules(events)
    keys = names_of(list(events))
    entries = [
        _event_entry(event, names, promises, texts[event.pk], rules.get(event.pk, ""), keys)
        for event in events
    ]
    entries += [_message_entry(parts) for parts in _told_together(messages)]
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _texts(order: Order, events: Iterable[Event]) -> Mapping[UUID, list[OrderChange]]:
    """{event id: texts beside it}: of changes, of reasons, and why an order was held."""
    found: dict[UUID, list[OrderChange]] = defaultdict(list)
    for row in OrderChange.objects.filter(order=order).order_by("pk"):
        found[row.event_id].append(row)
    why = {hold.pk: hold.detail for hold in Hold.objects.filter(order=order)}
    for event in events:
        if event.kind == "hold.opened" and event.subject_id in why:
            found[event.pk].append(OrderChange(field=REASON, after=why[event.subject_id]))
    return found


def _event_entry(
    event: Event,
    names: Mapping[UUID, str],
    promises: Mapping[str, Promise],
    texts: Sequence[OrderChange],
    rules: str,
    keys: Mapping[str, str],
) -> Entry:
    row = event.kind.partition(".")[0].replace("_", " ")
    words = _kind(event).phrase.format((event.subject_id and names.get(event.subject_id)) or row)
    return Entry(
        at=event.at,
        what=words[:1].upper() + words[1:],
        kind=event.kind,
        subject_id=event.subject_id,
        who=_who(event, keys),
        detail=" · ".join(
            filter(
                None, [_units(event, names), rules, _detail(event.data, promises), _reason(texts)]
            )
        ),
        changes=_changes(event.data, texts),
    )


def _rules(events: Iterable[Event]) -> dict[UUID, str]:
    """{event id: which rule did what}; one statement, where a rule did something."""
    routed = [event for event in events if event.kind == "order.routed"]
    ids = {pk for event in routed for pk in event.data["rules"].values()}
    names = dict(RoutingRule.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return {
        event.pk: ", ".join(
            f"{RULED[effect]} by “{names.get(UUID(pk), 'a rule')}”"
            for effect, pk in event.data["rules"].items()
        )
        for event in routed
    }


def _units(event: Event, names: Mapping[UUID, str]) -> str:
    """Which units were added or cancelled: “2 × Lamp, 1 × Shade”."""
    if event.kind not in WITH_UNITS:
        return ""
    units = [f"{number} × {names.get(UUID(pk), 'unit')}" for pk, number in _given(event, "units")]
    if (more := len(units) - UNITS_NAMED) > 0:
        units[UNITS_NAMED:] = [f"{more} more"]
    return ", ".join(units)


def _given(event: Event, name: str) -> list[tuple[str, Any]]:
    return list(event.data.get(name, {}).items())


def _reason(texts: Sequence[OrderChange]) -> str:
    """What the person said who decided it."""
    said = [row.after for row in texts if row.field == REASON and row.after]
    return f"“{said[0]}”" if said else ""


def _changes(data: Mapping[str, Any], texts: Sequence[OrderChange]) -> list[Changed]:
    """The fields of an edit, in words; an erased text is said to be one."""
    before, after = data.get("before", {}), data.get("after", {})
    values = {name: (_in_words(name, before[name]), _in_words(name, after[name])) for name in after}
    values |= {row.field: (row.before, row.after) for row in texts if row.field != REASON}
    changed = [
        Changed(LABELS.get(name, name.capitalize()), *(text or "empty" for text in values[name]))
        for name in data.get("fields", ())
        if name in values
    ]
    service = data.get("service", {})
    if service.get("before") != service.get("after"):
        names = (service[when] or "none" for when in ("before", "after"))
        changed.append(Changed("Service", *names))
    return changed


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return WORDS.get(name, {}).get(value, str(value))


def _told_together(messages: Iterable[MessageRow]) -> Iterable[list[MessageRow]]:
    """The same news to the same person over several channels."""
    found: dict[tuple[Any, ...], list[MessageRow]] = defaultdict(list)
    for row in messages:
        message = row.message
        found[message.event_id, message.audience, message.template].append(row)
    return found.values()


def _message_entry(parts: list[MessageRow]) -> Entry:
    first = parts[0]
    return Entry(
        at=min(row.at for row in parts),
        what=f"“{first.title}” to the {first.audience.lower()}",
        parts=parts,
    )


def _who(event: Event, keys: Mapping[str, str]) -> str:
    if event.actor:
        return event.actor.name
    if key := keys.get(event.data.get(KEY, "")):
        return key
    is_theirs = _kind(event).by_customer or event.data.get("origin") == BY_CUSTOMER
    return "Customer" if is_theirs else "System"


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
    if ends_at := data.get("ends_at"):
        ends = datetime.fromisoformat(ends_at)
        parts.append(f"Until {ends:%a} {ends.day} {ends:%b}")
    if until := data.get("until"):
        day = date.fromisoformat(until)
        parts.append(f"Until {day:%a} {day.day} {day:%b}")
    promise = promises.get(data.get("promise", ""))
    if promise and promise.was_told:
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
