"""A seller's own texts before they are kept: tidied, and everything that is wrong with them."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from notifications.channels.base import one_line
from notifications.languages import LANGUAGES, spoken
from notifications.languages.texts import PARTS, default_texts
from notifications.models import TextVersion
from notifications.models.settings import settings_of
from notifications.words.liquid import TextError, fill, problems_of
from notifications.words.values import VARIABLES
from orders.models import Seller

Parts = Mapping[str, str]
ByLanguage = Mapping[str, Parts]

# Name -> what it says; a list of deliveries is only told to sellers.
FOR_WRITERS = {
    name: meaning for name, meaning in VARIABLES.items() if name not in ("count", "deliveries")
}
KNOWN = frozenset(FOR_WRITERS)
ONE_LINE = frozenset({"subject", "heading", "sms"})
REQUIRED = frozenset({"subject", "body", "sms"})
LONGEST = {"subject": 800, "heading": 800, "body": 4_000, "closing": 4_000, "sms": 600}
# Control characters, surrogates, separators of lines; and what turns the direction of others' text.
UNWRITABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")
# What every message knows; the rest may be missing.
ALWAYS = {"seller": "Shop", "order": "#1", "link": "https://shop.example", "parcels": 1}


def languages_of(seller: Seller) -> list[str]:
    """In which languages a seller writes: those chosen, else the seller's own and English."""
    chosen = settings_of(seller).languages or (spoken(seller.language), "en")
    return [language for language in LANGUAGES if language in chosen]


def missing(seller: Seller, texts: ByLanguage) -> list[str]:
    """The languages of a seller in which these texts say nothing."""
    return [language for language in languages_of(seller) if not texts.get(language)]


def tidied(given: Parts) -> dict[str, str]:
    """Every part, with the ends of lines as we keep them and no blanks around."""
    return {
        part: given.get(part, "").replace("\r\n", "\n").replace("\r", "\n").strip()
        for part in PARTS
    }


def problems_in(parts: Parts) -> dict[str, list[str]]:
    """{part: everything that keeps it from being used}; empty where all is well."""
    found = {part: list(_problems(part, parts[part])) for part in PARTS}
    return {part: problems for part, problems in found.items() if problems}


def fingerprint(version: TextVersion | None, language: str) -> str:
    """What a form shows when it is opened: another one later means that somebody else saved."""
    shown = [version.number, version.texts.get(language)] if version else [0, None]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def our_parts(template: str, language: str) -> dict[str, str]:
    """Our own words, part by part: what a form begins with."""
    return default_texts(template, language)._asdict()


def _problems(part: str, text: str) -> Iterator[str]:
    if not text:
        if part in REQUIRED:
            yield "expected a text, got nothing"
        return
    if len(text) > LONGEST[part]:
        yield f"expected at most {LONGEST[part]} characters, got {len(text)}"
    yield from _unwritable(part, text)
    wrong = problems_of(text, KNOWN)
    yield from wrong or _breaks(part, text)


def _unwritable(part: str, text: str) -> Iterator[str]:
    if part in ONE_LINE and "\n" in text:
        yield "expected one line"
    others = {char for char in text if char != "\n" and _is_unwritable(char)}
    if others:
        names = ", ".join(f"U+{ord(char):04X}" for char in sorted(others)[:5])
        yield f"contains characters that cannot be displayed: {names}"


def _is_unwritable(char: str) -> bool:
    return char in TURNING or unicodedata.category(char) in UNWRITABLE


def _breaks(part: str, text: str) -> Iterator[str]:
    """Some mistakes show only when a text is filled in: with all that is known, and with little."""
    try:
        said = [fill(text, values) for values in _samples()]
    except TextError as error:
        yield str(error)
        return
    if part in REQUIRED and not all(map(one_line, said)):
        yield "is empty when its variables are empty"


def _samples() -> Iterable[Mapping[str, Any]]:
    full = dict.fromkeys(VARIABLES, "x") | ALWAYS
    return full, dict.fromkeys(VARIABLES) | ALWAYS
