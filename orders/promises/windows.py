"""Which window comes next when one cannot be kept, and whether a change must be told: no database.

A window is anything with `earliest`, `latest`, `zone` and `local_on`: a Span or a Promise.
"""

from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from orders.promises.working_days import (
    CLOSES,
    DOORS_CLOSE,
    DOORS_OPEN,
    OPENS,
    Span,
    Terms,
    add_working_days,
    arrival_span,
    is_working_day,
)

# How long before its end a promise that nobody acted on gives way to an honest one.
SHIPS_GIVES_WAY = timedelta(hours=1)
ARRIVES_GIVES_WAY = timedelta(hours=3)
OUT_GIVES_WAY = timedelta(minutes=30)  # an arrival whose parcel is out for delivery
DOOR_GIVES_WAY = timedelta(minutes=5)
# How long before its end its seller is warned that it is at risk; an arrival from noon on.
SHIPS_WARNED = timedelta(hours=4)
DOOR_WARNED = timedelta(minutes=15)
ARRIVES_WARNED_AT = time(12)
ARRIVES_NEAR = timedelta(hours=13)  # no day of deliveries ends later after its noon

MOST_UNTOLD = timedelta(minutes=30)  # by which an hour at the door may shift without a word
LATER_TODAY = timedelta(hours=2)
QUARTER = 15 * 60
STOCK_DAYS = 5  # working days after which stock that is missing may leave, if nobody says more


class Window(Protocol):
    """From when until when."""

    @property
    def earliest(self) -> datetime: ...
    @property
    def latest(self) -> datetime: ...
    @property
    def zone(self) -> str: ...
    @property
    def local_on(self) -> date: ...


def customer_must_hear_of(old: Window, new: Window, *, by_the_hour: bool) -> bool:
    """Whether the customer has to hear of a new window in the place of an old one.

    Of days: it ends later, or begins more than a day sooner. Of hours: either by more than 30
    minutes. And always where it got wider: precision only rises without a word.
    """
    if by_the_hour:
        later = new.latest - old.latest > MOST_UNTOLD
        sooner = old.earliest - new.earliest > MOST_UNTOLD
    else:
        later = new.local_on > old.local_on
        sooner = first_day(old) - first_day(new) > timedelta(days=1)
    return later or sooner or _width(new, by_the_hour) > _width(old, by_the_hour)


def first_day(window: Window) -> date:
    """The first day of a window, as the place of delivery calls it."""
    return window.earliest.astimezone(ZoneInfo(window.zone)).date()


def days_at_door(first: date, last: date, zone: str) -> Span:
    """Whole days, from when carriers begin to ring until they stop."""
    place = ZoneInfo(zone)
    return Span(_at(first, DOORS_OPEN, place), _at(last, DOORS_CLOSE, place), zone)


def days_at_dock(first: date, last: date, zone: str) -> Span:
    """Whole days of a warehouse."""
    place = ZoneInfo(zone)
    return Span(_at(first, OPENS, place), _at(last, CLOSES, place), zone)


def hours_at_door(on: date, starts: time, ends: time, zone: str) -> Span:
    """Hours of one day."""
    place = ZoneInfo(zone)
    return Span(_at(on, starts, place), _at(on, ends, place), zone)


def next_shipping(missed: Window, now: datetime, terms: Terms) -> Span:
    """The working day after a missed one on which a packed shipment can leave."""
    day = _next_day(missed.local_on, now, CLOSES, ZoneInfo(missed.zone), terms.country)
    return days_at_dock(day, day, missed.zone)


def next_arrival(missed: Window, now: datetime, country: str) -> Span:
    """The working day after a missed one on which a parcel that is on its way can arrive."""
    day = _next_day(missed.local_on, now, DOORS_CLOSE, ZoneInfo(missed.zone), country)
    return days_at_door(day, day, missed.zone)


def next_arrival_unsent(
    missed: Window, now: datetime, terms: Terms, *, waits_for_stock: bool
) -> Span:
    """When an order of which something is still here arrives, if it leaves on the next days."""
    today = now.astimezone(ZoneInfo(terms.zone)).date()
    first = add_working_days(today, 1, terms.country)
    more = STOCK_DAYS - 1 if waits_for_stock else 0
    while True:
        last = add_working_days(first, more, terms.country)
        span = arrival_span(first, last, terms, missed.zone)
        if span.local_on > missed.local_on and span.latest - now > 2 * ARRIVES_GIVES_WAY:
            return span
        first = add_working_days(first, 1, terms.country)


def next_door(missed: Window, now: datetime, country: str) -> Span:
    """Later today while carriers still ring for half an hour, else the whole next working day."""
    zone = ZoneInfo(missed.zone)
    closes = _at(missed.local_on, DOORS_CLOSE, zone)
    begins = max(missed.latest, datetime.fromtimestamp(now.timestamp() // QUARTER * QUARTER, zone))
    if closes - begins >= MOST_UNTOLD:
        return Span(begins, min(begins + LATER_TODAY, closes), missed.zone)
    return next_arrival(missed, now, country)


def _next_day(missed: date, now: datetime, closes: time, zone: ZoneInfo, country: str) -> date:
    """The first working day after the missed one that is not about to end."""
    day = missed
    today = now.astimezone(zone).date()
    if day < today - timedelta(days=1):
        day = today - timedelta(days=1)
    while True:
        day += timedelta(days=1)
        if is_working_day(day, country) and _at(day, closes, zone) - now > 2 * ARRIVES_GIVES_WAY:
            return day


def _width(window: Window, by_the_hour: bool) -> timedelta:
    if by_the_hour:
        return window.latest - window.earliest
    return window.local_on - first_day(window)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)
