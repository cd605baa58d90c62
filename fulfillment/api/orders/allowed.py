"""What can be done with an order now, and why the rest cannot: in the words of the actions."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from fulfillment.lists.allowed import why_not
from orders.decisions.merge import why_not_apart, why_not_merged
from orders.decisions.split import why_not_joined, why_not_split
from orders.decisions.uncancel import NOTHING, last_cancellation, why_not_undone
from orders.lifecycle.holds import why_not_released
from orders.models import Hold, Order, OrderLine, Package, Shipment
from warehouse.stock.moving import why_not_moved

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
    "move",
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
    own = why_not(order, lines, holds, boxes)
    reasons: dict[Action, str] = {
        "cancel": own["cancel"],
        "uncancel": _why_not_uncancelled(order, lines),
        "hold": own["hold"],
        "release": _why_not_released(order, holds),
        "address": own["address"],
        "edit": own["edit"],
        "units": own["units"],
        "split": why_not_split(order, shipments),
        "join": why_not_joined(order, shipments),
        "merge": why_not_merged(order, shipments),
        "unmerge": why_not_apart(order, shipments),
        "move": why_not_moved(order, shipments),
    }
    return [AllowedAction(name, not reason, reason) for name, reason in reasons.items()]


def _why_not_uncancelled(order: Order, lines: Sequence[OrderLine]) -> str:
    if not any(line.cancelled for line in lines):
        return NOTHING.format(order=order)
    return why_not_undone(order, last_cancellation(order))


def _why_not_released(order: Order, holds: Sequence[Hold]) -> str:
    if not holds:
        return f"Order {order} is not on hold."
    refusals = [why_not_released(order, hold) for hold in holds]
    return "" if "" in refusals else refusals[0]
