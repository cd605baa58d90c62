"""Beginnings and ranges of postcodes, and whether a postcode is among them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.words import say_later

POSTCODES = 21  # characters of a beginning or a range
UNITED_KINGDOM = "GB"
INWARD = 3  # how a British postcode ends: SW1A 1AA
DISTRICT = re.compile(r"([A-Z]{1,2})([0-9]{1,2})[A-Z]?")
_limit = re.compile(r"([A-Z]*)([0-9]+)")
_other = re.compile(r"[^A-Z0-9]")
EXPECTED = say_later("expected how postcodes begin, or ranges: 20, BT, 10000-14999")


def plain_postcode(text: str) -> str:
    """A postcode as it is compared: in capitals, letters and digits alone."""
    return _other.sub("", text.upper())


def postcodes(text: str) -> str:
    """How a postcode begins, or a range of them, in one form. Raises Unfit."""
    code = "".join(one_line(text).upper().split())
    low, _, high = code.partition("-")
    if len(low) == len(high) or _limits(low, high):  # 01310-100 is no range, but one postcode
        if not _limits(low, high):
            raise Unfit(str(EXPECTED))
    else:
        has_end = code.strip("-") == code
        code = plain_postcode(code) if has_end and set(_other.findall(code)) <= {"-"} else ""
    if not 0 < len(code) <= POSTCODES:
        raise Unfit(str(EXPECTED))
    return code


def specificity(wanted: Iterable[str], code: str, country: str) -> int:
    """How many characters of a plain postcode the closest of these names; 0: none has it."""
    found = (one for one in wanted if code and _has(one, code, country))
    return max((len(one.partition("-")[0]) for one in found), default=0)


def _has(wanted: str, code: str, country: str) -> bool:
    low, dash, high = wanted.partition("-")
    if country == UNITED_KINGDOM:
        return _has_british(wanted, code)
    if dash:
        return _is_between(_limits(low, high), code[: len(low)])
    # A beginning of letters alone is all of them: B is Birmingham, and BT is not.
    is_cut = wanted.isalpha() and code[len(wanted) : len(wanted) + 1].isalpha()
    return code.startswith(wanted) and not is_cut


def _has_british(wanted: str, code: str) -> bool:
    """By outward codes: PA2 has PA2 6BU and not PA20 9AA, IM has IM1 1AA, I has neither."""
    outward = code[:-INWARD] if len(code) > INWARD + 1 else code
    district = DISTRICT.fullmatch(outward)
    low, dash, high = wanted.partition("-")
    if dash:
        return district is not None and _is_between(_limits(low, high), "".join(district.groups()))
    if district is None:
        return code.startswith(wanted)
    if wanted in (outward, district[1], district[1] + district[2]):
        return True
    return len(wanted) > len(outward) and code.startswith(wanted)


@lru_cache(maxsize=4096)
def _limits(low: str, high: str) -> tuple[str, int, int, int] | None:
    """(letters, first, last, digits) of a range, 0 digits where their number differs; or None."""
    first, last = _limit.fullmatch(low), _limit.fullmatch(high)
    if first is None or last is None or first[1] != last[1] or int(first[2]) > int(last[2]):
        return None
    digits = len(first[2]) if len(first[2]) == len(last[2]) else 0
    if not digits and not first[1]:  # 1000-205 is one postcode of Portugal
        return None
    return first[1], int(first[2]), int(last[2]), digits


def _is_between(limits: tuple[str, int, int, int] | None, code: str) -> bool:
    found = _limit.fullmatch(code)
    if limits is None or found is None or found[1] != limits[0]:
        return False
    has_length = limits[3] in (0, len(found[2]))
    return has_length and limits[1] <= int(found[2]) <= limits[2]
