"""The languages of the customer's pages, one file a language; the same as those of messages."""

from fulfillment.tracking.languages import ar, de, en, es, fr, ja
from fulfillment.tracking.languages.page_words import PageWords

WORDS: dict[str, PageWords] = {
    "en": en.WORDS,
    "de": de.WORDS,
    "fr": fr.WORDS,
    "es": es.WORDS,
    "ar": ar.WORDS,
    "ja": ja.WORDS,
}


def page_words(language: str) -> PageWords:
    """Return the words of a language; English for an unknown one."""
    return WORDS.get(language, WORDS["en"])
