"""What the page of numbers shows: figures, their parts, a table by member, and a chart."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from orders.access import Viewer
from orders.carriers import CARRIERS
from orders.models import SalesChannel, Seller, Warehouse
from orders.numbers.counting import Part, Period, Tally, members, tallies
from orders.numbers.figures import BY_CODE, FIGURES, Figure
from orders.numbers.wording import (
    Shown,
    outcome_label,
    shown,
    some_of,
    value_of,
)
from orders.words import say, say_later

NO_CARRIER = say_later("No or several carriers")


class Outcome(NamedTuple):
    """One of the outcomes that a figure's things have, with how many."""

    code: str
    label: str
    number: int


class Parts(NamedTuple):
    """All things that a figure counts, by outcome: they add up to the total."""

    figure: Figure
    total: int
    outcomes: list[Outcome]


class Cell(NamedTuple):
    """A figure of one member in the table."""

    figure: Figure
    value: str
    counted: str
    total: int


class MemberRow(NamedTuple):
    """A channel, carrier or warehouse with its figures."""

    key: str
    name: str
    cells: list[Cell]


class Numbers(NamedTuple):
    """The whole page but the chart."""

    figures: list[Shown]
    parts: list[Parts]
    rows: list[MemberRow]
    heads: list[Figure]
    is_empty: bool


def numbers_of(viewer: Viewer, period: Period, part: Part, now: datetime, *, by: str) -> Numbers:
    """Count and word all figures of a period; five statements, whatever its length."""
    found = tallies(viewer, period, part, now)
    wanted = [figure for figure in FIGURES if figure.by_carrier or not part.carrier]
    heads = [figure for figure in wanted if figure.by_carrier or by != "carrier"]
    return Numbers(
        figures=[shown(*found[figure.code]) for figure in wanted],
        parts=list(_parts([found[figure.code][0] for figure in wanted])),
        rows=_rows(viewer, period, part, now, by=by, heads=heads),
        heads=heads,
        is_empty=not any(tally.total for pair in found.values() for tally in pair),
    )


def channels_of(viewer: Viewer) -> dict[UUID, str]:
    """{channel: its name}, with the seller's where the viewer has several."""
    rows = SalesChannel.objects.visible_to(viewer).select_related("seller").order_by("name", "pk")
    found = list(rows)
    several = len({row.seller_id for row in found}) > 1
    return {row.pk: f"{row.name} ({row.seller.name})" if several else row.name for row in found}


def warehouses_of(viewer: Viewer) -> dict[UUID, str]:
    """{warehouse: its name} of the sellers."""
    sellers = Seller.objects.visible_to(viewer)
    rows = Warehouse.objects.filter(served__seller__in=sellers).distinct().order_by("name", "pk")
    return dict(rows.values_list("pk", "name"))


def names_of(viewer: Viewer, by: str) -> dict[Any, str]:
    """{member: its name} of all that facts may be shown by."""
    if by == "carrier":
        return {code: say(carrier.name) for code, carrier in CARRIERS.items()}
    return dict(channels_of(viewer) if by == "channel" else warehouses_of(viewer))


def _parts(found: list[Tally]) -> Iterator[Parts]:
    """Each number once: what is early is a part of the windows."""
    seen = set()
    for tally in found:
        figure = tally.figure
        if figure.number in seen or not tally.total:
            continue
        seen.add(figure.number)
        codes = figure.outcomes or [code for code, _ in tally.outcomes.most_common()]
        outcomes = [Outcome(code, outcome_label(code), tally.outcomes[code]) for code in codes]
        yield Parts(figure, tally.total, outcomes)


def _rows(
    viewer: Viewer, period: Period, part: Part, now: datetime, *, by: str, heads: list[Figure]
) -> list[MemberRow]:
    found = members(viewer, period, part, now, by=by)
    names = names_of(viewer, by)
    rows = [
        MemberRow(
            key=str(key),
            name=names.get(key) or str(NO_CARRIER),
            cells=[_cell(tally[figure.code]) for figure in heads],
        )
        for key, tally in found.items()
        if any(tally[figure.code].total for figure in heads)
    ]
    first = FIGURES[0].code
    sizes = {str(key): tally[BY_CODE[first].code].total for key, tally in found.items()}
    return sorted(rows, key=lambda row: (not row.key, -sizes[row.key], row.name))


def _cell(tally: Tally) -> Cell:
    return Cell(tally.figure, value_of(tally), some_of(tally), tally.total)
