"""Working days and public holidays of a country, and the hours of a warehouse: no database."""

from datetime import date, time, timedelta
from functools import lru_cache

import holidays

OPENS, CLOSES = time(8), time(18)  # of a warehouse, local time


def add_working_days(day: date, number: int, country: str) -> date:
    """The working day that is `number` working days after `day`."""
    while number:
        day += timedelta(days=1)
        number -= is_working_day(day, country)
    return day


@lru_cache(maxsize=4096)
def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday and no public holiday of the whole country."""
    return day.weekday() < 5 and not is_holiday(day, country)


def is_holiday(day: date, country: str) -> bool:
    """Whether it is a public holiday of the whole country."""
    return day in _holidays(country, day.year)


# A year at a time: the calendar of a country keeps every year that it was asked for.
@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> set[date] | holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, years=year, expand=False)
    except NotImplementedError:  # a country the library does not know
        return set()
