"""Template tags of all pages: the choice of a language, what scripts say, what is made once."""

from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from django import template
from django.conf import settings
from django.template import Context, engines
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from fulfillment.spoken.parts import NAMES
from fulfillment.spoken.speaking import languages_of
from orders.values.places import countries
from orders.words.tags import spoken

register = template.Library()
HIDDEN = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'


@register.inclusion_tag("_language_choice.html", takes_context=True)
def language_choice(context: Context) -> dict[str, Any]:
    """Buttons with the languages of this page, each named in itself."""
    request = context["request"]
    return {
        "csrf_token": context.get("csrf_token"),
        "here": request.get_full_path(),
        "is_floor": request.path_info.startswith("/warehouse/"),
        "languages": [(code, NAMES[code]) for code in languages_of(request)],
        "spoken": NAMES.get(get_language() or "en", NAMES["en"]),
    }


@register.simple_tag
def head_of_floor() -> SafeString:
    """The styles and scripts of a screen on the floor: the same on each of a language."""
    language = get_language() or "en"
    # Whoever changes the template sees it at once.
    head = _head.__wrapped__ if settings.DEBUG else _head
    return head(settings.WORDS_FOLDER, language)


@cache
def _head(_words: Path, _language: str) -> SafeString:
    return render_to_string("warehouse/_head.html")


@register.simple_tag
def country_options(chosen: str) -> SafeString:
    """The options of a choice of countries: as many as all else on a page has."""
    options, marked = _country_options(get_language() or "en"), f'value="{chosen}"'
    return mark_safe(options.replace(marked, f"{marked} selected"))  # noqa: S308 - of ours


@cache
def _country_options(language: str) -> SafeString:
    option = '<option value="{}">{}</option>'
    return format_html_join("", option, countries(language).items())


@register.simple_tag
def address(name: str) -> str:
    """The address of a page that has no ids in it: looked up once a process."""
    return _address(name)


@cache
def _address(name: str) -> str:
    return reverse(name)


@register.simple_tag(takes_context=True)
def sent(context: Context) -> SafeString:
    """What each form of a screen sends along: a screen has several, and it is rendered once."""
    request = context["request"]
    made: tuple[object, SafeString] | None = getattr(request, "sent", None)
    if made is None or made[0] != context["client_id"]:
        template: Any = context.template
        rendered = template.engine.get_template("warehouse/_sent.html").render(context)
        made = request.sent = context["client_id"], rendered
    return made[1]


@register.simple_tag
def words_of_scripts() -> SafeString:
    """What static/words.js says, as data of the page; nothing in English."""
    return _as_data(settings.WORDS_FOLDER, get_language() or "en")


@cache
def _as_data(folder: Path, language: str) -> SafeString:
    """Of each text its words, or the forms of a number, by its English."""
    path = folder / f"{language}.po"
    if not path.exists():
        return SafeString()
    with path.open("rb") as file:
        rows = read_po(file, locale=language)
    found = {
        row.id if isinstance(row.id, str) else row.id[0]: row.string
        for row in rows
        if row.id and any(name.startswith("static/") for name, _ in row.locations)
    }
    return json_script(found, "words")


@register.simple_tag(takes_context=True)
def part(context: Context, name: str, /, **values: Any) -> SafeString:
    """Render a part that Jinja2 compiles, with these values alone and the token of forms."""
    token = context.get("csrf_token")
    values["csrf_input"] = format_html(HIDDEN, token) if token else ""
    values |= spoken()
    return mark_safe(engines["parts"].get_template(name).render(values))  # noqa: S308 - it escapes
