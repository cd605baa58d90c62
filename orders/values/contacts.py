"""E-mail addresses and phone numbers from outside."""

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orders.values.unfit import Unfit

LONGEST_EMAIL = 254
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
EXPECTED = "expected an address like name@example.com"
BEYOND_ASCII = "expected only ASCII before the @: not every mail server takes other letters"


def email(text: str) -> str:
    """One address and nothing else (no name, no list), "" where none is given. Raises Unfit."""
    if not text:
        return ""
    if len(text) > LONGEST_EMAIL or not text.isprintable():
        raise Unfit(EXPECTED)
    if not text.rpartition("@")[0].isascii():
        raise Unfit(BEYOND_ASCII)
    try:
        validate_email(text)
    except ValidationError:
        raise Unfit(EXPECTED) from None
    return text


def mailable(text: str) -> str:
    """The address where a mail can be sent to it, else "": no reason to refuse an order."""
    try:
        return email(text)
    except Unfit:
        return ""


def phone(text: str, country: str) -> str:
    """A phone number as +4915112345678, or "" if it is none: no reason to refuse an order."""
    if E164.fullmatch(text):
        return text if _has_country(text) else ""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _has_country(number: str) -> bool:
    """Whether the first digits are a calling code: nothing can be said of a number like +999."""
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return any(int(number[1:length]) in codes for length in (2, 3, 4))
