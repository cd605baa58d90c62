"""Validation of custom texts: normalisation, and all problems of each part."""

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
from orders.words import say

Parts = Mapping[str, str]
ByLanguage = Mapping[str, Parts]

# Name -> its meaning; only the seller digest lists deliveries.
FOR_WRITERS = {
    name: meaning for name, meaning in VARIABLES.items() if name not in ("count", "deliveries")
}
KNOWN = frozenset(FOR_WRITERS)
ONE_LINE = frozenset({"subject", "heading", "sms"})
REQUIRED = frozenset({"subject", "body", "sms"})
LONGEST = {"subject": 800, "heading": 800, "body": 4_000, "closing": 4_000, "sms": 600}
# Control characters, surrogates and line separators; and characters that change the direction of
# the text around them.
CONTROL_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e")
# Variables that are never empty.
ALWAYS = {"seller": "Shop", "order": "#1", "link": "https://shop.example", "parcels": 1}


def languages_of(seller: Seller) -> list[str]:
    """Return the languages of a seller's texts: those chosen, else the seller's own and English."""
    chosen = settings_of(seller).languages or (spoken(seller.language), "en")
    return [language for language in LANGUAGES if language in chosen]


def missing(seller: Seller, texts: ByLanguage) -> list[str]:
    """Return the languages of a seller for which these texts are missing."""
    return [language for language in languages_of(seller) if not texts.get(language)]


def normalized(given: Parts) -> dict[str, str]:
    """Normalise line ends and strip spaces of every part."""
    return {
        part: given.get(part, "").replace("\r\n", "\n").replace("\r", "\n").strip()
        for part in PARTS
    }


def problems_in(parts: Parts) -> dict[str, list[str]]:
    """Validate the parts: {part: its problems}, empty where all is well."""
    found = {part: list(_problems(part, parts[part])) for part in PARTS}
    return {part: problems for part, problems in found.items() if problems}


def fingerprint(version: TextVersion | None, language: str) -> str:
    """Hash what a form shows (optimistic lock): another hash later means that somebody saved."""
    shown = [version.number, version.texts.get(language)] if version else [0, None]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def default_parts(template: str, language: str) -> dict[str, str]:
    """Return the default texts by part, with which a form begins."""
    return default_texts(template, language)._asdict()


def _problems(part: str, text: str) -> Iterator[str]:
    if not text:
        if part in REQUIRED:
            yield say("expected a text, got nothing")
        return
    if len(text) > LONGEST[part]:
        yield say(
            "expected at most {most} characters, got {given}", most=LONGEST[part], given=len(text)
        )
    yield from _control_problems(part, text)
    wrong = problems_of(text, KNOWN)
    yield from wrong or _render_problems(part, text)


def _control_problems(part: str, text: str) -> Iterator[str]:
    if part in ONE_LINE and "\n" in text:
        yield say("expected one line")
    others = {char for char in text if char != "\n" and _is_control(char)}
    if others:
        names = ", ".join(f"U+{ord(char):04X}" for char in sorted(others)[:5])
        yield say("contains characters that cannot be displayed: {names}", names=names)


def _is_control(char: str) -> bool:
    return char in BIDI_CONTROLS or unicodedata.category(char) in CONTROL_CATEGORIES


def _render_problems(part: str, text: str) -> Iterator[str]:
    """Find mistakes that show only when rendering: with all variables, and with few."""
    try:
        said = [fill(text, values) for values in _samples()]
    except TextError as error:
        yield str(error)
        return
    if part in REQUIRED and not all(map(one_line, said)):
        yield say("is empty when its variables are empty")


def _samples() -> Iterable[Mapping[str, Any]]:
    full = dict.fromkeys(VARIABLES, "x") | ALWAYS
    return full, dict.fromkeys(VARIABLES) | ALWAYS
