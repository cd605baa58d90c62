"""What a customer can do on the tracking page, in words: one file a language."""

from datetime import date

from babel.dates import format_date
from django.utils.translation.trans_real import parse_accept_lang_header

from fulfillment.tracking.wording import ar, de, en, es, fr, ja
from fulfillment.tracking.wording.record import Acts

ACTS: dict[str, Acts] = {
    "en": en.ACTS,
    "de": de.ACTS,
    "fr": fr.ACTS,
    "es": es.ACTS,
    "ar": ar.ACTS,
    "ja": ja.ACTS,
}


def language_of(tag: str) -> str:
    """The language of a tag such as de-AT that we have, else English."""
    base = tag.replace("_", "-").partition("-")[0].lower()
    return base if base in ACTS else "en"


def language_of_browser(accepted: str) -> str:
    """The first language of an Accept-Language header that we have, else English."""
    bases = (tag.partition("-")[0] for tag, _ in parse_accept_lang_header(accepted))
    return next((base for base in bases if base in ACTS), "en")


def acts_in(tag: str) -> Acts:
    """The phrases of an order's language."""
    return ACTS[language_of(tag)]


def day_in(tag: str, on: date) -> str:
    """A day in an order's language, as Wednesday 25 November."""
    return format_date(on, acts_in(tag).date, locale=language_of(tag))
