"""Figures in words: a share with its denominator, what changed, and "too few to say"."""

from typing import NamedTuple

from orders.models import NumberFact, Return
from orders.numbers.counting import Tally
from orders.numbers.figures import Figure
from orders.words import say, say_later
from orders.words.writing import figure, grouped, percent

MINUTE, HOUR, DAY = 60, 3_600, 86_400
FEW_WORDS = say_later("Too few to say")
FEW_BEFORE = say_later("Before: too few to say")
AS_BEFORE = say_later("As before")
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
        is_few=bool(now.figure.counted) and now.is_few,
        counted=counted_of(now),
        outcome="" if now.median is not None else "".join(now.figure.counted),
        some=grouped(now.counted),
        all=grouped(now.total),
        beside=_beside(now),
        change=change,
        direction=direction,
    )


def value_of(tally: Tally) -> str:
    """The value of a figure; words where there are too few to say."""
    if not tally.figure.counted:
        return grouped(tally.total)
    if tally.is_few:
        return str(FEW_WORDS)
    if tally.median is not None:
        return duration(tally.median)
    return percent(tally.share or 0)


def counted_of(tally: Tally) -> str:
    """How many of how many, with what they are."""
    things = say(tally.figure.things)
    if _counts_all(tally):
        return say("{number} {things}", number=grouped(tally.total), things=things)
    some, all_ = grouped(tally.counted), grouped(tally.total)
    return say("{some} of {all} {things}", some=some, all=all_, things=things)


def some_of(tally: Tally) -> str:
    """How many of how many."""
    if _counts_all(tally):
        return grouped(tally.total)
    return say("{some} of {all}", some=grouped(tally.counted), all=grouped(tally.total))


def _counts_all(tally: Tally) -> bool:
    return tally.median is not None or not tally.figure.counted or not tally.total


def duration(seconds: float) -> str:
    """How long it took, to the minute under a day, else to the hour."""
    minutes = round(seconds / MINUTE)
    days, rest = divmod(minutes, DAY // MINUTE)
    hours, left = divmod(rest, HOUR // MINUTE)
    if days:
        return say("{days} d {hours} h", days=days, hours=hours)
    if hours:
        return say("{hours} h {minutes} min", hours=hours, minutes=f"{left:02}")
    return say("{minutes} min", minutes=left)


def outcome_label(outcome: str) -> str:
    return say(str(LABELS.get(outcome, outcome)))


def _beside(tally: Tally) -> str:
    if tally.nine_of_ten is None or tally.is_few:
        return ""
    return say("median; 9 of 10 within {time}", time=duration(tally.nine_of_ten))


def _change(now: Tally, before: Tally) -> tuple[str, str]:
    """(what changed since the period before, "better", "worse" or "")."""
    if not now.figure.counted:
        return say("{number} before", number=grouped(before.total)), ""
    if now.is_few or before.is_few:
        return ("" if now.is_few else str(FEW_BEFORE)), ""
    if now.median is not None and before.median is not None:
        by = round((now.median - before.median) / MINUTE)
        told = "{time} longer than before" if by > 0 else "{time} shorter than before"
        words = say(told, time=duration(abs(by) * MINUTE))
        return (words, _direction(now.figure, by)) if by else (str(AS_BEFORE), "")
    points = (now.share or 0) - (before.share or 0)
    if abs(points) < SOME:
        return str(AS_BEFORE), ""
    return points_since(points, before.share or 0), _direction(now.figure, points)


def points_since(points: float, before: float) -> str:
    """By how many points a share has changed, and what it was."""
    sign = "+" if points > 0 else "−"
    return say(
        "{change} points, {share} before",
        change=f"{sign}{figure(f'{abs(points):.1f}')}",
        share=percent(before),
    )


def _direction(figure: Figure, by: float) -> str:
    if not by:
        return ""
    return "worse" if (by > 0) == figure.less_is_better else "better"
