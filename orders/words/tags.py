"""Template tags that say texts, days and amounts: `{% say "Stop {number}" number=3 %}`."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from orders import words
from orders.words.catalogue import catalogue
from orders.words.retelling import retold
from orders.words.writing import figure, for_how_long, grouped, percent, written

register = template.Library()


@register.simple_tag
def say(text: str, /, **values: Any) -> SafeString:
    """Say a text of the template itself, which may have tags; values are escaped."""
    return spoken()["say"](text, **values)


@register.simple_tag
def say_count(number: int, one: str, many: str, /, **values: Any) -> SafeString:
    """The same for a number: `{% say_count n "{n} unit" "{n} units" n=n %}`."""
    return spoken()["say_count"](number, one, many, **values)


def spoken() -> dict[str, Callable[..., SafeString]]:
    """`say` and `say_count` in the language of now: a part of a page asks for it once."""
    return _spoken(catalogue(get_language()))


@cache
def _spoken(of: NullTranslations) -> dict[str, Callable[..., SafeString]]:
    def say(text: str, /, **values: Any) -> SafeString:
        said = of.gettext(text) if text else ""
        return _safe(said.format(**_escaped(values)) if values else said)

    def say_count(number: int, one: str, many: str, /, **values: Any) -> SafeString:
        said = of.ngettext(one, many, number)
        return _safe(said.format(**_escaped(values)) if values else said)

    return {"say": say, "say_count": say_count}


@register.filter(name="say")
def said(text: object) -> str:
    """Say a text that a constant or a choice holds; escaped as any other value."""
    return words.say(str(text))


@register.filter
def say_as(label: object, noun: str) -> str:
    """Say a label that agrees with a noun, as `words|say_as:"order"`."""
    return words.say_as(noun, str(label))


@register.filter
def stored(sentence: object) -> str:
    """A sentence that was stored in English: said again, else marked as what it is."""
    said = retold(str(sentence))
    if said is None:
        return format_html('<bdi lang="en" dir="ltr">{}</bdi>', sentence)
    return said


@register.filter
def state(row: Any) -> str:
    """The status of a row, which agrees with what the row is."""
    return words.state(row)


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


@register.filter(name="percent")
def share(value: float) -> str:
    """A share in percent, with one digit behind the point."""
    return percent(value)


@register.filter(name="grouped")
def whole(number: int) -> str:
    """A whole number with its groups."""
    return grouped(number)


@register.simple_tag
def lasting(since: datetime, now: datetime, *, at_most: bool = False) -> str:
    """“for 2 days”, or “just now”; `at_most` of several: the longest."""
    return for_how_long(since, now, at_most=at_most)


def _escaped(values: dict[str, Any]) -> dict[str, str]:
    return {name: conditional_escape(value) for name, value in values.items()}


def _safe(text: str) -> SafeString:
    # The text is ours, of a template or a catalogue, and its values are escaped. `mark_safe` would
    # first look for a lazy text, of which there is none, and a page says hundreds.
    return SafeString(text)


@register.filter
def in_my_language(words: Mapping[str, str]) -> str:
    """Of words by language those in the language of this page; "" where there are none."""
    return str(words.get(get_language() or "", ""))
