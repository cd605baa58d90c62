"""Repairs of a return: which are open, told once its inspection is finished, and how it ended.

The units are the customer's, and go back: they count as sent back, so nothing is owed for them.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from orders.events.recording import record
from orders.lifecycle.transitions import move
from orders.models import Event, Repair, Return, ReturnLine, User
from orders.states import REPAIR_OPEN, OrderStatus, RepairStatus

# Of a return: all of it is inspected, and somebody has to say what became of a repair.
IS_IN_REPAIR = Q(
    Exists(Repair.objects.filter(order_return=OuterRef("pk"), status=RepairStatus.WAITING)),
    ~Exists(ReturnLine.objects.filter(order_return=OuterRef("pk"), received__gt=F("inspected"))),
)

# Of a repair: how its units go back.
AGAIN, DONE, FAILED = "again", "repaired", "failed"
HOW = Case(
    When(order_return__reason=Return.Reason.UNDELIVERABLE, then=Value(AGAIN)),
    When(is_failed=True, then=Value(FAILED)),
    default=Value(DONE),
)
# Of the order with which they do: they are with their customer again, whatever came after that.
IS_BACK = (OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.PARTLY_RETURNED)


def open_repairs(order_return: Return) -> QuerySet[Repair]:
    """The repairs of which nobody has said yet what becomes of them: the return waits for them."""
    return order_return.repairs.filter(status__in=REPAIR_OPEN)


def repaired_units(repairs: Iterable[Repair]) -> tuple[Counter[UUID], Counter[UUID]]:
    """{line id: units} that came to be repaired and are here, and that were sent back since.

    Both count as returned on their lines; a parcel that came back undelivered does not. The
    repairs are loaded with their return and its line.
    """
    here, sent = Counter[UUID](), Counter[UUID]()
    for row in repairs:
        if row.status != RepairStatus.REFUNDED and not row.order_return.is_undeliverable:
            found = sent if row.status == RepairStatus.SENT else here
            found[row.return_line.line_id] += row.quantity
    return here, sent


def begin_repairs(order_return: Return, *, actor: User | None) -> bool:
    """Tell the customer that what is set aside of a return is to be repaired; False for nothing.

    Its order is locked, and all of it is inspected. From then on the seller is waited for.
    """
    aside = list(order_return.repairs.filter(status=RepairStatus.ASIDE).order_by("pk"))
    if not aside:
        return False
    move(aside, RepairStatus.WAITING, actor=actor)
    if not order_return.is_undeliverable:
        units = sum(row.quantity for row in aside)
        record([Event.of(order_return, "repairing", actor=actor, units=units)])
    return True


def ending_of(order_return: Return) -> dict[str, Any]:
    """What the event that closes a return says of its repairs: some failed, or none."""
    ends = set(order_return.repairs.values_list("is_failed", flat=True))
    if True in ends:
        return {"unrepaired": True}
    return {"repaired": True} if ends else {}
