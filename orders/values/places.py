"""Countries, languages, currencies and customs codes from outside."""

import re
from functools import cache

from babel import Locale

from orders.values.unfit import Unfit
from orders.words import say

COUNTRY = r"[A-Z]{2}"
LANGUAGE = r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?"  # at most 8 characters, as the columns have
CURRENCY = r"[A-Z]{3}"
HS_CODE = r"[0-9]{6,10}"
_country, _language = re.compile(COUNTRY), re.compile(LANGUAGE)
_currency, _hs_code = re.compile(CURRENCY), re.compile(HS_CODE)
DIVIDERS = {ord(sign): None for sign in " .-"}  # 9405.21.00, as tariffs print it
# Unions, remainders and test codes that Babel has names for.
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_subtags = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?", re.DOTALL)


def country(text: str) -> str:
    """A country as two capital letters (ISO 3166), "" where none is given. Raises Unfit."""
    code = text.strip().upper()
    if code and not _country.fullmatch(code):
        raise Unfit(say("expected two letters like DE"))
    return code


@cache
def countries(language: str = "en") -> dict[str, str]:
    """{two letters: name in a language of our pages}, by name."""
    named = Locale(language).territories.items()
    known = {code: name for code, name in named if _country.fullmatch(code)}
    return {
        code: name
        for code, name in sorted(known.items(), key=lambda pair: pair[1])
        if code not in NO_COUNTRIES
    }


def language(text: str) -> str:
    """A language like en or de-AT, "" where none is given. Raises Unfit."""
    if text and not _language.fullmatch(text):
        raise Unfit(say("expected a language like en or de-AT"))
    return text


def main_language(text: str) -> str:
    """The language of a locale, whatever follows it (`zh_Hant_TW` is zh); "" where it has none."""
    found = _subtags.fullmatch(text)
    return found[1].lower() if found else ""


def currency(text: str) -> str:
    """A currency as three capital letters (ISO 4217), "" where none is given. Raises Unfit."""
    code = text.upper()
    if code and not _currency.fullmatch(code):
        raise Unfit(say("expected three capital letters like EUR"))
    return code


def hs_code(text: str) -> str:
    """A customs code (HS) as 6 to 10 digits, however it is divided. Raises Unfit."""
    code = text.translate(DIVIDERS)
    if code and not _hs_code.fullmatch(code):
        raise Unfit(say("expected 6 to 10 digits like 9405.21"))
    return code
