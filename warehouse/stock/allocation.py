"""Supply is promised to orders, in sets: by promise, priority and age, not by who came first."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from orders.events.recording import record
from orders.keys import new_id
from orders.lifecycle.decisions import release_shipments
from orders.lifecycle.transitions import add_quantities, summarize_orders
from orders.models import Event, Order, Promise, Shipment
from orders.promises.making import newest_promises
from warehouse.models import Supply
from warehouse.stock.postings import SupplyKey, change_supplies, lock_supplies
from warehouse.stock.shipment_plans import Planned, insert_rows, plan_shipments

# The lists of ids come from two small partial indexes; only then are the orders put in order.
CLAIM = """
SELECT orders_order.id, seller_id, number, priority, ship_by, shipments_made
FROM orders_order
WHERE id IN (
    SELECT order_id FROM orders_orderline
    WHERE ships AND product_id IS NOT NULL AND ordered > allocated + backordered + cancelled
    UNION
    SELECT line.order_id
    FROM orders_orderline line
    JOIN orders_seller seller ON seller.id = line.seller_id
    JOIN warehouse_supply supply
        ON supply.product_id = line.product_id AND supply.warehouse_id = seller.warehouse_id
    WHERE line.backordered > 0 AND supply.on_hand > supply.reserved
)
ORDER BY ship_by, priority DESC, placed_at, id
LIMIT %s
FOR NO KEY UPDATE SKIP LOCKED
"""
WANTED = """
SELECT DISTINCT line.product_id, seller.warehouse_id
FROM orders_orderline line JOIN orders_seller seller ON seller.id = line.seller_id
WHERE line.order_id = ANY(%s) AND line.ships AND line.product_id IS NOT NULL
    AND line.ordered > line.allocated + line.cancelled
"""
# Each product is shared out in the order of policy: whoever comes before is served in full.
SHARE = """
WITH want AS (
    SELECT line.id, line.order_id, line.product_id, seller.warehouse_id, line.backordered,
        line.ordered - line.allocated - line.cancelled AS units,
        coalesce(supply.on_hand - supply.reserved, 0) AS available,
        sum(line.ordered - line.allocated - line.cancelled) OVER (
            PARTITION BY line.product_id, seller.warehouse_id
            ORDER BY orders_order.ship_by, orders_order.priority DESC, orders_order.placed_at,
                orders_order.id, line.position, line.id
        ) AS units_up_to_here
    FROM orders_orderline line
    JOIN orders_order ON orders_order.id = line.order_id
    JOIN orders_seller seller ON seller.id = line.seller_id
    LEFT JOIN warehouse_supply supply
        ON supply.product_id = line.product_id AND supply.warehouse_id = seller.warehouse_id
    WHERE line.order_id = ANY(%s) AND line.ships AND line.product_id IS NOT NULL
        AND line.ordered > line.allocated + line.cancelled
)
SELECT id, order_id, product_id, warehouse_id, backordered, units,
    greatest(0, least(units, available - (units_up_to_here - units)))::int AS given
FROM want
ORDER BY order_id, id
"""
ADD_RESERVATIONS = """
INSERT INTO warehouse_reservation AS reservation (id, seller_id, supply_id, line_id, quantity)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[])
ON CONFLICT (line_id, supply_id)
DO UPDATE SET quantity = reservation.quantity + excluded.quantity
"""


@dataclass(frozen=True, slots=True)
class Share:
    """An order line gets `given` of the `units` it wants; `backordered` of them it waited for."""

    line_id: UUID
    order_id: UUID
    product_id: UUID
    warehouse_id: UUID
    backordered: int
    units: int
    given: int

    @property
    def newly_backordered(self) -> int:
        return self.units - self.given - self.backordered

    def planned_for(self, orders: dict[UUID, Order]) -> Planned:
        return Planned(orders[self.order_id], self.warehouse_id, self.line_id, self.given)


def allocate_due(limit: int = 100) -> int:
    """Give supply to all orders that wait for it, up to `limit` in a transaction.

    Returns how many orders were looked at. May run in many processes at once. What comes while it
    runs has a wake-up of its own, and what that finds locked is found by the sweep: looking again
    at once would serve a rush two orders at a time.
    """
    touched = number = _allocate_batch(limit)
    while number == limit:
        number = _allocate_batch(limit)
        touched += number
    return touched


@transaction.atomic(savepoint=False)
def _allocate_batch(limit: int) -> int:
    """A bounded number of statements whatever the number of orders and lines."""
    orders = {order.pk: order for order in Order.objects.raw(CLAIM, [limit])}
    if not orders:
        return 0
    # Read again under the locks: another allocator may have served them since the claim looked.
    supplies = lock_supplies(_rows(WANTED, [list(orders)]))
    shares = [Share(*row) for row in _rows(SHARE, [list(orders)])]
    served = [share for share in shares if share.given]
    _count(shares)
    _reserve(served, orders, supplies)
    shipments = plan_shipments([share.planned_for(orders) for share in served])
    promises = _promises({share.order_id for share in shares if share.newly_backordered > 0})
    record(_events(shares, orders, shipments, promises))
    release_shipments(shipments)
    summarize_orders({share.order_id for share in shares})
    return len(orders)


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _count(shares: list[Share]) -> None:
    """Waiting units first: a unit is never both backordered and allocated, not even in between."""
    add_quantities("backordered", {share.line_id: share.newly_backordered for share in shares})
    add_quantities("allocated", {share.line_id: share.given for share in shares})


def _reserve(
    served: list[Share], orders: dict[UUID, Order], supplies: dict[SupplyKey, Supply]
) -> None:
    given: Counter[SupplyKey] = Counter()
    for share in served:
        given[share.product_id, share.warehouse_id] += share.given
    change_supplies([(supplies[key], 0, number) for key, number in given.items()])
    rows = [
        (
            new_id(),
            orders[share.order_id].seller_id,
            supplies[share.product_id, share.warehouse_id].pk,
            share.line_id,
            share.given,
        )
        for share in served
    ]
    insert_rows(ADD_RESERVATIONS, rows)


def _promises(order_ids: set[UUID]) -> dict[UUID, Promise]:
    """What was promised of orders that have to wait: it holds for what they got only."""
    if not order_ids:
        return {}
    return newest_promises(order_ids, Promise.Kind.ARRIVES, shipment__isnull=True)


def _events(
    shares: list[Share],
    orders: dict[UUID, Order],
    shipments: dict[UUID, Shipment],
    promises: dict[UUID, Promise],
) -> list[Event]:
    """One event an order for what it got, one for what it waits for since now, and the rest."""
    given: dict[UUID, dict[str, int]] = defaultdict(dict)
    waiting: dict[UUID, dict[str, int]] = defaultdict(dict)
    for share in shares:
        if share.given:
            given[share.order_id][str(share.line_id)] = share.given
        if share.newly_backordered > 0:
            waiting[share.order_id][str(share.line_id)] = share.newly_backordered
    allocated = [
        Event.of(orders[pk], "allocated", units=units, shipment=str(shipments[pk].pk))
        for pk, units in given.items()
    ]
    return allocated + [
        Event.of(
            orders[pk],
            "backordered",
            units=units,
            here=given.get(pk, {}),
            promise=str(promises[pk].pk) if pk in promises else "",
        )
        for pk, units in waiting.items()
    ]
