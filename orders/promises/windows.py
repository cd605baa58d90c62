"""Time windows of promises: the next one after a missed one, and whether to notify; pure functions.

A window is anything with `earliest`, `latest`, `zone` and `local_on`: a Span or a Promise.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from orders.promises.working_days import (
    DELIVERIES_END,
    DELIVERIES_START,
    Span,
    Terms,
    arrival_span,
    is_transit_day,
)
from orders.services.calendar import CLOSES, OPENS, add_working_days, is_working_day

# Revise margin: how long before its deadline an unfulfilled promise is replaced by a later one.
SHIPS_REVISE_MARGIN = timedelta(hours=1)
ARRIVES_REVISE_MARGIN = timedelta(hours=3)
OUT_REVISE_MARGIN = timedelta(minutes=30)  # an arrival whose parcel is out for delivery
WINDOW_REVISE_MARGIN = timedelta(minutes=5)
# Warn margin: how long before its deadline the seller is warned; of an arrival from noon on.
SHIPS_WARN_MARGIN = timedelta(hours=4)
WINDOW_WARN_MARGIN = timedelta(minutes=15)
ARRIVES_WARN_FROM = time(12)
ARRIVES_LOOK_AHEAD = timedelta(
    hours=13
)  # no day ends later after its noon, with a clock change too

NEXT_FROM = timedelta(hours=1)  # so long before its window the first stop of a run is next
MAX_SILENT_SHIFT = timedelta(minutes=30)  # a delivery window may shift so far unnotified
LATER_TODAY = timedelta(hours=2)  # the width of a delivery window that replaces a missed one
QUARTER = 15 * 60  # seconds: new windows begin at a full quarter of an hour


class Window(Protocol):
    """What Span and Promise have in common."""

    @property
    def earliest(self) -> datetime: ...
    @property
    def latest(self) -> datetime: ...
    @property
    def zone(self) -> str: ...
    @property
    def local_on(self) -> date: ...


def must_notify_customer(old: Window, new: Window, *, by_the_hour: bool) -> bool:
    """Whether the customer must be notified that `new` replaces `old`.

    Days: when it ends later, begins more than a day sooner, or is over before the former begins.
    Hours: when either shifts by more than 30 minutes. In both cases when it got wider: only a
    narrower window needs no message.
    """
    if by_the_hour:
        later = new.latest - old.latest > MAX_SILENT_SHIFT
        sooner = old.earliest - new.earliest > MAX_SILENT_SHIFT
    else:
        later = new.local_on > old.local_on
        begins = first_day(old)
        sooner = new.local_on < begins or begins - first_day(new) > timedelta(days=1)
    return later or sooner or _width(new, by_the_hour) > _width(old, by_the_hour)


def next_from(begins: datetime) -> datetime:
    """From when the first stop of a run is said to be next: its courier may set out hours later."""
    return begins - NEXT_FROM


def first_day(window: Window) -> date:
    """The first day of a window, in its own time zone."""
    return window.earliest.astimezone(ZoneInfo(window.zone)).date()


def delivery_days(first: date, last: date, zone: str) -> Span:
    """Whole days at the place of delivery: within the hours in which carriers deliver."""
    place = ZoneInfo(zone)
    return Span(_at(first, DELIVERIES_START, place), _at(last, DELIVERIES_END, place), zone)


def warehouse_days(first: date, last: date, zone: str) -> Span:
    """Whole days at a warehouse: within its opening hours."""
    place = ZoneInfo(zone)
    return Span(_at(first, OPENS, place), _at(last, CLOSES, place), zone)


def delivery_hours(on: date, starts: time, ends: time, zone: str) -> Span:
    """From one hour of a day to another, at the place of delivery."""
    place = ZoneInfo(zone)
    return Span(_at(on, starts, place), _at(on, ends, place), zone)


def next_shipping(missed: Window, now: datetime, terms: Terms) -> Span:
    """The working day after a missed one on which a packed shipment can leave."""
    works = partial(is_working_day, country=terms.country)
    day = _next_day(missed.local_on, now, CLOSES, ZoneInfo(missed.zone), works)
    return warehouse_days(day, day, missed.zone)


def next_arrival(missed: Window, now: datetime, terms: Terms) -> Span:
    """The day of delivery after a missed one on which a parcel that is on its way can arrive."""
    delivers = partial(is_transit_day, terms=terms)
    day = _next_day(missed.local_on, now, DELIVERIES_END, ZoneInfo(missed.zone), delivers)
    return delivery_days(day, day, missed.zone)


def next_arrival_not_shipped(missed: Window, now: datetime, terms: Terms) -> Span:
    """The next arrival of an order that has not left completely; it leaves on the next days."""
    today = now.astimezone(ZoneInfo(terms.zone)).date()
    leaves = add_working_days(today, 1, terms.country)
    while True:
        span = arrival_span(leaves, leaves, terms, missed.zone)
        if span.local_on > missed.local_on and span.latest - now > 2 * ARRIVES_REVISE_MARGIN:
            return span
        leaves = add_working_days(leaves, 1, terms.country)


def next_delivery_window(missed: Window, now: datetime, terms: Terms) -> Span:
    """Later today if carriers still deliver for half an hour, else the whole next day they do."""
    zone = ZoneInfo(missed.zone)
    closes = _at(missed.local_on, DELIVERIES_END, zone)
    begins = max(missed.latest, datetime.fromtimestamp(now.timestamp() // QUARTER * QUARTER, zone))
    if closes - begins >= MAX_SILENT_SHIFT:
        return Span(begins, min(begins + LATER_TODAY, closes), missed.zone)
    return next_arrival(missed, now, terms)


def _next_day(
    missed: date, now: datetime, closes: time, zone: ZoneInfo, is_day: Callable[[date], bool]
) -> date:
    """The first such day after `missed` that does not end within six hours from now."""
    day = missed
    today = now.astimezone(zone).date()
    if day < today - timedelta(days=1):  # long missed: skip the days that are over
        day = today - timedelta(days=1)
    while True:
        day += timedelta(days=1)
        if is_day(day) and _at(day, closes, zone) - now > 2 * ARRIVES_REVISE_MARGIN:
            return day


def _width(window: Window, by_the_hour: bool) -> timedelta:
    if by_the_hour:
        return window.latest - window.earliest
    return window.local_on - first_day(window)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=zone)
