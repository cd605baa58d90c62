"""Put allocated units into shipments: one that is not picked yet, else a new one."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F

from orders.events.recording import record
from orders.keys import new_id
from orders.models import Event, Order, Shipment
from orders.states import SHIPMENT_NOT_BEGUN, ShipmentStatus

ADD_SHIPMENT_LINES = """
INSERT INTO orders_shipmentline AS line
    (id, seller_id, shipment_id, line_id, quantity, picked, packed)
SELECT id, seller_id, shipment_id, line_id, quantity, 0, 0
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[])
    AS given (id, seller_id, shipment_id, line_id, quantity)
ON CONFLICT (shipment_id, line_id) DO UPDATE SET quantity = line.quantity + excluded.quantity
"""


class Planned(NamedTuple):
    """Units of a line of a locked order, to be shipped from a warehouse."""

    order: Order
    warehouse_id: UUID
    line_id: UUID
    units: int


def plan_shipments(planned: Sequence[Planned]) -> dict[UUID, Shipment]:
    """{order id: its shipment with these units}, in a few statements."""
    shipments = _open_shipments(planned)
    new = {row.order.pk: _shipment(row) for row in planned if row.order.pk not in shipments}
    if new:
        Shipment.objects.bulk_create(new.values())
        Order.objects.filter(pk__in=new).update(shipments_made=F("shipments_made") + 1)
        record([Event.of(shipment, ShipmentStatus.PLANNED) for shipment in new.values()])
    shipments |= new
    insert_rows(
        ADD_SHIPMENT_LINES,
        [
            (new_id(), row.order.seller_id, shipments[row.order.pk].pk, row.line_id, row.units)
            for row in planned
        ],
    )
    return shipments


def insert_rows(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run an INSERT that unnests one array per column."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _open_shipments(planned: Sequence[Planned]) -> dict[UUID, Shipment]:
    """{order id: its shipment from the same warehouse that is not picked yet, nor split off}.

    One parcel is better than two. No picker can take it meanwhile: that needs the order's lock.
    """
    warehouse_ids = {row.order.pk: row.warehouse_id for row in planned}
    open_ones = Shipment.objects.filter(status__in=SHIPMENT_NOT_BEGUN, is_apart=False)
    rows = open_ones.filter(order__in=warehouse_ids).order_by("pk")
    return {row.order_id: row for row in rows if row.warehouse_id == warehouse_ids[row.order_id]}


def _shipment(row: Planned) -> Shipment:
    order = row.order
    return Shipment(
        seller_id=order.seller_id,
        order=order,
        warehouse_id=row.warehouse_id,
        number=f"{order.number}-{order.shipments_made + 1}",
        priority=order.priority,
        ship_by=order.ship_by,
    )
