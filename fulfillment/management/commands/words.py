"""Bring the catalogues in locale/ up to date: new texts, empty, come in; what nobody says goes."""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand

from fulfillment.management.words import constants, labels
from fulfillment.management.words.extracting import texts_of
from fulfillment.spoken.parts import DASHBOARD, FLOOR, NAMES

# Lines of the head that say who wrote the file when: git knows better.
DATED = (
    b'"Project-Id', b'"Report-Msgid', b'"POT-', b'"PO-', b'"Last-', b'"Language-Team',
    b'"Generated',
)  # fmt: skip


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: Any, **_options: Any) -> None:
        for language in NAMES:
            if language != "en":
                path = settings.WORDS_FOLDER / f"{language}.po"
                missing = _update(path, language)
                self.stdout.write(f"{path.name}: {missing} texts without words")


def _update(path: Path, language: str) -> int:
    """Write a catalogue anew with the words that it has; returns how many it lacks."""
    old = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            old = read_po(file, locale=language)
    new = Catalog(locale=language, fuzzy=False)
    for said, files in sorted(texts_of(language).items()):
        key = said if len(said) > 1 else said[0]
        known = old.get(said[0])
        words = known.string if known and known.id == key else ""
        new.add(key, words, locations=[(name, 1) for name in sorted(files)])
    for noun, label in _agreeing(language):
        known = old.get(label, noun)
        new.add(label, known.string if known else "", context=noun)
    path.parent.mkdir(exist_ok=True)
    written = BytesIO()
    write_po(written, new, width=100, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(DATED)).lstrip())
    return sum(not _has_words(row) for row in new if row.id)


def _agreeing(language: str) -> dict[tuple[str, str], None]:
    """The labels that agree with a noun, each once: those of sellers, then those of the floor."""
    of_sellers = labels.agreeing() if language in DASHBOARD else ()
    of_floor = constants.agreeing() if language in FLOOR else ()
    return dict.fromkeys((*of_sellers, *of_floor))


def _has_words(row: Message) -> bool:
    """Whether each of its forms is there; a new one of several has none yet."""
    return all((row.string,) if isinstance(row.string, str) else row.string or ("",))
