"""What will be late at a rate of lines an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.keys import new_id
from warehouse.planning.outlook import Work, pace, will_miss

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = (new_id() for _ in range(3))


def work(*due_in):
    """Three shipments of 10 lines each, due in so many hours."""
    pks = (FIRST, SECOND, THIRD)
    return [
        Work(pk, NOW + timedelta(hours=hours), 10) for pk, hours in zip(pks, due_in, strict=True)
    ]


@pytest.mark.parametrize(
    ("rate", "due_in", "missed"),
    [
        (10, (1, 2, 3), []),
        (10, (1, 2, 2.9), [THIRD]),
        (9, (1, 2, 3), [FIRST, SECOND, THIRD]),
        (10, (2, 2, 2), [THIRD]),
        (10, (-0.5, 2, 3), [FIRST]),
        (1000, (0, 2, 3), [FIRST]),
        (1, (9, 10, 11), []),
        (0, (1.9, 2, 2.1), [FIRST, SECOND]),
        (0, (3, 8, 20), []),
        (None, (-1, 0.5, 3), [FIRST]),
    ],
)
def test_what_is_not_picked_in_time_is_named(rate, due_in, missed):
    assert will_miss(work(*due_in), now=NOW, lines_an_hour=rate) == missed


@pytest.mark.parametrize(
    ("lines", "minutes", "told"),
    [
        (0, 0, 0), (1, 0, None), (19, 14, None), (1, 15, 4), (10, 30, 20), (30, 60, 30),
        (20, 10, 120), (20, 0, 240),
    ],
)  # fmt: skip
def test_the_first_picks_of_a_shift_are_no_pace(lines, minutes, told):
    assert pace(lines, since=timedelta(minutes=minutes)) == told


def test_what_is_late_is_known_two_hours_before():
    """4 lines an hour, 10 lines each: the third would take until 19:30."""
    due = work(6, 6, 6)

    seen = [
        will_miss(due[done:], now=NOW + timedelta(hours=2.5 * done), lines_an_hour=4)
        for done in range(3)
    ]

    assert seen == [[THIRD], [THIRD], [THIRD]]
