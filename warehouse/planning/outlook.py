"""What will miss its deadline at the present rate of picking; a pure function, no database."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

# A rate of the last hour says nothing of the next shift.
LOOKS_AHEAD = timedelta(hours=8)
# Where nobody picks, there is no rate: what is due within this time is at risk.
TOO_LATE_TO_BEGIN = timedelta(hours=2)


class Work(NamedTuple):
    """A shipment that is still to be picked, with its open lines."""

    shipment_id: UUID
    due_at: datetime
    lines: int


def will_miss(work: Iterable[Work], *, now: datetime, lines_an_hour: float) -> list[UUID]:
    """The shipments that are not picked by their deadline if picking goes on at this rate.

    `work` comes in the order in which it is picked. What is due in more than LOOKS_AHEAD is not
    judged. What is overdue has missed its deadline.
    """
    missed, before = [], 0
    for row in work:
        before += row.lines
        left = row.due_at - now
        if left > LOOKS_AHEAD:
            continue
        hours = left.total_seconds() / 3600
        in_time = lines_an_hour * hours >= before if lines_an_hour else left > TOO_LATE_TO_BEGIN
        if left <= timedelta() or not in_time:
            missed.append(row.shipment_id)
    return missed
