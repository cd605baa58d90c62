"""What the customer of an order was promised: the date that counts now, and the first one."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from fulfillment.dashboard.queries.timeline import promised_for
from orders.models import Promise

Kind, Outcome = Promise.Kind, Promise.Outcome
# Of several promises the one that is nearest to the customer counts.
RANK = {Kind.AT_DOOR: 0, Kind.ARRIVES: 1, Kind.SHIPS: 2}
WORDS = {Kind.AT_DOOR: "Comes", Kind.ARRIVES: "Arrives", Kind.SHIPS: "Ships"}


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


def told(promises: Sequence[Promise], zone: str) -> Told | None:
    """Choose what counts of the promises of an order, the oldest first; `zone` is the seller's."""
    known = [row for row in promises if row.was_told]
    counting = _counting(known)
    if counting is None:
        return None
    outcome = counting.outcome
    first = next((row for row in known if row.kind == Kind.ARRIVES), None)
    told_first = promised_for(first) if first else ""
    word = WORDS[Kind(counting.kind)] if counting.is_open else "Promised"
    return Told(
        words=f"{word} {promised_for(counting)}",
        outcome="late" if counting.is_open and counting.warned_at else outcome.value,
        outcome_words=_outcome_words(counting),
        here=on_clock(counting, zone),
        first=told_first if told_first != promised_for(counting) else "",
        open_id=counting.pk if counting.is_open else None,
        more=max(sum(row.is_open for row in known) - 1, 0),
    )


def _counting(known: Sequence[Promise]) -> Promise | None:
    """The open promise nearest to the customer, due first; else the settled one due last."""
    open_ones = [row for row in known if row.is_open]
    if open_ones:
        return min(open_ones, key=lambda row: (RANK[Kind(row.kind)], row.latest, str(row.pk)))
    ended = [row for row in known if row.outcome not in (Outcome.REFINED, Outcome.MOVED)]
    return max(ended, key=lambda row: (row.latest, str(row.pk)), default=None)


def _outcome_words(row: Promise) -> str:
    if not row.is_open:
        return row.outcome.label
    return "At risk" if row.warned_at else ""


def on_clock(promise: Promise, zone: str) -> str:
    """What the seller's clock shows at a promise of another time zone; "" where it is the same."""
    here, there = ZoneInfo(zone), ZoneInfo(promise.zone)
    first, last = (moment.astimezone(here) for moment in (promise.earliest, promise.latest))
    if last.utcoffset() == promise.latest.astimezone(there).utcoffset():
        return ""
    if promise.kind == Kind.AT_DOOR:
        return f"{first:%a} {first.day} {first:%b}, {first:%H:%M} – {last:%H:%M}, on your clock"
    return f"Until {last:%a} {last.day} {last:%b}, {last:%H:%M}, on your clock"
