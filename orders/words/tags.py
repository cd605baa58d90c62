"""Template tags that say texts, days and amounts: `{% say "Stop {number}" number=3 %}`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from orders import words
from orders.words.writing import figure, for_how_long, written

register = template.Library()


@register.simple_tag
def say(text: str, /, **values: Any) -> SafeString:
    """Say a text of the template itself, which may have tags; values are escaped."""
    return _safe(words.say(text, **_escaped(values)))


@register.simple_tag
def say_count(number: int, one: str, many: str, /, **values: Any) -> SafeString:
    """The same for a number: `{% say_count n "{n} unit" "{n} units" n=n %}`."""
    return _safe(words.say_count(number, one, many, **_escaped(values)))


@register.filter(name="say")
def said(text: object) -> str:
    """Say a text that a constant or a choice holds; escaped as any other value."""
    return words.say(str(text))


@register.filter
def say_as(label: object, noun: str) -> str:
    """Say a label that agrees with a noun, as `words|say_as:"order"`."""
    return words.say_as(noun, str(label))


@register.filter
def state(row: Any) -> str:
    """The status of a row, which agrees with what the row is."""
    return words.state(row)


@register.filter
def stored(text: object) -> str:
    """A sentence that was stored in English: said where a catalogue has it, else marked."""
    said = words.say(str(text))
    if get_language() == "en":
        return conditional_escape(said)
    mark = format_html(' lang="en"') if said == text else ""
    return format_html("<bdi{}>{}</bdi>", mark, said)


@register.filter
def predicate(label: object) -> str:
    """A state after “is”: it begins small."""
    return words.predicate(str(label))


@register.filter
def inside(text: object) -> str:
    """A label inside of a sentence: it begins small, but in German, whose nouns never do."""
    return words.inside(str(text))


@register.filter(expects_localtime=True)
def when(moment: date | datetime | None, form: str) -> str:
    """A day or a moment in a form of `date`, as the language of the page writes it."""
    return written(moment, form)


@register.filter(name="figure")
def amount(digits: object) -> str:
    """Digits with a point, as the language of the page writes them."""
    return figure(str(digits))


@register.simple_tag
def lasting(since: datetime, now: datetime, *, at_most: bool = False) -> str:
    """“for 2 days”, or “just now”; `at_most` of several: the longest."""
    return for_how_long(since, now, at_most=at_most)


def _escaped(values: dict[str, Any]) -> dict[str, str]:
    return {name: conditional_escape(value) for name, value in values.items()}


def _safe(text: str) -> SafeString:
    # The text is ours, of a template or a catalogue, and its values are escaped.
    return mark_safe(text)  # noqa: S308


@register.filter
def in_my_language(words: Mapping[str, str]) -> str:
    """Of words by language those in the language of this page; "" where there are none."""
    return str(words.get(get_language() or "", ""))
