"""Says a stored English sentence in the language of this request, by the text that made it."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import get_language

from orders.words.catalogue import catalogue
from orders.words.writing import isolated

ENGLISH = "en"
VALUE = re.compile(r"{(\w+)}")
FEWEST_LETTERS = 9  # around the values: “{some} of {all}” would make half of all sentences
# What a hold says of itself: its reason, then what a person typed.
HELD = "held"
# Where the next sentence begins: nothing of it is a value of the one before.
NEXT = r"[.!?] [A-Z]"
ENDS = re.compile(r"(?<=[.!?]) (?=[A-Z])")


class Shape(NamedTuple):
    """A text with values, as a pattern of what it says; `start` is what stands before the first."""

    start: str
    pattern: re.Pattern[str]
    text: str


def retold(sentence: str) -> str | None:
    """Say it again; None where no text of the catalogue says it, so that it stays English.

    Several sentences are said one by one where each can be.
    """
    language = get_language() or ENGLISH
    if language == ENGLISH or not sentence:
        return sentence
    parts = ENDS.split(sentence)
    if len(parts) > 1 and all(told := [_told(part, language) for part in parts]):
        return " ".join(filter(None, told))
    return _told(sentence, language)


def _told(sentence: str, language: str) -> str | None:
    words = catalogue(language)
    if (said := words.gettext(sentence)) != sentence:
        return said
    for shape in _shapes(settings.WORDS_FOLDER, language):
        if sentence.startswith(shape.start) and (found := shape.pattern.fullmatch(sentence)):
            values = {
                name: isolated(_of_hold(value, language) if name == HELD else value)
                for name, value in found.groupdict().items()
            }
            return words.gettext(shape.text).format(**values)
    return None


def _of_hold(value: str, language: str) -> str:
    reason, colon, typed = value.partition(": ")
    return f"{catalogue(language).gettext(reason)}{colon}{typed}"


@cache
def _shapes(folder: Path, language: str) -> list[Shape]:
    """The texts of a catalogue that have values, those that say most beside them first.

    None that begins with a value: “{box} is empty” would make a half of what a shop answers.
    """
    path = folder / f"{language}.po"
    if not path.exists():
        return []
    with path.open("rb") as file:
        texts = [row.id for row in read_po(file, locale=language) if isinstance(row.id, str)]
    valued = [text for text in texts if VALUE.search(text) and not VALUE.match(text)]
    sized = [(len(VALUE.sub("", text)), text) for text in valued]
    return [_shape(text) for size, text in sorted(sized, reverse=True) if size >= FEWEST_LETTERS]


def _shape(text: str) -> Shape:
    start, *rest = VALUE.split(text)
    seen: set[str] = set()
    pattern = re.escape(start)
    for name, literal in zip(rest[::2], rest[1::2], strict=True):
        value = f"(?:(?!{NEXT}).)+?" if literal else ".+?"
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{value})"
        pattern += re.escape(literal)
        seen.add(name)
    return Shape(start, re.compile(pattern, re.DOTALL), text)
