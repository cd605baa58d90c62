"""Sourcing: from which warehouses an order gets its units. Pure functions, without the database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

UNREACHED = 1_000  # days of transit, of a warehouse that no service brings it from: it gives none
Left = MutableMapping[tuple[UUID, UUID], int]  # {(product, warehouse): units left}


class Want(NamedTuple):
    """Units that a line of the order lacks."""

    line_id: UUID
    product_id: UUID
    units: int


class House(NamedTuple):
    """A warehouse as an order meets it; `days` and `distance` rise with the cost of a parcel.

    `is_open`: a shipment of the order that nobody picks yet leaves there, and takes more in.
    """

    id: UUID
    days: int = 0
    distance: int = 0
    position: int = 0
    is_open: bool = False


class Lack(NamedTuple):
    """Of a warehouse without all units: the first line that it lacks, and what it has of that."""

    line_id: UUID
    has: int
    of: int


class Why(StrEnum):
    """Why units come from a warehouse, in the order in which the reasons count."""

    ONLY = "only"  # no other has them
    OPEN = "open"  # a parcel of the order leaves there already
    REACH = "reach"  # no service brings it from the others
    DAYS = "days"  # it arrives earlier from there
    NEAR = "near"  # it is nearer
    FIRST = "first"  # it stands first on the seller's list
    SPLIT = "split"  # none has them all
    REACHED = "reached"  # one has, and no service brings it from there
    MOVED = "moved"  # a person has chosen it


@dataclass(frozen=True, slots=True)
class Source:
    """What was chosen: {(line, warehouse): units}, and why; `lacks`: of the others.

    `beyond`: warehouses with units that are still lacking, from which no service brings them.
    """

    given: dict[tuple[UUID, UUID], int]
    why: Why = Why.ONLY
    lacks: dict[UUID, Lack] = field(default_factory=dict)
    beyond: tuple[UUID, ...] = ()


def source(wants: Sequence[Want], houses: Sequence[House], left: Left) -> Source:
    """Choose warehouses and take the units out of `left`.

    As many units as there are where a service brings them from; then the fewest parcels; then what
    costs least; then the order of the seller's list.
    """
    needed: Counter[UUID] = Counter()
    for want in wants:
        needed[want.product_id] += want.units
    having = [house for house in houses if _had(needed, [house], left)]
    reached = [house for house in having if house.days < UNREACHED]
    unreached = [house for house in having if house.days >= UNREACHED]
    most = _had(needed, reached, left)
    helps = _had(needed, having, left) > most
    beyond = tuple(house.id for house in unreached) if helps else ()
    if not reached:
        return Source({}, beyond=beyond)
    sets = [found for found in _sets(reached) if _had(needed, found, left) == most]
    best = min(sets, key=_cost)
    chosen = sorted(best, key=_rank)
    would_do = any(_had(needed, [house], left) >= most for house in unreached)
    why = _why(chosen, sets, would_do=would_do)
    lacks = {
        house.id: lack
        for house in houses
        if (len(chosen) > 1 or house not in chosen) and (lack := _lack(wants, house, left))
    }
    return Source(_take(wants, chosen, left), why, lacks, beyond)


def _sets(houses: Sequence[House]) -> Iterator[tuple[House, ...]]:
    """Every set of them, small ones first."""
    for number in range(1, len(houses) + 1):
        yield from combinations(houses, number)


def _had(needed: Mapping[UUID, int], houses: Iterable[House], left: Left) -> int:
    """How many of the needed units these warehouses have together."""
    ids = [house.id for house in houses]
    return sum(
        min(units, sum(max(0, left.get((product_id, pk), 0)) for pk in ids))
        for product_id, units in needed.items()
    )


def _cost(houses: Sequence[House]) -> tuple[Any, ...]:
    """What is compared: parcels more than there are, parcels, days, distance, list places."""
    return (
        sum(not house.is_open for house in houses),
        len(houses),
        sum(house.days for house in houses),
        sum(house.distance for house in houses),
        sorted(house.position for house in houses),
    )


def _rank(house: House) -> tuple[int, int, int, int]:
    return (not house.is_open, house.days, house.distance, house.position)


def _why(chosen: Sequence[House], sets: Sequence[Sequence[House]], *, would_do: bool) -> Why:
    """What decided: the first part of the cost in which the best other set of one is dearer.

    `would_do`: one from which no service brings it has as much.
    """
    if len(chosen) > 1:
        if any(len(found) == 1 for found in sets):
            return Why.OPEN
        return Why.REACHED if would_do else Why.SPLIT
    others = [found for found in sets if len(found) == 1 and found[0] != chosen[0]]
    if not others:
        return Why.REACH if would_do else Why.ONLY
    best, mine = min(others, key=_cost)[0], chosen[0]
    if mine.is_open and not best.is_open:
        return Why.OPEN
    if mine.days != best.days:
        return Why.DAYS
    return Why.NEAR if mine.distance != best.distance else Why.FIRST


def _lack(wants: Sequence[Want], house: House, left: Left) -> Lack | None:
    """The first line of which it has too little, beside the lines before; None: it has all."""
    rest: Counter[UUID] = Counter()
    for want in wants:
        has = max(0, left.get((want.product_id, house.id), 0) - rest[want.product_id])
        if has < want.units:
            return Lack(want.line_id, has, want.units)
        rest[want.product_id] += want.units
    return None


def _take(
    wants: Sequence[Want], houses: Sequence[House], left: Left
) -> dict[tuple[UUID, UUID], int]:
    """Take each line whole from the best warehouse that has it so, else in their order."""
    given: dict[tuple[UUID, UUID], int] = {}
    for want in wants:
        free = {house.id: max(0, left.get((want.product_id, house.id), 0)) for house in houses}
        whole = [pk for pk, units in free.items() if units >= want.units]
        missing = want.units
        for pk in whole[:1] or free:
            if units := min(missing, free[pk]):
                given[want.line_id, pk] = units
                left[want.product_id, pk] -= units
                missing -= units
    return given
