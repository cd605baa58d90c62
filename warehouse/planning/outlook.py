"""What will miss its deadline at the present rate of picking; a pure function, no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

# A rate of the last hour says nothing of the next shift.
LOOKS_AHEAD = timedelta(hours=8)
# Where nobody picks, there is no rate: what is due within this time is at risk.
TOO_LATE_TO_BEGIN = timedelta(hours=2)
# The first picks of a shift say nothing of its rate, before so much time or so many lines.
TELLS_AFTER, TELLING_LINES = timedelta(minutes=15), 20
SHORTEST = timedelta(minutes=5)  # what many lines at once are taken to have needed


class Work(NamedTuple):
    """A shipment that is still to be picked, with its open lines."""

    shipment_id: UUID
    due_at: datetime
    lines: int


def pace(lines: int, *, since: timedelta) -> float | None:
    """Lines an hour, of so many that were picked since the first of them; 0 where none was.

    None: that is too little to tell.
    """
    if not lines:
        return 0
    if since < TELLS_AFTER and lines < TELLING_LINES:
        return None
    return lines / (max(since, SHORTEST) / timedelta(hours=1))


def will_miss(work: Iterable[Work], *, now: datetime, lines_an_hour: float | None) -> list[UUID]:
    """The shipments that are not picked by their deadline if picking goes on at this rate.

    `work` comes in the order in which it is picked. What is due in more than LOOKS_AHEAD is not
    judged, nor is anything while the rate is not known. What is overdue has missed its deadline.
    """
    missed, before = [], 0
    for row in work:
        before += row.lines
        left = row.due_at - now
        if left > LOOKS_AHEAD:
            continue
        if lines_an_hour:
            in_time = lines_an_hour * (left / timedelta(hours=1)) >= before
        else:
            in_time = lines_an_hour is None or left > TOO_LATE_TO_BEGIN
        if left <= timedelta() or not in_time:
            missed.append(row.shipment_id)
    return missed
