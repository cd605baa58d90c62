"""Fills values into the phrases of a language: names isolated, counts by their plural category."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from notifications.channels.base import END_OF_ISOLATE, ISOLATE
from notifications.languages import phrases
from notifications.words.wording import RIGHT_TO_LEFT


def filled(text: str, language: str, /, **values: object) -> str:
    """Fill in a phrase; a name that is read in the other direction keeps its own."""
    return text.format(**{name: _isolated(value, language) for name, value in values.items()})


def counted(forms: Mapping[str, str], amount: int, language: str, /, **values: object) -> str:
    """Fill in the form of a counted phrase that CLDR names for this number."""
    category = _locale(language).plural_form(amount)
    form = forms.get(category, forms["other"])
    return filled(form, language, count=number(amount, language), **values)


@lru_cache(maxsize=1024)
def dated(on: date, pattern: str, language: str) -> str:
    """A day by a pattern of CLDR; the first of a month as the language says it."""
    if on.day == 1:  # "1er" in French
        pattern = re.sub(r"\bd\b(?!')", phrases(language).first_of_month, pattern)
    return format_date(on, pattern, locale=language)


def number(count: int, language: str) -> str:
    """1,000 or 1.000, as the language groups its digits."""
    return str(count) if count < 1000 else format_decimal(count, locale=language)


def marked_up(text: str, /, **values: object) -> SafeString:
    """Fill in a phrase as HTML; what is not HTML already is a name in an element of its own."""
    return format_html(
        conditional_escape(text),
        **{
            name: value if isinstance(value, SafeString) else format_html("<bdi>{}</bdi>", value)
            for name, value in values.items()
        },
    )


def direction(language: str) -> str:
    """The value of `dir` in HTML."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _isolated(value: object, language: str) -> str:
    text = str(value)
    if not text or text.startswith(ISOLATE):
        return text
    turns = direction(language) == "rtl" or any(
        unicodedata.bidirectional(char) in {"R", "AL"} for char in text
    )
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if turns else text


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language)
