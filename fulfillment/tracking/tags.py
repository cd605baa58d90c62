"""Template tags of the customer's pages: phrases filled in, names and numbers isolated."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fulfillment.tracking.languages import page_words
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
@cache
def push_words(language: str) -> SafeString:
    """What the script of browser notifications says, as attributes of an element."""
    words = page_words(language)
    texts = [*words.push.items()]
    texts += [(f"{state}-button", text) for state, text in words.push_button.items()]
    return format_html_join("", ' data-{}="{}"', texts)


@register.simple_tag
def mail_link(address: str) -> SafeString:
    """The link that writes to an address."""
    return format_html('<a href="mailto:{0}"><bdi>{0}</bdi></a>', address)


@register.simple_tag
def checked_at(clock: str) -> SafeString:
    """The time of the last look, which the script of the page moves on."""
    return format_html('<span id="checked">{}</span>', clock)


@register.simple_tag
def code(text: str) -> SafeString:
    """A number that is read letter by letter, from left to right."""
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', text)
