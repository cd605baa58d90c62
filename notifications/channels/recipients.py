"""Checks of phone numbers: country, and no premium or other costly numbers."""

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from notifications.channels.base import Permanent

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
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
# Codes that belong to no country: satellites (+870, +881), networks (+882, +883), shared cost
# (+808), premium rate (+979), freephone (+800).
NO_COUNTRY = "001"


def check_number(number: str) -> None:
    """Check that we may text a number. Raises Permanent."""
    if why := why_not(number):
        raise Permanent(why)


def why_not(number: str) -> str:
    """Return why we do not text a number, "" where we do."""
    if not E164.fullmatch(number):
        return "This is not a valid phone number."
    parsed = phonenumbers.parse(number)
    kind = phonenumbers.number_type(parsed)
    if phonenumbers.region_code_for_country_code(parsed.country_code or 0) == NO_COUNTRY:
        return "This number belongs to no country and may be expensive."
    if kind in COSTLY:
        return "This is a premium-rate or shared-cost number."
    if kind == PhoneNumberType.UNKNOWN:
        return "This phone number does not exist."
    return ""


def country_of(number: str) -> str:
    """Return the ISO country code of a number, "" where it has none."""
    if not E164.fullmatch(number):
        return ""
    country = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return country if country and country != NO_COUNTRY else ""


def masked(recipient: str) -> str:
    """Mask an e-mail address or number, so that only its owner recognises it."""
    if not recipient:
        return ""
    if "@" in recipient:
        name, _, domain = recipient.rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"{recipient[:3]}…{recipient[-2:]}"
