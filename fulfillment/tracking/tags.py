"""Template tags of the customer's pages: phrases filled in, names and numbers isolated."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.languages.filling import counted, marked_up, number
from fulfillment.tracking.page.steps import Step
from fulfillment.tracking.wording import acts_in

register = template.Library()
ANY_LINK = "any-link"  # stands for the one of the page; no text of ours has it


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


@register.simple_tag(takes_context=True)
def same(context: Mapping[str, Any], name: str) -> SafeString:
    """A part of the page that is the same for everybody in a language but for the link."""
    part = _part(name, context["language"], context["push_key"])
    return mark_safe(part.replace(ANY_LINK, escape(context["token"])))  # noqa: S308 - ours, and escaped


@register.simple_tag(takes_context=True)
def progress(context: Mapping[str, Any], steps: list[Step], label: str) -> SafeString:
    """The steps of an order or a return: many are as far as each other."""
    return _steps(tuple(steps), label, context["language"])


@lru_cache(maxsize=64)
def _part(name: str, language: str, push_key: str) -> SafeString:
    words, say = page_words(language), acts_in(language)
    given = {"language": language, "words": words, "say": say, "push_key": push_key}
    return render_to_string(name, given | {"token": ANY_LINK})


@lru_cache(maxsize=512)
def _steps(steps: tuple[Step, ...], label: str, language: str) -> SafeString:
    given = {"steps": steps, "label": label, "words": page_words(language)}
    return render_to_string("track/_steps.html", given)


@register.simple_tag
def mail_link(address: str) -> SafeString:
    """The link that writes to an address."""
    return format_html('<a href="mailto:{0}"><bdi>{0}</bdi></a>', address)


@register.simple_tag
def checked_at(clock: str) -> SafeString:
    """The time of what the page shows, which its script moves on while nothing has changed."""
    return format_html('<span id="checked">{}</span>', clock)


@register.simple_tag
def code(text: str) -> SafeString:
    """A number that is read letter by letter, from left to right."""
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', text)
