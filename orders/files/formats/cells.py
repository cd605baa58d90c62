"""Cells of files as text: cleaned, and read as amounts, dates, countries, yes or no."""

import re
from datetime import UTC, datetime, tzinfo
from functools import cache

from babel import Locale

from orders.shops.reading import minor_units
from orders.values.moments import moment
from orders.values.places import country
from orders.values.texts import NUL
from orders.values.unfit import Unfit
from orders.words import say

FORMULA = "is a formula"
# What a spreadsheet program may take for a formula, in the beginning of a cell; also the full-width
# forms, and what it drops before it looks.
STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
QUOTE = "'"
# A program whose separator is not the comma sees no quoted cell in our lines, and begins a cell
# after each of these.
BEGINS_ELSEWHERE = re.compile(r"([;\t\r\n][ \"']*)(?=[=+\-@＝＋－＠])")
QUOTED_ELSEWHERE = re.compile(r"([;\t\r\n][ \"']*)'(?=[=+\-@＝＋－＠])")
# ="00123" is how a CSV file says that a number is a text; it says nothing else.
QUOTED_TEXT = re.compile(r'="([^"=+\-@\t\r\n][^"]*)"')
ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?"
)
SLASHED = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d\d)"
    r"(?:,?[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AaPp][Mm])?)?"
)
DATE = "expected a date like 2026-03-01"
MONEY = re.compile(r"[0-9]+")
AMBIGUOUS = "expected an amount like 1234.50: this can be read in two ways"
AMOUNT = "expected an amount of money like 12.50 or 12,50"
# What stands around a number: a currency's sign or code, and blanks, also narrow ones.
AROUND = re.compile(r"^[A-Z]{0,3}[$€£¥₹]?|[$€£¥₹]?[A-Z]{0,3}$")
YES = {"yes", "y", "true", "1", "x", "ja", "j", "oui", "si", "sí", "wahr", "vrai", "active"}
NO = {"no", "n", "false", "0", "", "nein", "non", "falsch", "faux", "archived", "inactive"}
NAMES_IN = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da")
ALSO_CALLED = {
    "usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "holland": "NL", "the netherlands": "NL",
    "czech republic": "CZ", "south korea": "KR", "russia": "RU", "turkey": "TR",
}  # fmt: skip


def cell_of(text: str) -> tuple[str, str]:
    """(The text of a cell of a CSV file, why it is refused): a formula is never evaluated."""
    text = QUOTED_ELSEWHERE.sub(r"\1", text.strip())
    if text.startswith(QUOTE) and text.lstrip(QUOTE).startswith(STARTERS):
        return text[1:], ""  # as our own files write what is no formula
    if found := QUOTED_TEXT.fullmatch(text):
        return found[1], ""
    return text, FORMULA if text.startswith("=") else ""


def safe(text: str) -> str:
    """A text that no spreadsheet program takes for a formula; `cell_of` takes the quotes off."""
    text = BEGINS_ELSEWHERE.sub(rf"\1{QUOTE}", text.replace(NUL, ""))
    return f"{QUOTE}{text}" if text.lstrip(QUOTE).startswith(STARTERS) else text


def amount(text: str, currency_code: str) -> int:
    """Money in minor units: $5.00, 12,00, 1.234,50. Raises Unfit, also where it may be two."""
    bare = AROUND.sub("", re.sub(r"[\s\u00a0\u202f']", "", text))
    whole, point, rest = _split(bare)
    if not MONEY.fullmatch(whole) or (point and not MONEY.fullmatch(rest)):
        raise Unfit(AMOUNT)
    try:
        return minor_units(f"{whole}.{rest}" if rest else whole, currency_code)
    except ValueError:
        raise Unfit(AMOUNT) from None


def _split(bare: str) -> tuple[str, str, str]:
    """The whole part without separators of thousands, the decimal sign, and what follows it."""
    signs = [sign for sign in bare if sign in ".,"]
    if not signs:
        return bare, "", ""
    if len(set(signs)) == 1:
        if len(signs) > 1:  # 1.234.567
            return _ungrouped(bare, signs[0]), "", ""
        whole, sign, rest = bare.partition(signs[0])
        if len(rest) == 3 and whole.lstrip("0") and len(whole) <= 3:
            raise Unfit(AMBIGUOUS)
        return whole, sign, rest
    whole, sign, rest = bare.rpartition(signs[-1])
    return _ungrouped(whole, signs[0]), sign, rest


def _ungrouped(text: str, sign: str) -> str:
    first, *groups = text.split(sign)
    if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
        raise Unfit(AMOUNT)
    return first + "".join(groups)


def when(text: str, *, day_first: bool, zone: tzinfo) -> datetime:
    """A date, with a time or not; `zone` is meant where it names none. Raises Unfit."""
    if found := ISO.fullmatch(text):
        day, time, offset = found.groups()
        written = f"{day}T{time or '00:00'}{'+00:00' if offset in ('Z', 'UTC') else offset or ''}"
        return moment(written, zone=zone)
    if found := SLASHED.fullmatch(text):
        return _slashed(found, day_first, zone)
    raise Unfit(DATE)


def _slashed(found: "re.Match[str]", day_first: bool, zone: tzinfo) -> datetime:
    first, sign, second, year, hour, minute, second_of, half = found.groups()
    is_day_first = day_first or sign == "."
    day, month = (first, second) if is_day_first else (second, first)
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    try:
        at = datetime(
            int(year) + (2000 if len(year) == 2 else 0), int(month), int(day),
            hours, int(minute or 0), int(second_of or 0), tzinfo=zone,
        )  # fmt: skip
    except ValueError:
        by_day = say("expected a date written as day, month, year, or like 2026-03-01")
        by_month = say("expected a date written as month, day, year, or like 2026-03-01")
        raise Unfit(by_day if is_day_first else by_month) from None
    return moment(at.astimezone(UTC))


def day_comes_first(texts: "list[str]") -> bool | None:
    """Whether these dates are written with the day first; None where none of them tells."""
    for text in texts:
        found = SLASHED.fullmatch(text)
        if found and (int(found[1]) > 12 or found[2] == "."):
            return True
        if found and int(found[3]) > 12:
            return False
    return None


def country_of(text: str) -> str:
    """A country as two letters, from them or from its name in some languages. Raises Unfit."""
    if len(text) <= 2:
        return country(text)
    folded = " ".join(text.casefold().split())
    try:
        return ALSO_CALLED.get(folded) or _names()[folded]
    except KeyError:
        raise Unfit(say("expected a country as two letters like DE, or its name")) from None


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in NAMES_IN:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(name.casefold(), code)
    return found


def yes_or_no(text: str) -> bool:
    """Raises Unfit."""
    folded = text.casefold()
    if folded not in YES | NO:
        raise Unfit(say("expected yes or no"))
    return folded in YES


def count_of(text: str) -> str:
    """The digits of a whole number that a spreadsheet may have written as 2.0 or 2,00."""
    whole, sign, rest = text.partition("." if "." in text else ",")
    return whole if sign and rest and not rest.strip("0") else text
