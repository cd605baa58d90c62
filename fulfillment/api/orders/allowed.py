"""What can be done with an order now, and why the rest cannot: in the words of the actions."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from orders.decisions.merge import why_not_apart, why_not_merged
from orders.decisions.split import why_not_joined, why_not_split
from orders.decisions.uncancel import NOTHING, last_cancellation, why_not_undone
from orders.lifecycle.cancel import why_not_cancelled
from orders.lifecycle.edit_lines import nothing_added
from orders.lifecycle.holds import why_not_released
from orders.lifecycle.kits import free_units, not_picked
from orders.models import Hold, Order, OrderLine, Package, Shipment
from orders.states import OrderStatus, PackageStatus

Action = Literal[
    "cancel",
    "uncancel",
    "hold",
    "release",
    "address",
    "edit",
    "units",
    "split",
    "join",
    "merge",
    "unmerge",
]


class AllowedAction(msgspec.Struct):
    """An action on an order: `POST /api/v1/orders/<id>/<action>/`."""

    action: Action
    allowed: bool
    reason: Annotated[str, Meta(description="Why not; empty where it is allowed.")]


def allowed_actions(
    order: Order,
    lines: Sequence[OrderLine],
    holds: Sequence[Hold],
    boxes: Sequence[Package],
    shipments: Sequence[Shipment],
) -> list[AllowedAction]:
    """Each action with the reason for which it would be refused; few queries.

    The action decides, under its lock: this is what it would say now. `holds` are the open ones.
    """
    reasons: dict[Action, str] = {
        "cancel": _why_not_cancelled(order, lines),
        "uncancel": _why_not_uncancelled(order, lines),
        "hold": _why_not_held(order, lines, holds),
        "release": _why_not_released(order, holds),
        "address": _why_not_addressed(order, lines, boxes),
        "edit": _why_not_edited(order),
        "units": _why_no_other_units(order, lines),
        "split": why_not_split(order, shipments),
        "join": why_not_joined(order, shipments),
        "merge": why_not_merged(order, shipments),
        "unmerge": why_not_apart(order, shipments),
    }
    return [AllowedAction(name, not reason, reason) for name, reason in reasons.items()]


def _why_not_cancelled(order: Order, lines: Sequence[OrderLine]) -> str:
    if reason := why_not_cancelled(order, lines):
        return reason
    if any(free_units(lines).values()) or any(not_picked(line) for line in lines if line.ships):
        return ""
    return f"Order {order} has nothing left to cancel."


def _why_not_uncancelled(order: Order, lines: Sequence[OrderLine]) -> str:
    if not any(line.cancelled for line in lines):
        return NOTHING.format(order)
    return why_not_undone(order, last_cancellation(order))


def _why_not_held(order: Order, lines: Sequence[OrderLine], holds: Sequence[Hold]) -> str:
    if not _has_units_to_leave(lines):
        present = order.get_status_display().lower()
        return f"Order {order} is {present}: there is nothing to put on hold."
    held = next((hold for hold in holds if hold.reason == Hold.Reason.SELLER), None)
    return f"Order {order} is already on hold: {held}." if held else ""


def _why_not_released(order: Order, holds: Sequence[Hold]) -> str:
    if not holds:
        return f"Order {order} is not on hold."
    refusals = [why_not_released(order, hold) for hold in holds]
    return "" if "" in refusals else refusals[0]


def _why_not_addressed(order: Order, lines: Sequence[OrderLine], boxes: Sequence[Package]) -> str:
    if any(box.tracking_number and box.status != PackageStatus.CANCELLED for box in boxes):
        return f"Order {order} already has a label: its address can no longer change."
    if not _has_units_to_leave(lines):
        present = order.get_status_display().lower()
        return f"Order {order} is {present}: its address can no longer change."
    return ""


def _why_not_edited(order: Order) -> str:
    """What else is fixed depends on the field: the action says it."""
    if order.status == OrderStatus.CANCELLED:
        return f"Order {order} is cancelled: its contact can no longer change."
    return ""


def _why_no_other_units(order: Order, lines: Sequence[OrderLine]) -> str:
    is_open = any(line.ships and line.ordered > line.cancelled + line.packed for line in lines)
    return "" if is_open else nothing_added(order)


def _has_units_to_leave(lines: Sequence[OrderLine]) -> bool:
    return any(line.ships and line.ordered > line.cancelled + line.shipped for line in lines)
