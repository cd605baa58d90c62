"""Bars by day or week, as numbers for an SVG: what the page draws and the table beneath it says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from orders.models import NumberFact
from orders.numbers.figures import Figure
from orders.numbers.wording import outcome_label
from orders.words.writing import written

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 200, 36, 8, 22
MOST_BARS, WEEK, LABELS = 45, 7, 7
ALL = "all"  # the series of what has reasons instead of outcomes
STEPS = (1, 2, 5)

_O = NumberFact.Outcome
TONES = {
    ALL: "good",
    _O.INSIDE: "good",
    _O.ON_TIME: "good",
    _O.LEFT: "good",
    _O.AT_ONCE: "good",
    _O.PERFECT: "good",
    _O.FILLED: "good",
    _O.TOO_EARLY: "dots",
    _O.INCOMPLETE: "dots",
    _O.TOO_LATE: "stripes",
    _O.TARDY: "stripes",
    _O.UNTIMELY: "stripes",
    _O.NOT_AT_ONCE: "stripes",
    _O.SHORT: "stripes",
}


class Series(NamedTuple):
    """An outcome that the bars show, with its tone and its sum."""

    outcome: str
    label: str
    tone: str
    total: int


class Piece(NamedTuple):
    """A part of a bar."""

    y: float
    height: float
    tone: str


class Bar(NamedTuple):
    """A day, or some days, with the counts in the order of the series."""

    first: date
    last: date
    x: float
    width: float
    pieces: Sequence[Piece]
    counts: Sequence[int]
    label: str

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def centre(self) -> float:
        return self.x + self.width / 2


class Line(NamedTuple):
    """A line of the grid, with what it stands for."""

    y: float
    number: int


class Chart(NamedTuple):
    """Bars, a grid from zero, and the series of the legend."""

    bars: Sequence[Bar]
    lines: Sequence[Line]
    series: Sequence[Series]
    is_by_week: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    ground: int = HEIGHT - BOTTOM


def chart_of(figure: Figure, days: Mapping[date, Counter[str]]) -> Chart:
    """The chart of a figure; many days are drawn as weeks."""
    outcomes: Sequence[str] = figure.outcomes or (ALL,)
    is_by_week = len(days) > MOST_BARS
    groups = _grouped(days, WEEK if is_by_week else 1)
    rows = [
        (first, last, [counted.total() if one == ALL else counted[one] for one in outcomes])
        for first, last, counted in groups
    ]
    step, top = _scale(max((sum(counts) for *_, counts in rows), default=0))
    room = (WIDTH - LEFT) / max(len(rows), 1)
    unit = (HEIGHT - TOP - BOTTOM) / top
    every = ceil(len(rows) / LABELS)
    tones = [TONES.get(outcome, "bad") for outcome in outcomes]
    bars = [
        Bar(
            first=first,
            last=last,
            x=round(LEFT + room * (place + 0.15), 1),
            width=round(room * 0.7, 1),
            pieces=_pieces(counts, tones, unit),
            counts=counts,
            label=written(first, "j M") if place % every == 0 else "",
        )
        for place, (first, last, counts) in enumerate(rows)
    ]
    series = [
        Series(
            outcome,
            "" if outcome == ALL else outcome_label(outcome),
            tone,
            sum(counts[place] for *_, counts in rows),
        )
        for place, (outcome, tone) in enumerate(zip(outcomes, tones, strict=True))
    ]
    lines = [
        Line(round(HEIGHT - BOTTOM - number * unit, 1), number)
        for number in range(0, top + 1, step)
    ]
    return Chart(bars, lines, series, is_by_week)


def _grouped(days: Mapping[date, Counter[str]], size: int) -> list[tuple[date, date, Counter[str]]]:
    """(first day, last day, counts) of so many days each; the last group may be shorter."""
    found: list[tuple[date, date, Counter[str]]] = []
    for place, day in enumerate(sorted(days)):
        if place % size == 0:
            found.append((day, day, Counter()))
        first, _, counted = found[-1]
        found[-1] = first, first + timedelta(days=place % size), counted + days[day]
    return found


def _scale(most: int) -> tuple[int, int]:
    """(step of the grid, its top) for at most five steps, each 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * len(STEPS) >= most:
                return step * power, max(ceil(most / (step * power)), 1) * step * power
        power *= 10


def _pieces(counts: Sequence[int], tones: Sequence[str], unit: float) -> list[Piece]:
    found, y = [], float(HEIGHT - BOTTOM)
    for count, tone in zip(counts, tones, strict=True):
        if count:
            y -= count * unit
            found.append(Piece(round(y, 1), round(count * unit, 1), tone))
    return found
