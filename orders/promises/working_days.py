"""The dates that follow from a service's terms: pure functions, no database."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from orders.models import Service
from orders.services.calendar import CLOSES, OPENS, add_working_days, is_holiday, is_working_day

DELIVERIES_START, DELIVERIES_END = (
    time(8),
    time(21),
)  # of carriers, local time of the place of delivery


# The days of the week on which a service travels and delivers: Monday is 0.
TRAVELS = {
    Service.Days.WEEKDAYS.value: frozenset(range(5)),
    Service.Days.SATURDAYS.value: frozenset(range(6)),
}


@dataclass(frozen=True)
class Terms:
    """What a promise is computed from: the calendars of both ends and the days of the service.

    Without a `destination` it stays in the country of the warehouse; without a `cut_off` that of
    the warehouse counts.
    """

    zone: str
    country: str
    cut_off_hour: int
    transit_days_min: int
    transit_days_max: int
    destination: str = ""
    days: str = Service.Days.WEEKDAYS.value
    cut_off: time | None = None


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
    today = now.astimezone(ZoneInfo(terms.zone)).date()
    if is_before_cut_off(now, terms):
        return today
    return add_working_days(today, 1, terms.country)


def is_before_cut_off(now: datetime, terms: Terms) -> bool:
    """Whether what is ordered now can leave today: a working day that is not too late."""
    local = now.astimezone(ZoneInfo(terms.zone))
    if terms.cut_off is not None:
        is_in_time = local.time() < terms.cut_off
    else:
        is_in_time = local.hour < terms.cut_off_hour
    return is_in_time and is_working_day(local.date(), terms.country)


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


# The orders of a day that go to one place share it.
@lru_cache(maxsize=4096)
def arrival_span(leaves_first: date, leaves_last: date, terms: Terms, delivery_zone: str) -> Span:
    """When a parcel that leaves between these days of the warehouse is delivered.

    It leaves when the warehouse opens on the first, or closes on the last: the day that it is then
    at the place of delivery is the one from which days of transit are counted.
    """
    here, there = ZoneInfo(terms.zone), ZoneInfo(delivery_zone)
    first = _at(leaves_first, OPENS, here).astimezone(there).date()
    last = _at(leaves_last, CLOSES, here).astimezone(there).date()
    first = add_transit_days(first, terms.transit_days_min, terms)
    last = add_transit_days(last, terms.transit_days_max, terms)
    return Span(
        _at(first, DELIVERIES_START, there), _at(last, DELIVERIES_END, there), delivery_zone
    )


def add_transit_days(day: date, number: int, terms: Terms) -> date:
    """The day of delivery, so many days of transit after a day; without any, the day or the next.

    A day counts on which the service travels and neither end has a public holiday.
    """
    while number or not is_transit_day(day, terms):
        day += timedelta(days=1)
        if number:
            number -= is_transit_day(day, terms)
    return day


def is_transit_day(day: date, terms: Terms) -> bool:
    """Whether the service travels and delivers on this day."""
    travels = TRAVELS.get(terms.days)
    if travels is None:
        return True
    ends = {terms.country, terms.destination or terms.country}
    return day.weekday() in travels and not any(is_holiday(day, country) for country in ends)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)
