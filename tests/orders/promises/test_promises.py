"""What dates a seller's terms allow."""

from datetime import UTC, date, datetime

import pytest

from orders.promises.working_days import (
    Terms,
    arrival_span,
    shipping_span,
)
from orders.services.calendar import add_working_days, is_working_day

BERLIN = Terms("Europe/Berlin", "DE", 14, 1, 2)


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), date(2026, 11, 23), date(2026, 11, 24)),
        (datetime(2026, 11, 23, 13, tzinfo=UTC), date(2026, 11, 24), date(2026, 11, 25)),
        (datetime(2026, 11, 27, 15, tzinfo=UTC), date(2026, 11, 30), date(2026, 12, 1)),
        # Christmas Day and Boxing Day are holidays, then comes a week-end.
        (datetime(2026, 12, 24, 15, tzinfo=UTC), date(2026, 12, 28), date(2026, 12, 29)),
    ],
)
def test_an_order_leaves_within_two_working_days(now, first, last):
    span = shipping_span(now, BERLIN)

    assert (span.earliest.date(), span.local_on) == (first, last)


def test_an_arrival_is_told_in_the_zone_of_the_door():
    span = arrival_span(date(2026, 11, 23), date(2026, 11, 24), BERLIN, "America/New_York")

    assert span.local_on == date(2026, 11, 26)
    assert span.latest.isoformat() == "2026-11-26T21:00:00-05:00"
    assert span.earliest.isoformat() == "2026-11-24T08:00:00-05:00"


def test_a_country_without_known_holidays_has_week_ends_only():
    assert is_working_day(date(2026, 12, 25), "ZZ")
    assert add_working_days(date(2026, 12, 25), 1, "ZZ") == date(2026, 12, 28)
