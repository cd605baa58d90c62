"""The parcel of a return that has expired comes after all: in which later return it came."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from orders.models import Discrepancy, Return, ReturnLine
from orders.states import ReturnStatus

Kind = Discrepancy.Kind
CAME = (ReturnStatus.RECEIVED, ReturnStatus.CLOSED)
NOT_THERE = (Kind.MISSING, Kind.EMPTY)


# Of a return: the order lines of which units were requested before, in a return that expired.
LATE_LINES = ArraySubquery(
    ReturnLine.objects.filter(
        order_return__order=OuterRef("order"),
        order_return__is_expired=True,
        order_return__created_at__lt=OuterRef("created_at"),
    )
    .order_by("pk")
    .values("line")
)


class Arrival(NamedTuple):
    """What is known of a return here: its order lines, and those of which units came."""

    is_expired: bool
    reason: str
    status: str
    asked: set[UUID]
    came: set[UUID]


def came_of(
    parts: Iterable[tuple[UUID, int]], found: Iterable[tuple[str, UUID | None]]
) -> set[UUID]:
    """The order lines of which units came: counted (line, received), or found (kind, line)."""
    counted = {line for line, received in parts if received}
    return counted | {line for kind, line in found if line and kind not in NOT_THERE}


def is_late(kind: str, line: UUID | None, asked: Collection[UUID]) -> bool:
    """Whether what differs came unannounced only since the return that asked for it expired."""
    return kind == Kind.UNANNOUNCED and line in asked


def came_after_all(rows: Sequence[Arrival]) -> dict[int, int]:
    """{place of an expired return: of the later one in which its goods came}, the oldest first."""
    later: list[int] = []
    found: dict[int, int] = {}
    for place, row in reversed(list(enumerate(rows))):
        if row.is_expired:
            brought = [one for one in later if _brings(rows[one], row)]
            found |= {place: brought[-1]} if brought else {}
        elif row.status in CAME:
            later.append(place)
    return found


def _brings(later: Arrival, expired: Arrival) -> bool:
    """Whether it has units of the same lines; of an unannounced parcel that is just being
    unpacked nobody knows better.
    """
    is_closed = later.status != ReturnStatus.RECEIVED
    is_unknown = later.reason == Return.Reason.UNANNOUNCED and not later.came and not is_closed
    return is_unknown or bool(later.came & expired.asked)
