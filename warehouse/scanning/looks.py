"""What an unknown code looks like, so that who scanned it knows what he has in hand."""

import re

from orders.words import say
from warehouse.scanning.articles import SSCC_WIDTH, is_misread
from warehouse.scanning.commands import CODES
from warehouse.scanning.gs1 import GTIN, SSCC, elements_of
from warehouse.scanning.gtins import WIDTHS
from warehouse.scanning.place_codes import BADGE

# In this order: the first that fits says what the code looks like, and what is to be done.
LOOKS = (
    (re.compile(r"T-\d+", re.IGNORECASE), "looks like a tote, and there is none with this number"),
    (re.compile(r"IN-\w+", re.IGNORECASE), "looks like an inbound, and none here has this number"),
    (
        re.compile(r"OC[0-9A-Z]{8,}"),
        "looks like a parcel of own couriers, and none from here has it",
    ),
    (BADGE, "looks like a badge: nobody signs in with it here"),
    (re.compile(r"https?://.*", re.IGNORECASE), "is a web address: scan the code beside it"),
    (
        re.compile(r"[A-Z]{1,8}-\d{1,3}(?:-\d{1,3})+", re.IGNORECASE),
        "looks like a location, and there is none with this code",
    ),
)


def looks_of(code: str) -> str:
    """What a code that nothing here has looks like, as the end of a sentence; "" for no idea."""
    if code in CODES:
        return say("is a command: it presses a button, and this screen has none for it")
    if is_misread(code):
        return say("was read wrongly: its last digit does not fit the others. Scan it again")
    elements = elements_of(code)
    is_number = code.isascii() and code.isdigit()
    if GTIN in elements or (is_number and len(code) in WIDTHS):
        return say("is a GTIN, and no product here has it")
    if SSCC in elements or (is_number and len(code) == SSCC_WIDTH):
        return say("is the number of a carton or pallet (SSCC), and nothing here has it")
    return next((say(words) for pattern, words in LOOKS if pattern.fullmatch(code)), "")
