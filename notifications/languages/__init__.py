"""The languages of the messages: the words around dates and goods of each, one file a language."""

from notifications.languages import ar, de, en, fr, ja
from notifications.languages.phrases import Phrases

PHRASES: dict[str, Phrases] = {
    "en": en.PHRASES,
    "de": de.PHRASES,
    "fr": fr.PHRASES,
    "ar": ar.PHRASES,
    "ja": ja.PHRASES,
}
LANGUAGES = tuple(PHRASES)
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "ar": "العربية", "ja": "日本語"}


def phrases(language: str) -> Phrases:
    """The words of a language; English where it has none."""
    return PHRASES.get(language, PHRASES["en"])


def spoken(language: str) -> str:
    """The language of the texts for what a shop calls `de-AT`: one we have, else English."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in PHRASES else "en"
