"""Checks of phone numbers: country, and no landlines, premium or other costly numbers."""

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumberType

from notifications.channels.base import Permanent
from orders.values.contacts import E164

# Numbers whose owner earns money with each text (SMS pumping).
COSTLY = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
}
# Numbers at which nobody reads a text, though providers take it and charge for it.
WITHOUT_TEXTS = {
    PhoneNumberType.FIXED_LINE: "This is a landline: text messages do not reach it.",
    PhoneNumberType.TOLL_FREE: "This is a toll-free number: text messages do not reach it.",
}
# Codes that belong to no country: satellites (+870, +881), networks (+882, +883), shared cost
# (+808), premium rate (+979), freephone (+800).
NO_COUNTRY = "001"
LONGEST_CALLING_CODE = 3
NO_SUCH_NUMBER = "This phone number does not exist."


def check_number(number: str) -> None:
    """Check that we may text a number. Raises Permanent."""
    if why := why_not(number):
        raise Permanent(why)


def why_not(number: str) -> str:
    """Return why we do not text a number, "" where we do."""
    if not E164.fullmatch(number):
        return "This is not a valid phone number."
    parsed = _parsed(number)
    if parsed is None:
        return NO_SUCH_NUMBER
    kind = phonenumbers.number_type(parsed)
    if phonenumbers.region_code_for_country_code(parsed.country_code or 0) == NO_COUNTRY:
        return "This number belongs to no country and may be expensive."
    if kind in COSTLY:
        return "This is a premium-rate or shared-cost number."
    if kind == PhoneNumberType.UNKNOWN:
        return NO_SUCH_NUMBER
    return WITHOUT_TEXTS.get(kind, "")


def country_of(number: str) -> str:
    """Return the ISO country code of a number, "" where it has none."""
    if not E164.fullmatch(number):
        return ""
    if (country := _only_country(number)) is None:
        parsed = _parsed(number)
        country = phonenumbers.region_code_for_number(parsed) if parsed else ""
    return country if country and country != NO_COUNTRY else ""


def _only_country(number: str) -> str | None:
    """The country that has the calling code for itself; None where several share it, as +1."""
    for digits in range(1, LONGEST_CALLING_CODE + 1):
        if countries := COUNTRY_CODE_TO_REGION_CODE.get(int(number[1 : 1 + digits])):
            return countries[0] if len(countries) == 1 else None
    return None


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    """The parts of a number; None where its first digits are no calling code, as in +999."""
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None


def masked(recipient: str) -> str:
    """Mask an e-mail address or number, so that only its owner recognises it."""
    if not recipient:
        return ""
    if "@" in recipient:
        name, _, domain = recipient.rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"{recipient[:3]}…{recipient[-2:]}"
