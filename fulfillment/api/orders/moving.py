"""`POST /api/v1/orders/<id>/move/`: let a shipment leave another warehouse."""

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
from orders.errors import InvalidInput
from orders.models import Order as OrderRow
from warehouse.stock.moving import movable_of, send_from, warehouse_of

LONGEST_CODE = 20


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """Which shipment leaves which warehouse."""

    warehouse: Annotated[
        str, Meta(min_length=1, max_length=LONGEST_CODE, description="Its code, in any case.")
    ]
    shipment: Annotated[
        UUID | None, Meta(description="Its id; needed where more than one could be moved.")
    ] = None
    reason: Reason = ""


class MoveOrder(OrderAction):
    """Send a shipment of an order from another warehouse."""

    shape = Shape(Move)
    operations = {
        "POST": Operation(
            "moveOrder",
            "Send from another warehouse",
            {200: Order},
            REFUSALS,
            "A shipment that nobody picks yet leaves another warehouse of the seller, which needs "
            "all of its units in stock. `GET /api/v1/stock/` has what each one has. A repeat is "
            "refused: it leaves that warehouse already.",
            body=Move,
            headers=(OFFERED,),
            examples={"From Leipzig": {"warehouse": "LEJ", "reason": "Berlin is flooded."}},
        )
    }

    def act(self, order: OrderRow, given: Move) -> None:
        goal = warehouse_of(order.seller, given.warehouse.strip())
        if goal is None:
            unknown = "is no code of a warehouse that the seller ships from"
            raise InvalidInput([("warehouse", unknown)])
        shipment = movable_of(order, given.shipment)
        send_from(shipment, goal, actor=None, reason=given.reason)
