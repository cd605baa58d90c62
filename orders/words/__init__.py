"""What pages say, in the language of whoever reads: one catalogue a language, `locale/`."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from orders.words.catalogue import catalogue


def say(text: str, /, **values: Any) -> str:
    """Say an English text in the language of this request; `{name}` is filled in."""
    said = catalogue(get_language()).gettext(text) if text else ""
    return said.format(**values) if values else said


def say_count(number: int, one: str, many: str, /, **values: Any) -> str:
    """Say the text that fits a number: a language may have more than two."""
    said = catalogue(get_language()).ngettext(one, many, number)
    return said.format(**values) if values else said


def inside(label: str) -> str:
    """A label inside of a sentence: it begins small, but in German, whose nouns never do."""
    language = get_language()
    if language == "de":
        return label
    return label.lower() if language == "en" else label[:1].lower() + label[1:]


# For constants: the language is not known yet when a module is read.
say_later = lazy(say, str)
