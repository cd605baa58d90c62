"""`POST /api/v1/orders/<id>/merge/` and `unmerge/`: send orders of one receiver in one box."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from fulfillment.api.decoding import Shape
from fulfillment.api.idempotency import OFFERED
from fulfillment.api.operations import Operation
from fulfillment.api.orders.actions import REFUSALS, OrderAction
from fulfillment.api.orders.described import Order
from fulfillment.api.orders.editing import Reason
from orders.decisions.merge import (
    MOST,
    merged_of,
    orders_beside,
    send_apart,
    send_together,
    why_not_apart,
)
from orders.errors import DomainError, InvalidInput
from orders.models import Order as OrderRow

EXAMPLE = "01a22354-0f7a-7967-9c10-6d34dc8df25a"


class Merge(msgspec.Struct, forbid_unknown_fields=True):
    """Which orders go out in one box with this one."""

    orders: Annotated[list[UUID], Meta(min_length=1, max_length=MOST - 1, description="Their ids.")]
    reason: Reason = ""


class Unmerge(msgspec.Struct, forbid_unknown_fields=True):
    """Why the order goes out in a box of its own again."""

    reason: Reason = ""


class MergeOrders(OrderAction):
    """Send this order in one box with others."""

    shape = Shape(Merge)
    operations = {
        "POST": Operation(
            "mergeOrders",
            "Send orders in one box",
            {200: Order},
            REFUSALS,
            "Open orders for one receiver at one address, from one warehouse, of which nothing is "
            "picked: one box, one label. Each keeps its lines, messages and dates; one that cannot "
            "be picked in time goes out alone.",
            body=Merge,
            headers=(OFFERED,),
            examples={"With another one": {"orders": [EXAMPLE]}},
        )
    }

    def act(self, order: OrderRow, given: Merge) -> None:
        found = {row.pk: row for row in orders_beside(order, given.orders)}
        problems = [
            (f"orders[{index}]", "expected the id of another order")
            for index, pk in enumerate(given.orders)
            if pk not in found or pk == order.pk
        ]
        if problems:
            raise InvalidInput(problems)
        send_together([order, *found.values()], actor=None, reason=given.reason)


class UnmergeOrder(OrderAction):
    """Send this order in a box of its own again."""

    shape = Shape(Unmerge)
    operations = {
        "POST": Operation(
            "unmergeOrder",
            "Send an order in a box of its own",
            {200: Order},
            REFUSALS,
            "As long as nobody picks it.",
            body=Unmerge,
            headers=(OFFERED,),
        )
    }

    def act(self, order: OrderRow, given: Unmerge) -> None:
        shipments = list(order.shipments.order_by("created_at", "pk"))
        shipment = merged_of(shipments)
        if shipment is None:
            raise DomainError(why_not_apart(order, shipments))
        send_apart(shipment, actor=None, reason=given.reason)
