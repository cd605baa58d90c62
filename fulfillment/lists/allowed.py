"""Why an order cannot be held, cancelled or changed now: what pages and API say alike.

The action decides, under its lock: this is what it would say now, without a statement.
"""

from collections.abc import Sequence

from orders.lifecycle.cancel import why_not_cancelled
from orders.lifecycle.edit_lines import nothing_added
from orders.lifecycle.kits import free_units, not_picked
from orders.models import Hold, Order, OrderLine, Package
from orders.states import OrderStatus, PackageStatus
from orders.words import predicate, say, state


def why_not(
    order: Order, lines: Sequence[OrderLine], holds: Sequence[Hold], boxes: Sequence[Package]
) -> dict[str, str]:
    """{action: why it would be refused, "" where it would not}. `holds` are the open ones."""
    return {
        "cancel": _why_not_cancelled(order, lines),
        "hold": _why_not_held(order, lines, holds),
        "address": _why_not_addressed(order, lines, boxes),
        "edit": _why_not_edited(order),
        "units": _why_no_other_units(order, lines),
    }


def _why_not_cancelled(order: Order, lines: Sequence[OrderLine]) -> str:
    if reason := why_not_cancelled(order, lines):
        return reason
    if any(free_units(lines).values()) or any(not_picked(line) for line in lines if line.ships):
        return ""
    return say("Order {order} has nothing left to cancel.", order=order)


def _why_not_held(order: Order, lines: Sequence[OrderLine], holds: Sequence[Hold]) -> str:
    if not _has_units_to_leave(lines):
        present = predicate(state(order))
        return say(
            "Order {order} is {present}: there is nothing to put on hold.",
            order=order,
            present=present,
        )
    held = next((hold for hold in holds if hold.reason == Hold.Reason.SELLER), None)
    return say("Order {order} is already on hold: {held}.", order=order, held=held) if held else ""


def _why_not_addressed(order: Order, lines: Sequence[OrderLine], boxes: Sequence[Package]) -> str:
    if any(box.tracking_number and box.status != PackageStatus.CANCELLED for box in boxes):
        return say(
            "Order {order} already has a label: its address can no longer change.", order=order
        )
    if not _has_units_to_leave(lines):
        present = predicate(state(order))
        return say(
            "Order {order} is {present}: its address can no longer change.",
            order=order,
            present=present,
        )
    return ""


def _why_not_edited(order: Order) -> str:
    """What else is fixed depends on the field: the action says it."""
    if order.status == OrderStatus.CANCELLED:
        return say("Order {order} is cancelled: its contact can no longer change.", order=order)
    return ""


def _why_no_other_units(order: Order, lines: Sequence[OrderLine]) -> str:
    is_open = any(line.ships and line.ordered > line.cancelled + line.packed for line in lines)
    return "" if is_open else nothing_added(order)


def _has_units_to_leave(lines: Sequence[OrderLine]) -> bool:
    return any(line.ships and line.ordered > line.cancelled + line.shipped for line in lines)
