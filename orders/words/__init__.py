"""What pages say, in the language of whoever reads: one catalogue a language, `locale/`."""

from collections.abc import Iterable
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


def say_as(noun: str, label: str) -> str:
    """Say a label that agrees with a noun: a commande is “reçue”, a colis “reçu”."""
    said = catalogue(get_language()).pgettext(noun, label)
    return say(label) if said == label else said


def state(row: Any) -> str:
    """The status of a row, which agrees with what the row is."""
    return say_as(row._meta.model_name, str(row.get_status_display()))


def inside(label: str) -> str:
    """A label inside of a sentence: it begins small, but in German, whose nouns never do."""
    language = get_language()
    if language == "de":
        return label
    return label.lower() if language == "en" else label[:1].lower() + label[1:]


def predicate(label: str) -> str:
    """A state after “is”: it begins small in every language, as none of them is a noun."""
    return label.lower() if get_language() == "en" else label[:1].lower() + label[1:]


def said_choices(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Choices of a field, whose labels are said where they are shown."""
    return [(value, say_later(str(label))) for value, label in choices]


# For constants: the language is not known yet when a module is read.
say_later = lazy(say, str)
