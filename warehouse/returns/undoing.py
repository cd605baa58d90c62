"""Undo of an inspection: the last decision about units of a line, until its end was told."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError
from orders.event_kinds import UNDONE
from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities, lock_orders, summarize_orders
from orders.models import Event, Repair, ReturnLine, User
from orders.states import RepairStatus, ReturnStatus
from orders.words import say
from warehouse.models import Location, Stock, StockMovement
from warehouse.returns.grades import REFURBISHED, RESTOCKED, WRITTEN_OFF, count_grade
from warehouse.stock.closing import may_leave
from warehouse.stock.postings import Posting, lock_supplies, post

FATES = {f"return_line.{fate}": fate for fate in (RESTOCKED, REFURBISHED, WRITTEN_OFF)}


def last_inspections(order_id: UUID, lines: Iterable[ReturnLine]) -> dict[UUID, Event]:
    """{line id: the last decision about its units that was not undone}."""
    kinds = [*FATES, *(f"{kind}{UNDONE}" for kind in FATES)]
    ids = [line.pk for line in lines]
    rows = Event.objects.filter(order=order_id, subject_id__in=ids, kind__in=kinds)
    events = list(rows.order_by("pk"))
    undone = {event.data.get("undoes") for event in events}
    stand = [row for row in events if row.kind in FATES and str(row.pk) not in undone]
    return {row.subject_id: row for row in stand if row.subject_id}


def undoable(order_id: UUID, lines: Iterable[ReturnLine]) -> set[UUID]:
    """Those of the lines that have an inspection to undo."""
    there = list(lines)
    aside = Repair.objects.filter(return_line__in=there, status=RepairStatus.ASIDE)
    return {*last_inspections(order_id, there), *aside.values_list("return_line", flat=True)}


@transaction.atomic(savepoint=False)
def undo_inspection(return_line: ReturnLine, *, seen: int | None = None, actor: User) -> str:
    """Undo the last decision about units of a line; they are inspected again.

    `seen`: how many were inspected as the screen was shown; another decision is not undone unseen.
    Returns what to tell the worker. Raises DomainError when nothing was inspected, the units are
    promised or gone from their place, or the end of the return was told.
    """
    lock_orders([return_line.order_id])
    rows = ReturnLine.objects.select_related("order_return", "line")
    line = rows.select_for_update(no_key=True, of=("self", "order_return")).get(pk=return_line.pk)
    if seen is not None and seen != line.inspected:
        raise DomainError(
            say("{title}: units of it were decided about since. Look again.", title=line.line.title)
        )
    last = last_inspections(line.order_id, [line]).get(line.pk)
    aside = line.repairs.filter(status=RepairStatus.ASIDE).order_by("pk").last()
    if (last or aside) and line.order_return.status != ReturnStatus.RECEIVED:
        raise DomainError(
            say(
                "Return {order_return} is closed, and its end told: too late.",
                order_return=line.order_return,
            )
        )
    if aside and (last is None or aside.found_at > last.at):
        return _not_aside(line, aside, actor)
    if last is None:
        raise DomainError(
            say("{title}: nothing is inspected, there is nothing to undo.", title=line.line.title)
        )
    fate, units = FATES[last.kind], int(last.data["quantity"])
    _count_back(line, fate, units, last)
    if fate != WRITTEN_OFF:
        _take_out(line, last, units, actor)
    undo = {"quantity": units, "undoes": str(last.pk)}
    record([Event.of(line, f"{fate}{UNDONE}", actor=actor, **undo)])
    summarize_orders([line.order_id])
    return say("Undone: {units} × {title} to inspect again", units=units, title=line.line.title)


def _count_back(line: ReturnLine, fate: str, units: int, event: Event | None) -> None:
    """Count units as not inspected, and not graded; their decision is told by its event."""
    grade = event.data.get("grade") if event else None  # none before units were graded
    setattr(line, fate, getattr(line, fate) - units)
    line.inspected -= units
    names = [count_grade(line, grade, -units)] if grade else []
    line.save(update_fields=[fate, "inspected", *names])
    if not line.order_return.is_undeliverable:
        add_quantities("returned", {line.line_id: -units})


def _not_aside(line: ReturnLine, aside: Repair, actor: User) -> str:
    """Take units back that are set aside to be repaired: nobody was told of it yet."""
    units = aside.quantity
    kind = f"{Repair.KIND}.{RepairStatus.ASIDE}"
    found = Event.objects.filter(order=line.order_id, kind=kind, subject_id=aside.pk)
    _count_back(line, "sent_back", units, found.order_by("pk").last())
    record([Event.of(aside, f"{RepairStatus.ASIDE}{UNDONE}", actor=actor, quantity=units)])
    aside.delete()
    summarize_orders([line.order_id])
    return say("Undone: {units} × {title} to inspect again", units=units, title=line.line.title)


def _take_out(line: ReturnLine, restock: Event, units: int, actor: User) -> None:
    product, location = UUID(restock.data["product"]), UUID(restock.data["location"])
    key = product, Location.objects.get(pk=location).warehouse_id
    supply = lock_supplies([key])[key]
    rows = Stock.objects.select_related("location").filter(product=product, location=location)
    stock = rows.get(lot=restock.data.get("lot", ""))
    if stock.on_hand >= units and not may_leave(stock, supply, units):
        raise DomainError(
            say("{product}: too late to undo, an order needs these units.", product=line.line.title)
        )
    posting = Posting.at(stock, -units, subject_id=line.pk)
    post([posting], reason=StockMovement.Reason.RESTOCKED, actor=actor)
