"""Promise KPIs: what became of promises, by kind, carrier, courier and warehouse."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast

from orders.access import Viewer
from orders.carriers import CARRIERS
from orders.models import Promise, PromiseCount
from orders.words import say

KEPT = Q(kept_at__isnull=False, is_early=False)
EARLY = Q(kept_at__isnull=False, is_early=True)
MOVED = Q(revised_at__isnull=False, is_moved=True)
BROKEN = Q(broken_at__isnull=False)
# A window at the door ends in this way only when the delivery failed.
MISSED = Q(released_at__isnull=False, kind=Promise.Kind.AT_DOOR)
# What was released when it was made was told to nobody.
WITHDRAWN = Q(released_at__gt=F("made_at")) & ~Q(kind=Promise.Kind.AT_DOOR)
# Each promise has one of these at most.
OUTCOMES = {
    "kept": KEPT,
    "early": EARLY,
    "moved": MOVED,
    "broken": BROKEN,
    "missed": MISSED,
    "withdrawn": WITHDRAWN,
}
COUNTED = KEPT | EARLY | MOVED | BROKEN | MISSED | WITHDRAWN
BY_KIND = "kind"

# Which promises count for which group: only those that its members are responsible for.
ON_THE_WAY = Q(shipment__isnull=False) & ~Q(kind=Promise.Kind.SHIPS) & ~Q(carrier="")
GROUPS: dict[str, tuple[str, str, Q]] = {
    BY_KIND: ("kind", "kind", Q()),
    "carrier": ("carrier", "carrier", ON_THE_WAY),
    "courier": ("courier", "courier__name", Q(courier__isnull=False)),
    "warehouse": (
        # That from which the orders of a seller leave: to ask each shipment would read them all.
        "seller__warehouse",
        "seller__warehouse__name",
        Q(kind=Promise.Kind.SHIPS, shipment__isnull=False),
    ),
}

# The same of the counts of a day.
COUNTED_FOR = {
    BY_KIND: Q(),
    "carrier": Q(is_of_shipment=True) & ~Q(kind=Promise.Kind.SHIPS) & ~Q(carrier=""),
    "courier": Q(courier__isnull=False),
    "warehouse": Q(kind=Promise.Kind.SHIPS, is_of_shipment=True),
}


def _keys(limits: dict[str, Q]) -> dict[str, Any]:
    """The key and the name of the member of each group; NULL for what does not count for it."""
    return {
        f"{group}_{part}": Case(When(limits[group], then=path), default=None)
        if limits[group]
        else F(path)
        for group, (key, name, _) in GROUPS.items()
        for part, path in (("key", key), ("name", name))
    }


KEYS = _keys({group: limits for group, (*_, limits) in GROUPS.items()})
KEYS_OF_DAYS = _keys(COUNTED_FOR)


@dataclass(frozen=True, slots=True)
class PromiseCounts:
    """Counts of the promises of one member of a group.

    `share`: percent that were kept, not early, of those with a verdict; None where only some were
    withdrawn.
    """

    key: str
    name: str
    kept: int
    early: int
    moved: int
    broken: int
    missed: int
    withdrawn: int

    @property
    def total(self) -> int:
        return self.kept + self.early + self.moved + self.broken + self.missed

    @property
    def share(self) -> float | None:
        return 100 * self.kept / self.total if self.total else None


def promise_counts(viewer: Viewer, since: datetime) -> dict[str, list[PromiseCounts]]:
    """Count promises settled since: {group: counts, the largest first}; one statement.

    Whole days are counted already; of the day in which `since` lies each promise is read.
    """
    first_day = since.astimezone(UTC).date() + timedelta(days=1)
    found = list(_of_part(viewer, since, first_day).union(_of_days(viewer, first_day), all=True))
    return {group: _counts_of(group, found) for group in GROUPS}


def _of_part(viewer: Viewer, since: datetime, until: date) -> Any:
    """Promises that were settled since, before that day begins."""
    midnight = datetime.combine(until, time(), UTC)
    rows = _settled(viewer, since).filter(COUNTED, settled_at__lt=midnight).order_by()
    outcome = Case(*(When(way, then=Value(name)) for name, way in OUTCOMES.items()))
    return rows.values(**KEYS, way=outcome).annotate(count=Count("*"))


def _of_days(viewer: Viewer, first: date) -> Any:
    """The counts of whole days; that of a refund is about money, and no promise of goods."""
    rows = PromiseCount.objects.visible_to(viewer).exclude(kind=Promise.Kind.REFUNDED)
    rows = rows.filter(settled_on__gte=first).order_by()
    return rows.values(**KEYS_OF_DAYS, way=F("outcome")).annotate(count=Sum("number"))


def promises_of(
    viewer: Viewer, since: datetime, *, group: str, key: str, outcome: str
) -> QuerySet[Promise]:
    """Select the promises behind one count, with their orders."""
    field, _, limits = GROUPS[group]
    rows = _settled(viewer, since).filter(limits, OUTCOMES[outcome])
    named = rows.annotate(group_key=Cast(field, CharField())).filter(group_key=key)
    return named.select_related("order")


def _counts_of(group: str, rows: list[dict[str, Any]]) -> list[PromiseCounts]:
    sums: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        if row[f"{group}_key"] is None:  # not of this group
            continue
        member = str(row[f"{group}_key"]), row[f"{group}_name"]
        sums.setdefault(member, Counter())[row["way"]] += row["count"]
    # Where all was undone since, the changes of a day add up to nothing.
    sums = {member: sum_ for member, sum_ in sums.items() if any(sum_.values())}
    found = [
        PromiseCounts(key=key, name=_name(group, name), **{one: sum_[one] for one in OUTCOMES})
        for (key, name), sum_ in sums.items()
    ]
    return sorted(found, key=lambda tally: (-tally.total, tally.name))


def _settled(viewer: Viewer, since: datetime) -> QuerySet[Promise]:
    return Promise.objects.visible_to(viewer).filter(settled_at__gte=since)


def _name(group: str, name: str) -> str:
    if group == BY_KIND:
        return say(str(Promise.Kind(name).label))
    carrier = CARRIERS.get(name) if group == "carrier" else None
    return carrier.name if carrier else name
