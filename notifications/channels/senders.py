"""Sender ids of text messages and opt-out instructions, by the country of the number.

Sources, read in November 2026. Numbers only: "Alphanumeric sender ID" of Telnyx (not to the United
States, Canada and Puerto Rico), "Sender IDs" of AWS End User Messaging (nor to China). At most 11
letters, digits and spaces, at least one letter: the glossary of Twilio. Names that are registered
first: the registration forms of AWS, the list of countries of Pushtech. France: Brevo's note that
a text with a STOP code is treated as marketing, which may not be sent late, on Sundays or holidays.
Networks of some further countries show a number of theirs instead of a name; such texts arrive.
"""

import re
import unicodedata
from typing import NamedTuple

from django.conf import settings

from notifications.channels.base import Outgoing, Permanent
from notifications.channels.recipients import country_of

LONGEST_NAME = 11
# Networks of these countries accept only numbers as senders.
NUMBERS_ONLY = frozenset({"US", "CA", "PR", "CN"})
# Names have to be registered in these countries: SMS_SENDER is used, not the name of the seller.
REGISTERED = frozenset(
    {
        *("AF", "AM", "AT", "AU", "BD", "BY", "EG", "ES", "FI", "ID", "IE", "IN", "JO", "KE", "KW"),
        *("KZ", "LK", "PH", "QA", "RU", "SA", "SG", "TH"),
    }
)
# The first text to a number of these countries has opt-out instructions. In France it must not.
NEEDS_OPT_OUT_TEXT = frozenset({"US", "CA", "PR", "AS", "GU", "MP", "VI"})
OPT_OUT_TEXTS = {
    "en": "Reply STOP to stop",
    "fr": "Répondez ARRET pour stopper",
    "es": "Responda STOP para parar",
}


class Sender(NamedTuple):
    """The sender that a telephone shows; only a number can get replies."""

    name: str
    is_number: bool


def sender_of(outgoing: Outgoing) -> str:
    """Return the sender of a message. Raises Permanent where SMS_NUMBERS lacks the country."""
    return outgoing.sender or sender_for(outgoing.recipient, outgoing.sender_name).name


def sender_for(number: str, seller_name: str) -> Sender:
    """Return our number in the country of `number`, else a name. Raises Permanent without one."""
    country = country_of(number)
    if ours := settings.SMS_NUMBERS.get(country):
        return Sender(ours, True)
    if country in NUMBERS_ONLY:
        raise Permanent(f"A text to {country} needs a number there: SMS_NUMBERS has none.")
    own = "" if country in REGISTERED else _as_sender(seller_name)
    return Sender(own or settings.SMS_SENDER, False)


def opt_out_text(country: str, language: str) -> str:
    """Return the opt-out instructions of the first text to a number, "" for no instructions."""
    if country not in NEEDS_OPT_OUT_TEXT:
        return ""
    return OPT_OUT_TEXTS.get(language.partition("-")[0].lower(), OPT_OUT_TEXTS["en"])


def _as_sender(name: str) -> str:
    """Convert a name to a valid sender id: ASCII, whole words if they fit; "" without a letter."""
    letters = unicodedata.normalize("NFKD", name).replace("'", "").replace("’", "")
    words = re.findall(r"[A-Za-z0-9]+", letters.encode("ascii", "ignore").decode())
    short = ""
    for word in words:
        if len(longer := f"{short} {word}".strip()) > LONGEST_NAME:
            break
        short = longer
    short = short or "".join(words)[:LONGEST_NAME]
    return short if re.search(r"[A-Za-z]", short) else ""
