"""Days, moments and numbers as the language of this request writes them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal
from django.template.defaultfilters import date as english
from django.utils.timesince import timesince
from django.utils.translation import get_language

from orders.words import say

ENGLISH = "en"
# A format of Django's, which writes English, and the skeleton of its day in CLDR for the others.
SKELETONS = {
    "D j M": "MMMEd",
    "D j M Y": "yMMMEd",
    "j F Y": "yMMMMd",
    "j M": "MMMd",
    "j M Y": "yMMMd",
    "l, j F": "MMMMEEEEd",
    "l, j F Y": "yMMMMEEEEd",
}
CLOCK = "H:i"
CLOCKS = {"": "%H:%M", ":s": "%H:%M:%S"}  # by what follows


def written(moment: date | datetime | None, form: str) -> str:
    """A day or a moment, in its own time zone, in one of these forms; also with the hour."""
    before, clock, seconds = form.partition(f" {CLOCK}")
    day = before.rstrip(",")
    if not moment or day not in SKELETONS:
        return str(english(moment, form))
    language = get_language() or ENGLISH
    said = _day_written(moment.date() if isinstance(moment, datetime) else moment, day, language)
    if not clock:
        return said
    comma = before[len(day) :] if language == ENGLISH else _comma()
    return f"{said}{comma} {moment.strftime(CLOCKS[seconds])}"


@lru_cache(maxsize=4096)
def _day_written(day: date, form: str, language: str) -> str:
    """A page names few days, each in many rows."""
    if language == ENGLISH:
        return str(english(day, form))
    return str(format_skeleton(SKELETONS[form], day, locale=language))


def isolated(text: str) -> str:
    """A name or a code inside of a sentence: its signs stay beside it where Arabic runs."""
    return f"\u2068{text}\u2069" if get_language() == "ar" else text


def listed(parts: Sequence[str]) -> str:
    """“a, b and c”; in English without a comma before the last."""
    language = get_language() or ENGLISH
    return format_list(parts, locale="en_GB" if language == ENGLISH else language)


def with_commas(parts: Iterable[str]) -> str:
    """“a, b, c”, with the comma of the language."""
    return f"{_comma()} ".join(parts)


def _comma() -> str:
    return "،" if get_language() == "ar" else ","


def any_of(parts: Sequence[str]) -> str:
    """“a, b or c”; in English without a comma before the last."""
    language = get_language() or ENGLISH
    return format_list(parts, style="or", locale="en_GB" if language == ENGLISH else language)


def age(since: datetime, now: datetime) -> str:
    """How long ago it was, in two units at most; "" within the first minute."""
    return "" if (now - since).total_seconds() < 60 else timesince(since, now)


def for_how_long(since: datetime, now: datetime, *, at_most: bool = False) -> str:
    """“for 2 days, 3 hours”, or “just now”; `at_most` of several: the longest."""
    if not (passed := age(since, now)):
        return say("just now")
    return say("for up to {age}", age=passed) if at_most else say("for {age}", age=passed)


def decimal(value: float) -> str:
    """A number with one digit behind the point, or the comma."""
    return str(format_decimal(value, "0.0", locale=get_language() or ENGLISH))


def percent(value: float) -> str:
    """A share with one digit behind the point and its sign, as near to it as the language sets."""
    language = get_language() or ENGLISH
    gap = {ENGLISH: " ", "ar": ""}.get(language, "\u00a0")
    return f"{figure(f'{value:.1f}')}{gap}%"


def grouped(number: int) -> str:
    """A whole number with its groups: 10,000."""
    return str(format_decimal(number, locale=get_language() or ENGLISH))


def figure(digits: str) -> str:
    """Digits with a point, as of an amount, as the language writes them; in English as they are."""
    language = get_language() or ENGLISH
    places = len(digits.partition(".")[2])
    form = f"#,##0.{'0' * places}" if places else "#,##0"
    if language == ENGLISH or not digits:
        return digits
    return str(format_decimal(Decimal(digits), form, locale=language))
