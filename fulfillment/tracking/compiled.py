"""What the templates of the tracking page call that Jinja2 compiles: most of it, on each look."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from django.template.defaultfilters import capfirst
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from fulfillment.tracking.languages import page_words
from fulfillment.tracking.languages.filling import counted, marked_up, number
from fulfillment.tracking.page.steps import Step
from fulfillment.tracking.page.words import pieces
from fulfillment.tracking.wording import acts_in

ANY_LINK = "any-link"  # stands for the one of the page; no text of ours has it
# What a page may lack.
NOTHING: Mapping[str, Any] = {"brand": "", "page": None, "personal": None}


def callable_in(language: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page in this language is rendered with, and what its template may call."""
    return {
        **NOTHING,
        **given,
        "amount": lambda units: number(units, language),
        "capfirst": capfirst,
        "checked_at": checked_at,
        "code": code,
        "count": lambda forms, units: counted(forms, units, language),
        "kept_together": kept_together,
        "mail_link": mail_link,
        "marked_up": marked_up,
        "progress": lambda steps, label: _steps(tuple(steps), label, language),
        "same": partial(_same, language, given),
        "static": static,
    }


def part(name: str, language: str, given: Mapping[str, Any]) -> SafeString:
    """Render a part of a page that Django's templates make."""
    made = render_to_string(name, callable_in(language, given), using="parts")
    return mark_safe(made)  # noqa: S308 - it escapes


@lru_cache(maxsize=1024)
def mail_link(address: str) -> SafeString:
    """The link that writes to an address."""
    return format_html('<a href="mailto:{0}"><bdi>{0}</bdi></a>', address)


@lru_cache(maxsize=8640)  # all minutes of a day in all languages
def checked_at(clock: str) -> SafeString:
    """The time of what the page shows, which its script moves on while nothing has changed."""
    return format_html('<span id="checked">{}</span>', clock)


def kept_together(text: str) -> SafeString:
    """A text in which no line ends within hours, a day or the number of a return."""
    return format_html_join(
        "",
        "{}",
        (
            [format_html('<span class="together">{}</span>', part) if is_kept else part]
            for part, is_kept in pieces(text)
        ),
    )


def code(text: str) -> SafeString:
    """A number that is read letter by letter, from left to right."""
    return format_html('<bdi class="code" dir="ltr">{}</bdi>', text)


def _same(language: str, given: Mapping[str, Any], name: str) -> SafeString:
    """A part of the page that is the same for everybody in a language but for the link."""
    made = _part(name, language, given["push_key"])
    return mark_safe(made.replace(ANY_LINK, escape(given["token"])))  # noqa: S308 - ours, and escaped


@lru_cache(maxsize=64)
def _part(name: str, language: str, push_key: str) -> SafeString:
    words, say = page_words(language), acts_in(language)
    given = {"language": language, "words": words, "say": say, "push_key": push_key}
    return render_to_string(name, given | {"token": ANY_LINK})


@lru_cache(maxsize=512)
def _steps(steps: tuple[Step, ...], label: str, language: str) -> SafeString:
    """The steps of an order or a return: many are as far as each other."""
    given = {"steps": steps, "label": label, "words": page_words(language)}
    return render_to_string("track/_steps.html", given)
