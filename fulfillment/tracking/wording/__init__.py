"""What a customer can do on the tracking page, in words: one file a language."""

from datetime import date, timedelta

from babel.dates import format_timedelta

from fulfillment.tracking.languages.filling import dated
from fulfillment.tracking.wording import ar, de, en, es, fr, ja
from fulfillment.tracking.wording.record import Acts
from notifications.languages import spoken

LARGEST = 10**6  # of a unit before a larger one is said: days stay days
ACTS: dict[str, Acts] = {
    "en": en.ACTS,
    "de": de.ACTS,
    "fr": fr.ACTS,
    "es": es.ACTS,
    "ar": ar.ACTS,
    "ja": ja.ACTS,
}


def acts_in(tag: str) -> Acts:
    """The phrases of an order's language."""
    return ACTS[spoken(tag)]


def day_in(tag: str, on: date) -> str:
    """A day in an order's language, as Wednesday 25 November."""
    return dated(on, acts_in(tag).date, spoken(tag))


def days_in(tag: str, count: int) -> str:
    """So many days in an order's language, as 3 days."""
    return format_timedelta(
        timedelta(days=count), granularity="day", threshold=LARGEST, locale=spoken(tag)
    )
