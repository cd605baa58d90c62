"""Template tags of the customer's pages: phrases filled in, names and numbers isolated."""

from collections.abc import Mapping
from typing import Any, cast

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from fulfillment.tracking import compiled
from fulfillment.tracking.languages.filling import counted, marked_up, number

register = template.Library()


@register.simple_tag
def say(text: str, /, **values: object) -> SafeString:
    """Fill in a phrase; each name stands in a `bdi` of its own."""
    return marked_up(text, **values)


@register.simple_tag
def fill(text: str, /, **values: str) -> str:
    """Fill words of our own into a phrase: nothing that needs an element."""
    return text.format(**values)


@register.simple_tag(takes_context=True)
def count(context: Mapping[str, Any], forms: Mapping[str, str], amount: int) -> str:
    """Fill in a counted phrase in the language of the page."""
    return counted(forms, amount, context["language"])


@register.simple_tag(takes_context=True)
def amount(context: Mapping[str, Any], units: int) -> str:
    """A number as the language of the page writes it."""
    return number(units, context["language"])


@register.simple_tag
def code(text: str) -> SafeString:
    """A number that is read letter by letter, from left to right."""
    return compiled.code(text)


@register.simple_tag
def kept_together(text: str) -> SafeString:
    """A text in which no line ends within hours, a day or the number of a return."""
    return compiled.kept_together(text)


@register.simple_tag(takes_context=True)
def part_of_page(context: Context, name: str) -> SafeString:
    """A part that the tracking page has as well, with what this page knows."""
    given = cast("dict[str, Any]", context.flatten())
    return compiled.part(name, given["language"], given)
