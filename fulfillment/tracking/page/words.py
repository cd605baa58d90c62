"""Formats days, hours and numbers of the tracking page; pure functions."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from babel.dates import format_date

TOGETHER = re.compile(r"(\d[\d:]*(?: [ap]m)?(?: – \d[\d:]*)? [ap]m,?|[A-Z][a-z]+day \d+(?: –)?)")


def day(on: date, today: date) -> str:
    """today, tomorrow, or Wednesday 25 November; with the year when it is not this one."""
    if on == today:
        return "today"
    if on == today + timedelta(days=1):
        return "tomorrow"
    return _date(on, today)


def days(first: date, last: date, today: date) -> str:
    """Wednesday 25 – Thursday 26 November; what is over is left out."""
    first = max(first, today)
    if first >= last:
        return day(last, today)
    if first == today:
        return f"by {day(last, today)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{format_date(first, 'EEEE d', locale='en')} – {_date(last, today)}"
    return f"{_date(first, today)} – {_date(last, today)}"


def whole_days(first: date, last: date, today: date) -> str:
    """Tuesday 24 – Wednesday 25 November, also where some of it is over."""
    if first == last:
        return near_day(last, today)
    if (first.year, first.month) == (last.year, last.month):
        return f"{format_date(first, 'EEEE d', locale='en')} – {_date(last, today)}"
    return f"{_date(first, today)} – {_date(last, today)}"


def near_day(on: date, today: date) -> str:
    """yesterday, today, tomorrow, or Wednesday 25 November."""
    return past_day(on, today) if on < today else day(on, today)


def past_day(on: date, today: date) -> str:
    """today, yesterday, or Wednesday 25 November."""
    return _date(on, today, near=True)


def by_day(on: date, today: date) -> str:
    """today, or by tomorrow, or by Wednesday 25 November: a deadline."""
    return "today" if on == today else f"by {day(on, today)}"


def until(on: date, today: date) -> str:
    """until tomorrow, until Wednesday 2 December: the last day of a chance."""
    return f"until {day(on, today)}"


def hour(at: datetime) -> str:
    """7 pm, 7:22 pm."""
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes} {_half(at)}"


def hours(starts: datetime, ends: datetime) -> str:
    """7 – 8 pm, 11 am – 12 pm."""
    first = hour(starts)
    if _half(starts) == _half(ends):
        first = first.removesuffix(f" {_half(starts)}")
    return f"{first} – {hour(ends)}"


def moment(at: datetime, today: date) -> str:
    """today at 7:22 pm, Wednesday 25 November at 7:22 pm."""
    return f"{past_day(at.date(), today)} at {hour(at)}"


def count(number: int, thing: str) -> str:
    """1 item, 2 items."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def are(number: int) -> str:
    return "is" if number == 1 else "are"


def listed(parts: Sequence[str]) -> str:
    """a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _date(on: date, today: date, *, near: bool = False) -> str:
    if near and on == today:
        return "today"
    if near and on == today - timedelta(days=1):
        return "yesterday"
    pattern = "EEEE d MMMM" if on.year == today.year else "EEEE d MMMM y"
    return format_date(on, pattern, locale="en")


def _half(at: datetime) -> str:
    return "am" if at.hour < 12 else "pm"


def pieces(text: str) -> list[tuple[str, bool]]:
    """A headline as (text, stays together) pieces: no line ends inside 7 – 8 pm or Tuesday 24."""
    parts = TOGETHER.split(text)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]
