"""Cancel an order: every unit that has not shipped."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.holds import close_holds
from orders.lifecycle.transitions import (
    add_quantities,
    lock_order,
    move,
    summarize_orders,
)
from orders.models import Event, Hold, Order, OrderLine, Shipment, User
from orders.states import SHIPMENT_ENDED, ShipmentStatus


@transaction.atomic(savepoint=False)
def cancel_order(order: Order, *, actor: User | None) -> Order:
    """Cancel every unit that has not shipped: the backordered ones, and the allocated ones.

    Raises DomainError while units are picked: a worker puts them back first.
    """
    order = lock_order(order.pk)
    lines = list(OrderLine.objects.filter(order=order, ships=True))
    if reason := why_not_cancelled(order, lines):
        raise DomainError(reason)
    units = {line.pk: n for line in lines if (n := line.ordered - line.cancelled - line.picked)}
    if not units:
        raise DomainError(f"Order {order} has nothing left to cancel.")
    # Counters are lowered before `cancelled` rises: their sum may never exceed `ordered`.
    add_quantities("backordered", {line.pk: -line.backordered for line in lines})
    add_quantities("allocated", {line.pk: line.picked - line.allocated for line in lines})
    add_quantities("cancelled", units)
    unpicked = Shipment.objects.filter(order=order).exclude(status__in=SHIPMENT_ENDED)
    move(unpicked, ShipmentStatus.CANCELLED, actor=actor)
    record([Event.of(order, "cancelled", actor=actor, units=_as_text(units))])
    close_holds(Hold.objects.filter(order=order, released_at__isnull=True), actor=actor)
    summarize_orders([order.pk])
    return Order.objects.get(pk=order.pk)


def why_not_cancelled(order: Order, lines: Iterable[OrderLine]) -> str:
    """Say that units are picked, and who can help; "" where the order can be cancelled."""
    picked = [line for line in lines if line.ships and line.picked > line.shipped]
    if not picked:
        return ""
    names = ", ".join(f"{line.picked - line.shipped} × {line.title}" for line in picked)
    return (
        f"Order {order} has picked units ({names}): they have to be put back first. "
        "Ask the warehouse to do that."
    )


def _as_text(units: dict[UUID, int]) -> dict[str, int]:
    return {str(line_id): number for line_id, number in units.items()}
