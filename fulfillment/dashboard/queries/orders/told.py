"""What the customer of an order was promised: the date that counts now, and the first one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from fulfillment.dashboard.queries.timeline import promised_for
from orders.models import Event, Package, Promise
from orders.states import PackageStatus
from orders.words import say, say_as, say_later
from orders.words.writing import written

Kind, Outcome = Promise.Kind, Promise.Outcome
# Of several promises the one that is nearest to the customer counts.
RANK = {Kind.AT_DOOR: 0, Kind.ARRIVES: 1, Kind.SHIPS: 2}
# Of several parcels the one counts of which the worst became; what was replaced does not count.
WORST = (Outcome.BROKEN, Outcome.MISSED, Outcome.MOVED, Outcome.EARLY, Outcome.KEPT)
WORDS = {
    Kind.AT_DOOR: say_later("Comes"),
    Kind.ARRIVES: say_later("Arrives"),
    Kind.SHIPS: say_later("Ships"),
}


class Told(NamedTuple):
    """A promise in words, its outcome, and where the seller's clock differs what it shows then.

    `first`: what was promised first, where that was another date. `open_id`: of one that can be
    changed. `more`: how many others are open.
    """

    words: str
    outcome: str
    outcome_words: str
    here: str
    first: str
    open_id: UUID | None
    more: int


def told(promises: Sequence[Promise], zone: str, boxes: Sequence[Package] = ()) -> Told | None:
    """Choose what counts of the promises of an order, the oldest first; `zone` is the seller's.

    `boxes`: its parcels. While one waits for a decision after a failed attempt, its open date is
    none on which it comes.
    """
    known = [row for row in promises if row.was_told]
    counting = _counting(known)
    if counting is None:
        return None
    outcome = counting.outcome
    first = _first(counting, known)
    told_first = promised_for(first) if first else ""
    holds = counting.is_open and counting.pk not in _over(promises, boxes)
    word = WORDS[Kind(counting.kind)] if holds else say("Promised")
    return Told(
        words=f"{word} {promised_for(counting)}",
        outcome="late" if counting.is_open and counting.warned_at else outcome.value,
        outcome_words=_outcome_words(counting),
        here=on_clock(counting, zone),
        first=told_first if told_first != promised_for(counting) else "",
        open_id=counting.pk if holds else None,
        more=max(sum(row.is_open for row in known) - 1, 0),
    )


def _over(promises: Sequence[Promise], boxes: Sequence[Package]) -> set[UUID]:
    """The open promises since which an attempt failed; a statement only where one did.

    Ids are ordered by the time at which they were made.
    """
    failed = {box.pk: box for box in boxes if box.status == PackageStatus.ATTEMPT_FAILED}
    if not failed:
        return set()
    events = Event.objects.filter(
        order__in={box.order_id for box in failed.values()},
        kind="package.attempt_failed",
        subject_id__in=failed,
    )
    last: dict[UUID | None, UUID] = {
        failed[row.subject_id].shipment_id: row.pk
        for row in events.order_by("pk")
        if row.subject_id
    }
    return {row.pk for row in promises if row.is_open and _is_before(row, last)}


def _is_before(row: Promise, failed: Mapping[UUID | None, UUID]) -> bool:
    return row.shipment_id in failed and row.pk < failed[row.shipment_id]


def _counting(known: Sequence[Promise]) -> Promise | None:
    """The open promise nearest to the customer, due first; else the settled one that went worst.

    Once a parcel was to arrive, it no longer counts when it was to leave.
    """
    open_ones = [row for row in known if row.is_open]
    if open_ones:
        return min(open_ones, key=lambda row: (RANK[Kind(row.kind)], row.latest, str(row.pk)))
    replaced = {row.replaces_id for row in known}
    ended = [
        row
        for row in known
        if row.outcome != Outcome.REFINED
        and not (row.outcome == Outcome.MOVED and row.pk in replaced)
    ]
    nearest = [row for row in ended if row.kind != Kind.SHIPS] or ended
    return min(nearest, key=_how_bad, default=known[-1] if known else None)


def _how_bad(row: Promise) -> tuple[int, float, str]:
    """Sort the worst first, of equal ones that due last."""
    place = WORST.index(row.outcome) if row.outcome in WORST else len(WORST)
    return place, -row.latest.timestamp(), str(row.pk)


def _first(counting: Promise, known: Sequence[Promise]) -> Promise | None:
    """The first arrival that was promised of what `counting` is of."""
    by_id = {row.pk: row for row in known}
    row: Promise | None = counting
    if counting.kind == Kind.AT_DOOR:
        arrivals = [one for one in known if one.kind == Kind.ARRIVES]
        own = [one for one in arrivals if one.shipment_id == counting.shipment_id]
        row = next(reversed(own or arrivals), None)
    first = None
    while row is not None and row.kind == Kind.ARRIVES:
        first, row = row, _former(row, by_id)
    return first


def _former(row: Promise, by_id: Mapping[UUID, Promise]) -> Promise | None:
    """What it replaced; of a new date after missing stock, the date that had ended with that."""
    if row.replaces_id or row.shipment_id:
        return by_id.get(row.replaces_id) if row.replaces_id else None
    ended = (
        one
        for one in by_id.values()
        if one.kind == Kind.ARRIVES
        and not one.shipment_id
        and one.released_at
        and one.released_at <= row.made_at
    )
    return max(ended, key=lambda one: (one.made_at, one.pk), default=None)


def _outcome_words(row: Promise) -> str:
    if row.outcome == Outcome.MOVED:
        return say_as("promise", str(Outcome.RELEASED.label))  # there is no other date
    if not row.is_open:
        return say_as("promise", str(row.outcome.label))
    return say("At risk") if row.warned_at else ""


def on_clock(promise: Promise, zone: str) -> str:
    """What the seller's clock shows at a promise of another time zone; "" where it is the same."""
    here, there = ZoneInfo(zone), ZoneInfo(promise.zone)
    first, last = (moment.astimezone(here) for moment in (promise.earliest, promise.latest))
    if last.utcoffset() == promise.latest.astimezone(there).utcoffset():
        return ""
    if promise.kind == Kind.AT_DOOR:
        return say(
            "{day} – {end}, on your clock",
            day=written(first, "D j M, H:i"),
            end=f"{last:%H:%M}",
        )
    return say("Until {day}, on your clock", day=written(last, "D j M, H:i"))
