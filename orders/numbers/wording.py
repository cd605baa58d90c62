"""Figures in words: a share with its denominator, what changed, and "too few to say"."""

from typing import NamedTuple

from orders.models import NumberFact, Return
from orders.numbers.counting import Tally
from orders.numbers.figures import Figure

MINUTE, HOUR, DAY = 60, 3_600, 86_400
FEW_WORDS = "Too few to say"
LABELS = dict(NumberFact.Outcome.choices) | dict(Return.Reason.choices)
SOME = 0.05  # points; less is the same to a reader


class Shown(NamedTuple):
    """A figure of a page: its value, the words beneath it, and what changed.

    `outcome` is what it counts of all; empty where it counts all.
    """

    figure: Figure
    now: Tally
    value: str
    is_few: bool
    counted: str
    outcome: str
    some: str
    all: str
    beside: str
    change: str
    direction: str


def shown(now: Tally, before: Tally) -> Shown:
    """A figure in words, beside the period before."""
    change, direction = _change(now, before)
    return Shown(
        figure=now.figure,
        now=now,
        value=value_of(now),
        is_few=value_of(now) == FEW_WORDS,
        counted=counted_of(now),
        outcome="" if now.median is not None else "".join(now.figure.counted),
        some=f"{now.counted:,}",
        all=f"{now.total:,}",
        beside=_beside(now),
        change=change,
        direction=direction,
    )


def value_of(tally: Tally) -> str:
    """The value of a figure; words where there are too few to say."""
    if not tally.figure.counted:
        return f"{tally.total:,}"
    if tally.is_few:
        return FEW_WORDS
    if tally.median is not None:
        return duration(tally.median)
    return f"{tally.share or 0:.1f} %"


def counted_of(tally: Tally) -> str:
    """How many of how many."""
    if tally.median is not None or not tally.figure.counted or not tally.total:
        return f"{tally.total:,} {tally.figure.things}"
    return f"{tally.counted:,} of {tally.total:,} {tally.figure.things}"


def duration(seconds: float) -> str:
    """How long it took, to the minute under a day, else to the hour."""
    minutes = round(seconds / MINUTE)
    days, rest = divmod(minutes, DAY // MINUTE)
    hours, left = divmod(rest, HOUR // MINUTE)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {left:02} min" if hours else f"{left} min"


def outcome_label(outcome: str) -> str:
    return str(LABELS.get(outcome, outcome))


def _beside(tally: Tally) -> str:
    if tally.nine_of_ten is None or tally.is_few:
        return ""
    return f"median; 9 of 10 within {duration(tally.nine_of_ten)}"


def _change(now: Tally, before: Tally) -> tuple[str, str]:
    """(what changed since the period before, "better", "worse" or "")."""
    if not now.figure.counted:
        return f"{before.total:,} before", ""
    if now.is_few or before.is_few:
        return ("" if now.is_few else "Before: too few to say"), ""
    if now.median is not None and before.median is not None:
        by = round((now.median - before.median) / MINUTE)
        words = f"{duration(abs(by) * MINUTE)} {'longer' if by > 0 else 'shorter'} than before"
        return (words, _direction(now.figure, by)) if by else ("As before", "")
    points = (now.share or 0) - (before.share or 0)
    if abs(points) < SOME:
        return "As before", ""
    sign = "+" if points > 0 else "−"
    words = f"{sign}{abs(points):.1f} points, {value_of(before)} before"
    return words, _direction(now.figure, points)


def _direction(figure: Figure, by: float) -> str:
    if not by:
        return ""
    return "worse" if (by > 0) == figure.less_is_better else "better"
