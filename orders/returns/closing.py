"""The end of a return: closed when all that came is inspected and decided."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from orders.lifecycle.dead_letters import Work, run_alone
from orders.lifecycle.transitions import move, summarize_orders
from orders.models import Discrepancy, Event, Repair, Return, ReturnLine, User
from orders.returns.exchanged import let_go, lock_with_exchanges
from orders.returns.owed import owe_refund
from orders.returns.repairs import begin_repairs, ending_of, open_repairs
from orders.states import DiscrepancyStatus, RepairStatus, ReturnStatus

FINISHED_AFTER = timedelta(minutes=10)  # an inspection that nobody has finished, or undone
CALLED_OFF = ("order.cancelled", "order.lines_cancelled")
CALLED_OFF_WITHIN = timedelta(days=2)  # the sweep comes by every hour
BATCH = 100
CLOSING = Work("closing_returns", "Closing a return")
OWING = Work("called_off", "Owing what an exchange was for")


def is_done(order_return: Return) -> bool:
    """Whether nothing of a received return is left to inspect, to decide, or to repair."""
    return is_inspected(order_return) and not open_repairs(order_return).exists()


def may_finish(order_return: Return) -> bool:
    """Whether somebody may finish its inspection: it is closed, or what is to be repaired told."""
    waits = order_return.repairs.filter(status=RepairStatus.WAITING).exists()
    return is_inspected(order_return) and not waits


def is_inspected(order_return: Return) -> bool:
    """Whether nothing of a received return is left to inspect, or to decide.

    What is missing does not hold it up: nothing has to be done with it.
    """
    if _undecided().filter(order_return=order_return).exists():
        return False
    lines = order_return.lines.filter(received__gt=F("inspected"))
    return order_return.status == ReturnStatus.RECEIVED and not lines.exists()


def close_when_done(order_return: Return, *, actor: User | None) -> Return:
    """Close a received return, whose order is locked, if nothing of it is left to do.

    What was kept in exchange for what came is sent, what was for the rest is called off.

    The event of a return of which nothing was inspected says so: nobody is told that it was.
    """
    current = Return.objects.get(pk=order_return.pk)
    if not is_done(current):
        summarize_orders([current.order_id])
        return current
    is_empty = not current.lines.filter(inspected__gt=0).exists()
    data: dict[str, Any] = {"empty": True} if is_empty else ending_of(current)
    closed = move([current], ReturnStatus.CLOSED, actor=actor, **data)[0]
    let_go(closed, actor=actor)
    owe_refund(closed, actor=actor)
    return closed


def finish(order_return: Return, *, actor: User | None) -> Return:
    """Close a return of which all is inspected, whose order is locked; or say what is repaired."""
    if may_finish(order_return) and begin_repairs(order_return, actor=actor):
        return order_return
    return close_when_done(order_return, actor=actor)


def close_finished(now: datetime) -> int:
    """Close returns that were inspected some time ago and that nobody has finished; how many.

    Of those with units to repair the customer is told so, instead.
    """

    @transaction.atomic
    def alone(order_id: UUID) -> int:
        lock_with_exchanges(order_id)
        rows = list(_waiting(now).filter(order=order_id).order_by("pk"))
        closed = [finish(row, actor=None) for row in rows]
        return sum(row.status == ReturnStatus.CLOSED for row in closed)

    return run_alone(CLOSING, _waiting(now).order_by("created_at"), alone, most=BATCH)


def owe_called_off(now: datetime) -> int:
    """Owe what an exchange was for that was called off after its return was closed; how many."""
    news = Event.objects.filter(
        order=OuterRef("exchange"), kind__in=CALLED_OFF, at__gt=now - CALLED_OFF_WITHIN
    )
    rows = Return.objects.filter(Exists(news), status=ReturnStatus.CLOSED)

    @transaction.atomic
    def alone(order_id: UUID) -> int:
        lock_with_exchanges(order_id)
        found = list(rows.filter(order=order_id).order_by("pk"))
        for row in found:
            owe_refund(row, actor=None)
        return len(found)

    return run_alone(OWING, rows.order_by("pk"), alone)


def _undecided() -> QuerySet[Discrepancy]:
    """What waits for the seller's decision; what is missing waits for nothing."""
    rows = Discrepancy.objects.filter(status=DiscrepancyStatus.OPEN)
    return rows.exclude(kind=Discrepancy.Kind.MISSING)


def _unannounced_and_decided() -> Q:
    """Nothing of it came into the return, and the seller has decided about all that was in it."""
    rows = Discrepancy.objects.filter(order_return=OuterRef("pk"))
    undecided = rows.filter(status=DiscrepancyStatus.OPEN)
    return Q(Exists(rows), ~Exists(undecided), reason=Return.Reason.UNANNOUNCED)


def _waiting(now: datetime) -> QuerySet[Return]:
    part = ReturnLine.objects.filter(order_return=OuterRef("pk"))
    fresh = Event.objects.filter(order=OuterRef("order"), at__gt=now - FINISHED_AFTER)
    told = Repair.objects.filter(order_return=OuterRef("pk"), status=RepairStatus.WAITING)
    return Return.objects.filter(
        ~Exists(part.filter(received__gt=F("inspected"))),
        ~Exists(_undecided().filter(order_return=OuterRef("pk"))),
        ~Exists(fresh),
        ~Exists(told),
        Exists(part.filter(inspected__gt=0)) | _unannounced_and_decided(),
        status=ReturnStatus.RECEIVED,
    )
