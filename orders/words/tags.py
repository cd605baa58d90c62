"""Template tags that say texts: `{% say "Stop {number}" number=3 %}`, `{{ "Pick"|say }}`."""

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from orders import words

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


def _escaped(values: dict[str, Any]) -> dict[str, str]:
    return {name: conditional_escape(value) for name, value in values.items()}


def _safe(text: str) -> SafeString:
    # The text is ours, of a template or a catalogue, and its values are escaped.
    return mark_safe(text)  # noqa: S308
