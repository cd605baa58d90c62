"""Lot, expiry date and serial number in a GS1 code, beside the article that it names."""

import calendar
from datetime import date
from typing import NamedTuple

from orders.errors import DomainError
from orders.words import say
from warehouse.scanning.gs1 import elements_of

LOT, EXPIRY, SERIAL = "10", "17", "21"
CENTURY = 100
# Years of two digits are those from 49 before this one to 50 after it.
MOST_BACK, MOST_AHEAD = 50, 51


class Printed(NamedTuple):
    """What stands on the goods beside their article."""

    lot: str = ""
    expires_on: date | None = None
    serial: str = ""


def printed_on(code: str, *, today: date) -> Printed:
    """Lot, expiry and serial number of a code. Raises DomainError for a date that is none."""
    elements = elements_of(code)
    digits = elements.get(EXPIRY)
    expires_on = gs1_day(digits, today=today) if digits else None
    return Printed(elements.get(LOT, ""), expires_on, elements.get(SERIAL, ""))


def lot_in(code: str) -> str:
    """The lot in a code; "" where it names none."""
    return elements_of(code).get(LOT, "")


def gs1_day(digits: str, *, today: date) -> date:
    """A day as six digits, YYMMDD; day 00 is the last of the month. Raises DomainError."""
    year, month, day = (int(digits[place : place + 2]) for place in (0, 2, 4))
    this_century, this_year = divmod(today.year, CENTURY)
    away = year - this_year
    century = this_century - (away >= MOST_AHEAD) + (away <= -MOST_BACK)
    full_year = century * CENTURY + year
    try:
        last = calendar.monthrange(full_year, month)[1]
        return date(full_year, month, day or last)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise DomainError(
            say(
                "The code has the expiry date {digits} (YYMMDD), which is no day: enter it.",
                digits=digits,
            )
        ) from error
