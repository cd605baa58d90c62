"""Which window comes next, and what of a change must be told: also in the nights of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.promises.windows import (
    delivery_days,
    delivery_hours,
    must_notify_customer,
    next_arrival,
    next_arrival_not_shipped,
    next_delivery_window,
    next_shipping,
)
from orders.promises.working_days import Span, Terms, arrival_span, packed_span, shipping_span

BERLIN = Terms("Europe/Berlin", "DE", 14, 1, 2)
NEW_YORK = Terms("America/New_York", "US", 14, 1, 2)
# The clocks went back on Sunday 25 October 2026 in Berlin, and on Sunday 1 November in New York;
# they went forward on Sunday 29 March and on Sunday 8 March.
NIGHTS = [
    (BERLIN, date(2026, 10, 23), date(2026, 10, 26), 2, 1),
    (BERLIN, date(2026, 3, 27), date(2026, 3, 30), 1, 2),
    (NEW_YORK, date(2026, 10, 30), date(2026, 11, 2), -4, -5),
    (NEW_YORK, date(2026, 3, 6), date(2026, 3, 9), -5, -4),
]


def local(on, hour, zone, minute=0):
    return datetime.combine(on, time(hour, minute), tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("terms", "friday", "monday", "before", "after"), NIGHTS)
def test_a_window_over_the_night_of_the_clocks_keeps_its_hours(
    terms, friday, monday, before, after
):
    span = shipping_span(local(friday, 10, terms.zone), terms)
    assert (span.earliest.hour, span.latest.hour) == (10, 18)
    assert (span.local_on, span.latest.utcoffset()) == (monday, timedelta(hours=after))

    packed = packed_span(local(friday, 15, terms.zone), terms)
    assert packed.latest.astimezone(UTC).hour == (18 - after) % 24

    arrives = arrival_span(friday, friday, terms, terms.zone)
    assert arrives.earliest.utcoffset() == timedelta(hours=after)
    assert (arrives.earliest.hour, arrives.latest.hour) == (8, 21)
    assert arrives.local_on == monday + timedelta(days=1)
    assert local(friday, 10, terms.zone).utcoffset() == timedelta(hours=before)


@pytest.mark.parametrize(("terms", "friday", "monday", "before", "after"), NIGHTS)
def test_the_next_window_after_such_a_night(terms, friday, monday, before, after):
    missed = delivery_days(friday, friday, terms.zone)
    evening = local(friday, 18, terms.zone)
    assert next_arrival(missed, evening, terms) == delivery_days(monday, monday, terms.zone)
    leaves = next_shipping(Span(evening, evening, terms.zone), evening, terms)
    assert (leaves.local_on, leaves.latest.hour) == (monday, 18)
    assert leaves.latest - leaves.earliest == timedelta(hours=10)
    door = delivery_hours(friday, time(20), time(21), terms.zone)
    late = local(friday, 20, terms.zone, 55)
    assert next_delivery_window(door, late, terms) == delivery_days(monday, monday, terms.zone)


@pytest.mark.parametrize(("terms", "friday", "monday", "before", "after"), NIGHTS)
def test_a_shift_by_a_day_of_the_clocks_is_a_day(terms, friday, monday, before, after):
    sunday = monday - timedelta(days=1)
    former = delivery_days(sunday, monday, terms.zone)
    sooner = delivery_days(sunday - timedelta(days=1), monday - timedelta(days=1), terms.zone)
    assert not must_notify_customer(former, sooner, by_the_hour=False)
    much_sooner = delivery_days(friday, sunday - timedelta(days=1), terms.zone)
    assert must_notify_customer(former, much_sooner, by_the_hour=False)
    saturday = sunday - timedelta(days=1)
    before = delivery_days(saturday, saturday, terms.zone)
    assert must_notify_customer(former, before, by_the_hour=False)


def test_later_today_ends_when_carriers_stop_ringing():
    door = delivery_hours(date(2026, 11, 24), time(18), time(19), "Europe/Berlin")
    now = local(date(2026, 11, 24), 18, "Europe/Berlin", 55)
    span = next_delivery_window(door, now, BERLIN)
    assert (span.earliest, span.latest) == (door.latest, door.latest + timedelta(hours=2))

    door = delivery_hours(date(2026, 11, 24), time(19), time(20, 30), "Europe/Berlin")
    span = next_delivery_window(door, now, BERLIN)
    assert (span.latest - span.earliest, span.latest.hour) == (timedelta(minutes=30), 21)


def test_an_hour_that_was_missed_long_ago_begins_at_a_quarter():
    door = delivery_hours(date(2026, 11, 24), time(9), time(10), "Europe/Berlin")
    span = next_delivery_window(door, local(date(2026, 11, 24), 13, "Europe/Berlin", 7), BERLIN)
    assert (span.earliest.hour, span.earliest.minute, span.latest.hour) == (13, 0, 15)


def test_a_day_that_is_about_to_end_is_no_next_day():
    missed = delivery_days(date(2026, 11, 24), date(2026, 11, 24), "Europe/Berlin")
    evening = local(date(2026, 11, 25), 19, "Europe/Berlin")
    assert next_arrival(missed, evening, BERLIN).local_on == date(2026, 11, 26)
    long_after = local(date(2027, 3, 1), 9, "Europe/Berlin")
    assert next_arrival(missed, long_after, BERLIN).local_on == date(2027, 3, 1)


@pytest.mark.parametrize(("next_window", "closes"), [(next_arrival, 21), (next_shipping, 18)])
def test_a_next_day_has_more_than_six_hours_left(next_window, closes):
    missed = delivery_days(date(2026, 11, 24), date(2026, 11, 24), "Europe/Berlin")
    six_hours_left = local(date(2026, 11, 25), closes - 6, "Europe/Berlin")

    in_time = next_window(missed, six_hours_left - timedelta(seconds=1), BERLIN)
    too_late = next_window(missed, six_hours_left, BERLIN)

    assert (in_time.local_on, too_late.local_on) == (date(2026, 11, 25), date(2026, 11, 26))


def test_what_has_not_left_arrives_after_it_leaves():
    missed = delivery_days(date(2026, 12, 23), date(2026, 12, 24), "Europe/Berlin")
    now = local(date(2026, 12, 24), 18, "Europe/Berlin")
    span = next_arrival_not_shipped(missed, now, BERLIN)
    assert span == delivery_days(date(2026, 12, 29), date(2026, 12, 30), "Europe/Berlin")


def test_what_has_not_left_is_never_promised_for_a_day_that_was_promised_before():
    missed = delivery_days(date(2026, 12, 29), date(2026, 12, 30), "Europe/Berlin")
    now = local(date(2026, 12, 24), 9, "Europe/Berlin")
    span = next_arrival_not_shipped(missed, now, BERLIN)
    assert span == delivery_days(date(2026, 12, 30), date(2026, 12, 31), "Europe/Berlin")


def test_precision_rises_without_a_word_and_falls_with_one():
    former = delivery_days(date(2026, 11, 24), date(2026, 11, 26), "Europe/Berlin")
    narrow = delivery_days(date(2026, 11, 26), date(2026, 11, 26), "Europe/Berlin")
    assert not must_notify_customer(former, narrow, by_the_hour=False)
    assert must_notify_customer(narrow, former, by_the_hour=False)
    hour = delivery_hours(date(2026, 11, 26), time(18), time(19), "Europe/Berlin")
    longer = delivery_hours(date(2026, 11, 26), time(18), time(19, 10), "Europe/Berlin")
    assert not must_notify_customer(longer, hour, by_the_hour=True)
    assert must_notify_customer(hour, longer, by_the_hour=True)


def test_a_new_day_is_never_one_that_is_almost_over():
    """The door is a day ahead of the warehouse, and what leaves arrives on the same day."""
    terms = Terms("America/Los_Angeles", "US", 14, 0, 0)
    missed = delivery_days(date(2026, 11, 23), date(2026, 11, 23), "Australia/Sydney")
    now = local(date(2026, 11, 23), 18, "Australia/Sydney")
    span = next_arrival_not_shipped(missed, now, terms)
    assert span == delivery_days(date(2026, 11, 24), date(2026, 11, 24), "Australia/Sydney")
