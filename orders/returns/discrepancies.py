"""Discrepancies of returns: what was found is recorded, and the seller decides what happens."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Discrepancy, Event, Return, ReturnLine, User
from orders.returns.closing import close_when_done
from orders.returns.handling import returnable_units
from orders.states import DiscrepancyStatus

Kind, Decision = Discrepancy.Kind, Discrepancy.Decision
NOT_THERE = (Kind.MISSING, Kind.EMPTY)
# Somebody has to do something after these: a worker with the goods, or the seller with the money.
TO_DO = (Decision.KEEP, Decision.SEND_BACK, Decision.DISCARD, Decision.CREDIT)


def report_found(
    rows: Sequence[Discrepancy], order_return: Return | None, *, actor: User | None
) -> None:
    """Record discrepancies; the customer is told once that a return differs, not of each of them.

    The order is locked, where there is one. An unannounced parcel has nothing to differ from.
    """
    if not rows:
        return
    tells = (
        order_return is not None
        and order_return.reason not in (Return.Reason.UNDELIVERABLE, Return.Reason.UNANNOUNCED)
        and not order_return.discrepancies.filter(status=DiscrepancyStatus.OPEN).exists()
    )
    Discrepancy.objects.bulk_create(rows)
    events = [
        Event.of(row, "found", actor=actor, kind=str(row.kind), quantity=row.quantity)
        for row in rows
    ]
    if tells:
        events.append(Event.of(order_return, "differs", actor=actor))
    record(events)


def choices_of(row: Discrepancy) -> list[Discrepancy.Decision]:
    """What the seller may decide of an open discrepancy, the mildest first."""
    if row.kind in NOT_THERE:
        return [Decision.CREDIT, Decision.NO_CREDIT]
    found = []
    if row.line_id and row.order_return_id and _left(row) >= row.quantity:
        found.append(Decision.ACCEPT)
    if row.product_id:
        found.append(Decision.KEEP)
    return [*found, Decision.SEND_BACK, Decision.DISCARD]


@transaction.atomic(savepoint=False)
def decide_discrepancy(row: Discrepancy, decision: str, *, actor: User | None) -> Discrepancy:
    """Decide what happens, once. Raises DomainError for what cannot be decided so."""
    current = _locked(row)
    if current.status != DiscrepancyStatus.OPEN:
        raise DomainError(f"{current} was decided already.")
    if decision not in choices_of(current):
        raise DomainError("Choose one of the ways to go on with it.")
    if decision == Decision.ACCEPT:
        _accept(current)
    to = DiscrepancyStatus.DECIDED if decision in TO_DO else DiscrepancyStatus.DONE
    decided = _decided(current, decision, to, actor)
    if current.order_return:
        _settle(current.order_return, actor)
    return decided


@transaction.atomic(savepoint=False)
def settle_credit(row: Discrepancy, *, actor: User | None) -> Discrepancy:
    """Tick off a refund that was paid in the shop: we move no money."""
    current = _locked(row)
    if current.decision != Decision.CREDIT or current.status != DiscrepancyStatus.DECIDED:
        raise DomainError("This refund is ticked off already.")
    return move([current], DiscrepancyStatus.DONE, actor=actor)[0]


def arrived_after_all(order_return: Return, line_id: UUID, units: int, *, actor: User) -> None:
    """Take units off what is recorded as missing; the order is locked."""
    missing = order_return.discrepancies.filter(
        line=line_id, kind=Kind.MISSING, status=DiscrepancyStatus.OPEN
    ).first()
    if missing is None:
        return
    if missing.quantity > units:
        missing.quantity -= units
        missing.save(update_fields=["quantity"])
        return
    _decided(missing, Decision.ARRIVED, DiscrepancyStatus.DONE, actor)


def _locked(row: Discrepancy) -> Discrepancy:
    lock_orders([row.order_id] if row.order_id else [])
    rows = Discrepancy.objects.select_related("order", "order_return", "line", "product")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)


def _decided(row: Discrepancy, decision: str, to: str, actor: User | None) -> Discrepancy:
    changes = {"decision": decision, "decided_by": actor}
    return move([row], to, actor=actor, changes=changes, decision=str(decision))[0]


def _accept(row: Discrepancy) -> None:
    """Take the units into the return, to be inspected like the others."""
    part, _ = ReturnLine.objects.get_or_create(
        order_return=row.order_return,
        line=row.line,
        defaults={"seller_id": row.seller_id, "requested": 0},
    )
    units = {name: F(name) + row.quantity for name in ("unexpected", "received")}
    ReturnLine.objects.filter(pk=part.pk).update(**units)


def _settle(order_return: Return, actor: User | None) -> None:
    """When all is decided, the customer is told, and the return may be at its end."""
    undecided = order_return.discrepancies.filter(status=DiscrepancyStatus.OPEN)
    if not undecided.exists() and not order_return.is_undeliverable:
        record([Event.of(order_return, "settled", actor=actor)])
    close_when_done(order_return, actor=actor)


def _left(row: Discrepancy) -> int:
    """Units of its line that can still be returned."""
    if row.order is None or row.line_id is None:
        return 0
    return returnable_units(row.order).get(row.line_id, 0)
