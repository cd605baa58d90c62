"""Rows of the file of numbers: each figure in total, then by member, with what it counts."""

from collections.abc import Iterator
from datetime import datetime

from fulfillment.dashboard.queries.numbers.showing import NO_CARRIER, names_of
from orders.access import Viewer
from orders.numbers.counting import Part, Period, Tally, members, tallies
from orders.numbers.figures import FIGURES
from orders.numbers.wording import outcome_label

HEADS = [
    "By", "Name", "Number", "Of what", "First day", "Last day", "Percent", "Counted", "Total",
    "Median hours", "9 of 10 within hours", "Parts", "Definition",
]  # fmt: skip
TOTAL = "total"
HOUR = 3_600
Rows = Iterator[list[object]]


def table_of(
    viewer: Viewer, period: Period, part: Part, now: datetime, *, ways: tuple[str, ...]
) -> Rows:
    """Heads, then the figures of the period and of the one before, then of each member."""
    yield list(HEADS)
    pairs = tallies(viewer, period, part, now)
    for when, place in ((period, 0), (period.before, 1)):
        for figure in FIGURES:
            yield _row(TOTAL, "", pairs[figure.code][place], when)
    for by in ways:
        names = names_of(viewer, by)
        found = members(viewer, period, part, now, by=by)
        for key, tally in sorted(found.items(), key=lambda each: str(each[0])):
            for figure in FIGURES:
                if figure.by_carrier or by != "carrier":
                    name = names.get(key) or str(NO_CARRIER)
                    yield _row(by, name, tally[figure.code], period)


def _row(by: str, name: str, tally: Tally, period: Period) -> list[object]:
    """Where there are too few to say, percent and hours are empty; the counts are there."""
    figure = tally.figure
    is_said = not tally.is_few
    has_share = tally.share is not None and tally.median is None
    parts = "; ".join(
        f"{outcome_label(code)} {count}" for code, count in sorted(tally.outcomes.items()) if count
    )
    return [
        by, name, figure.title, figure.things, period.first, period.last,
        f"{tally.share:.1f}" if has_share else "",
        tally.counted if figure.counted else "", tally.total,
        f"{tally.median / HOUR:.2f}" if tally.median is not None and is_said else "",
        f"{tally.nine_of_ten / HOUR:.2f}" if tally.nine_of_ten is not None and is_said else "",
        parts, figure.meaning,
    ]  # fmt: skip
