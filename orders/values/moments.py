"""Moments and days from outside, between 1970 and 9000: PostgreSQL keeps what Python cannot read.

A year below 1 or above 9999 in some time zone is an error in every page that shows it. Nothing in
this trade happened before 1970, and 9000 leaves room for every zone and for every sum of days.
"""

from datetime import UTC, date, datetime, tzinfo

from orders.values.unfit import Unfit

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)  # the first moment that is refused
MOMENT = "expected a date and time from 1970 to 8999 with its zone, like 2026-03-01T10:00:00Z"
DAY = "expected a date from 1970 to 8999, like 2026-03-01"


def moment(value: datetime | str, *, zone: tzinfo | None = None) -> datetime:
    """A moment in UTC; `zone` is meant where it names none. Raises Unfit."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        found = found.replace(tzinfo=zone) if found.tzinfo is None else found
        if found.tzinfo is None:
            raise Unfit(MOMENT)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unfit(MOMENT) from None
    if not FIRST <= found < LAST:
        raise Unfit(MOMENT)
    return found


def moment_or(value: datetime | str | None, otherwise: datetime) -> datetime:
    """The moment that a provider reports, in UTC where it names no zone; else when it arrived.

    A report counts whatever its clock says, but nothing is reported before it happened.
    """
    try:
        return min(moment(value, zone=UTC), otherwise) if value else otherwise
    except Unfit:
        return otherwise


def day(value: date) -> date:
    """A day of the calendar. Raises Unfit."""
    if not FIRST.date() <= value < LAST.date():
        raise Unfit(DAY)
    return value
