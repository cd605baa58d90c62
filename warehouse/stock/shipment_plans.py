"""Put allocated units into shipments: one that is not picked yet, else a new one."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F

from orders.events.recording import record
from orders.keys import new_id
from orders.models import Event, Order, Shipment
from orders.states import ShipmentStatus
from warehouse.stock.sources import open_shipments

ShipmentKey = tuple[UUID, UUID]  # order, warehouse

ADD_SHIPMENT_LINES = """
INSERT INTO orders_shipmentline AS line
    (id, seller_id, shipment_id, line_id, quantity, picked, packed)
SELECT id, seller_id, shipment_id, line_id, quantity, 0, 0
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[])
    AS given (id, seller_id, shipment_id, line_id, quantity)
ON CONFLICT (shipment_id, line_id) DO UPDATE SET quantity = line.quantity + excluded.quantity
"""


class Planned(NamedTuple):
    """Units of a line of a locked order, to be shipped from a warehouse; `chosen`: why there."""

    order: Order
    warehouse_id: UUID
    line_id: UUID
    units: int
    chosen: dict[str, Any] | None = None

    @property
    def key(self) -> ShipmentKey:
        return self.order.pk, self.warehouse_id


def plan_shipments(planned: Sequence[Planned]) -> dict[ShipmentKey, Shipment]:
    """{(order, warehouse): its shipment with these units}, in a few statements."""
    shipments = open_shipments({row.order.pk for row in planned})
    new = _new({row.key: row for row in planned if row.key not in shipments})
    if new:
        Shipment.objects.bulk_create(new.values())
        _count(new)
        record([Event.of(shipment, ShipmentStatus.PLANNED) for shipment in new.values()])
    _explain([row for row in planned if row.chosen and row.key in shipments], shipments)
    shipments |= new
    insert_rows(
        ADD_SHIPMENT_LINES,
        [
            (new_id(), row.order.seller_id, shipments[row.key].pk, row.line_id, row.units)
            for row in planned
        ],
    )
    return {row.key: shipments[row.key] for row in planned}


def insert_rows(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run an INSERT that unnests one array per column."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _new(wanted: dict[ShipmentKey, Planned]) -> dict[ShipmentKey, Shipment]:
    """A shipment each; those of one order are numbered one after the other."""
    made: Counter[UUID] = Counter()
    new = {}
    for key, row in wanted.items():
        made[row.order.pk] += 1
        new[key] = _shipment(row, row.order.shipments_made + made[row.order.pk])
    return new


def _count(new: dict[ShipmentKey, Shipment]) -> None:
    """Add them to the numbers of their orders: a statement, and one more where several are."""
    made = Counter(order_id for order_id, _ in new)
    for number in sorted(set(made.values())):
        mine = Order.objects.filter(pk__in=[pk for pk, units in made.items() if units == number])
        mine.update(shipments_made=F("shipments_made") + number)


def _explain(rows: Sequence[Planned], shipments: dict[ShipmentKey, Shipment]) -> None:
    """Keep why units were added to shipments that were there; no statement where none says it."""
    changed = {}
    for row in rows:
        shipments[row.key].chosen = row.chosen
        changed[row.key] = shipments[row.key]
    Shipment.objects.bulk_update(changed.values(), ["chosen"])


def _shipment(row: Planned, number: int) -> Shipment:
    order = row.order
    return Shipment(
        seller_id=order.seller_id,
        order=order,
        warehouse_id=row.warehouse_id,
        number=f"{order.number}-{number}",
        priority=order.priority,
        ship_by=order.ship_by,
        chosen=row.chosen,
    )
