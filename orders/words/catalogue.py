"""Reads a language's catalogue, a .po file: it is compiled in memory, once a process."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings


def catalogue(language: str | None) -> NullTranslations:
    """The texts of a language of ours; English for any other.

    None of Django's own catalogues is asked: its "Order" is one of rows, REIHENFOLGE in German.
    """
    return _read(settings.WORDS_FOLDER, language or "en")


@cache
def _read(folder: Path, language: str) -> NullTranslations:
    path = folder / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
