"""Working days, and the dates that follow from a seller's terms: pure functions, no database."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

OPENS, CLOSES = time(8), time(18)  # of a warehouse, local time
DELIVERIES_START, DELIVERIES_END = (
    time(8),
    time(21),
)  # of carriers, local time of the place of delivery


@dataclass(frozen=True)
class Terms:
    """What a promise is computed from: the warehouse's calendar and the seller's transit time."""

    zone: str
    country: str
    cut_off_hour: int
    transit_days_min: int
    transit_days_max: int


@dataclass(frozen=True)
class Span:
    """From when until when something will happen; `local_on` is the deadline's date in `zone`."""

    earliest: datetime
    latest: datetime
    zone: str

    @property
    def local_on(self) -> date:
        return self.latest.astimezone(ZoneInfo(self.zone)).date()


def first_shipping_day(now: datetime, terms: Terms) -> date:
    """The working day on which an order accepted now can leave: today before the cut-off."""
    local = now.astimezone(ZoneInfo(terms.zone))
    today = local.date()
    if local.hour < terms.cut_off_hour and is_working_day(today, terms.country):
        return today
    return add_working_days(today, 1, terms.country)


def shipping_span(now: datetime, terms: Terms) -> Span:
    """When an order accepted now leaves the warehouse: within two working days."""
    first = first_shipping_day(now, terms)
    last = add_working_days(first, 1, terms.country)
    zone = ZoneInfo(terms.zone)
    return Span(max(now, _at(first, OPENS, zone)), _at(last, CLOSES, zone), terms.zone)


def packed_span(now: datetime, terms: Terms) -> Span:
    """When a packed parcel leaves: at the latest on the next working day."""
    zone = ZoneInfo(terms.zone)
    last = add_working_days(now.astimezone(zone).date(), 1, terms.country)
    return Span(now, _at(last, CLOSES, zone), terms.zone)


def arrival_span(leaves_first: date, leaves_last: date, terms: Terms, delivery_zone: str) -> Span:
    """When a parcel that leaves between these days is delivered, in working days of transit."""
    zone = ZoneInfo(delivery_zone)
    first = add_working_days(leaves_first, terms.transit_days_min, terms.country)
    last = add_working_days(leaves_last, terms.transit_days_max, terms.country)
    return Span(_at(first, DELIVERIES_START, zone), _at(last, DELIVERIES_END, zone), delivery_zone)


def add_working_days(day: date, number: int, country: str) -> date:
    """The working day that is `number` working days after `day`."""
    while number:
        day += timedelta(days=1)
        number -= is_working_day(day, country)
    return day


@lru_cache(maxsize=4096)
def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday and no public holiday of the whole country."""
    return day.weekday() < 5 and day not in _holidays(country, day.year)


# A year at a time: the calendar of a country keeps every year that it was asked for.
@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> set[date] | holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, years=year, expand=False)
    except NotImplementedError:  # a country the library does not know
        return set()


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)
