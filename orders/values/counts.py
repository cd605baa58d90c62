"""Counts from outside: units of an order, units on a screen, whole numbers within bounds."""

from typing import Any

from orders.values.unfit import Unfit
from orders.words import say

MOST_LINES = 2000  # of an order
MOST_UNITS = 1_000_000  # of one line
MOST_ENTERED = 100_000  # that one worker enters at once
MOST_MONEY = 10**16  # in minor units, of one unit
MOST_GRAMS = 10_000_000  # of one unit
MOST_MILLIMETRES = 100_000  # of one side of a unit
MOST_PER_CASE = 10_000  # units
MOST_PER_KIT = 1000  # units of one part
MOST_DAYS_LEFT = 3650  # before the expiry of a lot
LARGEST = 2**31 - 1  # of a column of whole numbers


def whole(value: Any, *, least: int, most: int) -> int:
    """A whole number, given as a number or by its digits. Raises Unfit."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(value) <= len(str(most)) + 1):
            raise _unfit(least, most)
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _unfit(least, most)
    return value


def _unfit(least: int, most: int) -> Unfit:
    return Unfit(say("expected a whole number from {least} to {most}", least=least, most=most))
