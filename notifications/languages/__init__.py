"""The languages of messages: date formats and phrases, one file a language."""

from functools import lru_cache

from notifications.languages import ar, de, en, es, fr, ja
from notifications.languages.phrases import Phrases

PHRASES: dict[str, Phrases] = {
    "en": en.PHRASES,
    "de": de.PHRASES,
    "fr": fr.PHRASES,
    "es": es.PHRASES,
    "ar": ar.PHRASES,
    "ja": ja.PHRASES,
}
LANGUAGES = tuple(PHRASES)
NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "ja": "日本語",
}


def phrases(language: str) -> Phrases:
    """Return the phrases of a language; English for an unknown one."""
    return PHRASES.get(language, PHRASES["en"])


@lru_cache(maxsize=1000)
def spoken(language: str) -> str:
    """Map a language tag such as `de-AT` to a language that we have, else English."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in PHRASES else "en"
