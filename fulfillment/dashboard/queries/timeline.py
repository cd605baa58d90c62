"""The timeline of an order: its events and messages in words, with time and actor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

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
from orders.returns.due.days import FOLLOWED
from orders.states import ShippingRule
from orders.values.places import countries
from orders.words import inside, say, say_as, say_later
from orders.words.writing import written

LEFT_WITH: dict[str | None, str] = {
    Package.HandedTo.NEIGHBOUR: say_later("Left with a neighbour"),
    Package.HandedTo.SAFE_PLACE: say_later("Left in a safe place"),
}
# Events whose units are named, up to so many lines.
WITH_UNITS = (
    "order.lines_added", "order.lines_cancelled", "order.cancelled",
    "order.lines_cancelled_undone", "order.cancelled_undone", "shipment.split", "shipment.joined",
)  # fmt: skip
UNITS_NAMED = 5
MINUTE = timedelta(minutes=1)
RULED = {
    "priority": say_later("Priority"),
    "ships_as": say_later("Way of shipping"),
    "hold": say_later("Hold"),
}
# What stands for the codes of a field, {code: words}; a country has its name.
WORDS: dict[str, Mapping[Any, str]] = {
    "priority": PRIORITIES,
    "ships_as": dict(ShippingRule.choices),
    "language": NAMES,
}
LABELS = {
    "ships_as": RULED["ships_as"],
    "priority": RULED["priority"],
    "customer_name": say_later("Name"),
    "buyer_name": say_later("Buyer"),
    "company": say_later("Company"),
    "street": say_later("Street"),
    "postcode": say_later("Postcode"),
    "city": say_later("City"),
    "region": say_later("Region"),
    "country": say_later("Country"),
    "email": say_later("E-mail"),
    "phone": say_later("Phone"),
    "language": say_later("Language"),
    "is_gift": say_later("Gift"),
    "note": say_later("Note"),
    "tags": say_later("Tags"),
}
REASONS = (
    dict(Promise.Reason.choices)
    | dict(Hold.Reason.choices)
    | dict(Return.Reason.choices)
    | dict(Package.Failure.choices)
    | dict(Package.Loss.choices)
)

SYSTEM = "System"  # did it where nobody else did
# What an event is of, in its text. Of a row without a number only its kind is named.
NOUNS = {
    "shipment": "shipment {number}",
    "package": "parcel {number}",
    "return": "return {number}",
    "undeliverable": "return {number}",
}


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
        if not _is_of_expiry(event)
    ]
    entries += [_message_entry(parts) for parts in _told_together(messages)]
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _is_of_expiry(event: Event) -> bool:
    """The cancellation of a return that expired: the next event says why it ended."""
    return event.kind == "return.cancelled" and "expired" in event.data


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
    number = (event.subject_id and names.get(event.subject_id)) or ""
    return Entry(
        at=event.at,
        what=" ".join(say_as("event", phrase_of(_kind(event))).format(number=number).split()),
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


def phrase_of(kind: EventKind) -> str:
    """The English text of an event, with `{number}` where its row has one."""
    row = kind.name.partition(".")[0]
    words = kind.phrase.format(NOUNS.get(row, row.replace("_", " ")))
    return words[:1].upper() + words[1:]


def _rules(events: Iterable[Event]) -> dict[UUID, str]:
    """{event id: which rule did what}; one statement, where a rule did something."""
    routed = [event for event in events if event.kind == "order.routed"]
    ids = {pk for event in routed for pk in event.data["rules"].values()}
    names = dict(RoutingRule.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return {
        event.pk: ", ".join(
            say(
                "{effect} by “{rule}”",
                effect=RULED[effect],
                rule=names.get(UUID(pk), say("a rule")),
            )
            for effect, pk in event.data["rules"].items()
        )
        for event in routed
    }


def _units(event: Event, names: Mapping[UUID, str]) -> str:
    """Which units were added or cancelled: “2 × Lamp, 1 × Shade”."""
    if event.kind not in WITH_UNITS:
        return ""
    units = [
        f"{number} × {names.get(UUID(pk), say('a product'))}"
        for pk, number in _given(event, "units")
    ]
    if (more := len(units) - UNITS_NAMED) > 0:
        units[UNITS_NAMED:] = [say("{more} more", more=more)]
    return ", ".join(units)


def _given(event: Event, name: str) -> list[tuple[str, Any]]:
    return list(event.data.get(name, {}).items())


def _reason(texts: Sequence[OrderChange]) -> str:
    """What the person said who decided it."""
    said = [row.after for row in texts if row.field == REASON and row.after]
    return say("“{words}”", words=said[0]) if said else ""


def _changes(data: Mapping[str, Any], texts: Sequence[OrderChange]) -> list[Changed]:
    """The fields of an edit, in words; an erased text is said to be one."""
    before, after = data.get("before", {}), data.get("after", {})
    values = {name: (_in_words(name, before[name]), _in_words(name, after[name])) for name in after}
    values |= {row.field: (row.before, row.after) for row in texts if row.field != REASON}
    changed = [
        Changed(
            LABELS.get(name, name.capitalize()), *(text or say("empty") for text in values[name])
        )
        for name in data.get("fields", ())
        if name in values
    ]
    service = data.get("service", {})
    if service.get("before") != service.get("after"):
        names = (service[when] or say("none") for when in ("before", "after"))
        changed.append(Changed(say("Service"), *names))
    return changed


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if name == "country":
        return countries(get_language() or "en").get(value, str(value))
    return say(WORDS.get(name, {}).get(value, str(value)))


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
        what=say(
            "“{title}” to the {audience}",
            title=say(first.title),
            audience=inside(say(first.audience)),
        ),
        parts=parts,
    )


def _who(event: Event, keys: Mapping[str, str]) -> str:
    if event.actor:
        return event.actor.name
    if key := keys.get(event.data.get(KEY, "")):
        return key
    is_theirs = _kind(event).by_customer or event.data.get("origin") == BY_CUSTOMER
    return say("Customer") if is_theirs else say(SYSTEM)


def _kind(event: Event) -> EventKind:
    """Return the record of an event kind; for a removed kind, one with only its name."""
    return event_kinds().get(event.kind) or EventKind(event.kind)


def _expired(data: Mapping[str, Any], last: date) -> str:
    """Why a return expired: what its carrier has not seen, or we have not."""
    day = written(last, "D j M")
    if FOLLOWED in data:
        return say("Not handed in by {day}", day=day)
    return say("To be handed in by {day}, has not arrived", day=day)


def _detail(data: Mapping[str, Any], promises: Mapping[str, Promise]) -> str:
    """Format reason, recipient and promised date of an event; other data is not shown."""
    parts = []
    if reason := data.get("reason"):
        parts.append(say(REASONS.get(reason, str(reason).replace("_", " ").capitalize())))
    if taker := LEFT_WITH.get(data.get("to")):
        parts.append(str(taker))
    if ends_at := data.get("ends_at"):
        ends = datetime.fromisoformat(ends_at)
        parts.append(say("Until {day}", day=written(ends, "D j M")))
    if until := data.get("until"):
        day = date.fromisoformat(until)
        parts.append(say("Until {day}", day=written(day, "D j M")))
    if last := data.get("hand_in_by"):
        parts.append(_expired(data, date.fromisoformat(last)))
    promise = promises.get(data.get("promise", ""))
    if promise and promise.was_told:
        told = inside(say(promise.get_kind_display()))
        parts.append(say("Promised: {kind} {when}", kind=told, when=promised_for(promise)))
        if promise.outcome != Promise.Outcome.OPEN:
            parts.append(say(Promise.Outcome(promise.outcome).label))
    return " · ".join(parts)


def promised_for(promise: Promise) -> str:
    """Format the promised day or window in the local time of the delivery."""
    zone = ZoneInfo(promise.zone)
    first, last = (moment.astimezone(zone) for moment in (promise.earliest, promise.latest))
    if promise.kind == Promise.Kind.AT_DOOR:
        return say(
            "on {day} between {start} and {end}",
            day=written(last, "D j M"),
            start=f"{first:%H:%M}",
            end=f"{last:%H:%M}",
        )
    return say("by {day}", day=written(promise.local_on, "D j M"))
