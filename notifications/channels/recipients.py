"""Phone numbers that we text: those that a customer may have."""

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from notifications.channels.base import Permanent

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# Numbers that somebody earns money with: an order must not make us pay them.
COSTLY = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.PAGER,
    PhoneNumberType.VOICEMAIL,
}


def check_number(number: str) -> None:
    """Raises Permanent unless a customer may have this number."""
    if not E164.fullmatch(number):
        raise Permanent("This is not a phone number.")
    if phonenumbers.number_type(phonenumbers.parse(number)) in COSTLY:
        raise Permanent("This is a premium-rate or shared-cost number.")
