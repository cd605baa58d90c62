"""How statements are said in each language, a file a language; `statements.py` binds them to facts.

Regular expressions, in small letters, of texts without the values of their variables. What says
less stands behind what says more: "not delivered" before "delivered".
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from notifications.editor.said import ar, de, en, es, fr, ja
from notifications.languages import phrases

SAID: Mapping[str, Mapping[str, str]] = {
    "en": en.SAID,
    "de": de.SAID,
    "fr": fr.SAID,
    "es": es.SAID,
    "ar": ar.SAID,
    "ja": ja.SAID,
}
# What begins a sentence that repeats an earlier message, and is no statement of this one.
QUOTES: Mapping[str, str] = {
    "en": en.QUOTE,
    "de": de.QUOTE,
    "fr": fr.QUOTE,
    "es": es.QUOTE,
    "ar": ar.QUOTE,
    "ja": ja.QUOTE,
}
# Also without the accents that a text message loses.
TYPED = str.maketrans("’–\u202f\u00a0\u2009áíóú", "'-   aiou")


def plainly(text: str) -> str:
    """Write a text as patterns are written: small, with plain apostrophes, dashes and spaces."""
    return text.translate(TYPED).lower()


@lru_cache(maxsize=16)
def patterns(language: str) -> "re.Pattern[str]":
    """Return one pattern of all statements of a language; the group that matched is the name."""
    failures = phrases(language).failures
    said = {f"failure_{code}": re.escape(plainly(text)) for code, text in failures.items()}
    said |= {name: text.translate(TYPED) for name, text in SAID[language].items()}
    return re.compile("|".join(f"(?P<{name}>{text})" for name, text in said.items()))


@lru_cache(maxsize=16)
def quote(language: str) -> "re.Pattern[str]":
    """Return the pattern of a sentence that repeats an earlier message."""
    return re.compile(QUOTES[language].translate(TYPED))
