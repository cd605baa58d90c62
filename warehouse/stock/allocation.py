"""The allocator: reserve supply for orders, many at a time, by promise, priority and age."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from orders.carriers import CARRIERS
from orders.events.recording import record
from orders.keys import new_id
from orders.lifecycle.dead_letters import Work, in_turn, retry_dead_letters, run_batch
from orders.lifecycle.holds import release_shipments
from orders.lifecycle.kits import unpack_kits
from orders.lifecycle.transitions import add_quantities, summarize_orders
from orders.models import Event, KitPart, Order, OrderLine, Promise, Shipment
from orders.promises.beyond import keep_beyond
from orders.promises.making import newest_promises
from orders.statements import KITS, wait_for_lock, with_codes
from orders.states import ShippingRule
from warehouse.models import Supply
from warehouse.planning.sourcing import House, Want, source
from warehouse.stock.closing import CLOSED, FREE
from warehouse.stock.postings import SupplyKey, change_supplies, lock_supplies
from warehouse.stock.shipment_plans import Planned, ShipmentKey, insert_rows, plan_shipments
from warehouse.stock.sources import BEYOND_BEFORE, houses_for, kept

WORK = Work("allocation", "Reserving stock")
# Of an order that is sent whole or not at all: a product of which there is too little. It waits on,
# or the allocator would come back to it again and again.
TOO_LITTLE = with_codes(
    """
    SELECT FROM orders_orderline other
    JOIN orders_order whole ON whole.id = other.order_id AND whole.ships_as = {complete}
    WHERE other.order_id = line.order_id AND other.ships
    GROUP BY whole.id, other.seller_id, other.product_id
    HAVING sum(other.ordered - other.allocated - other.cancelled) > (
        SELECT coalesce(sum({free}), 0)
        FROM orders_sellerwarehouse house
        JOIN warehouse_supply supply ON supply.warehouse_id = house.warehouse_id
            AND supply.product_id = other.product_id
        WHERE house.seller_id = other.seller_id AND NOT house.is_paused
            AND (whole.service -> 'beyond' -> 'warehouses' ? house.warehouse_id::text) IS NOT TRUE
    )
""".replace("{free}", FREE),
    complete=ShippingRule.COMPLETE,
)
# The ids come from small partial indexes; only the orders found are sorted.
WAITING = f"""
FROM orders_order
WHERE id IN (
    -- Orders with units that are neither allocated nor backordered yet.
    SELECT order_id FROM orders_orderline
    WHERE ships AND product_id IS NOT NULL AND ordered > allocated + backordered + cancelled
    UNION
    -- Backordered orders for a product that has unreserved supply again.
    SELECT line.order_id
    FROM orders_orderline line
    JOIN orders_sellerwarehouse house ON house.seller_id = line.seller_id AND NOT house.is_paused
    JOIN warehouse_supply supply
        ON supply.product_id = line.product_id AND supply.warehouse_id = house.warehouse_id
    LEFT JOIN orders_order marked ON marked.id = line.order_id AND marked.service ? 'beyond'
    WHERE line.backordered > 0 AND supply.on_hand > supply.reserved
        AND (marked.service -> 'beyond' -> 'warehouses' ? house.warehouse_id::text) IS NOT TRUE
        AND supply.on_hand - {CLOSED.format(supply="supply")} > supply.reserved
        AND NOT EXISTS ({TOO_LITTLE})
    UNION {BEYOND_BEFORE}
) AND {in_turn(WORK, "orders_order.id")}
ORDER BY ship_by, priority DESC, placed_at, id
LIMIT %(limit)s
"""  # noqa: S608 a condition of our own
DUE = f"SELECT id {WAITING}"
CLAIM = f"""
SELECT orders_order.id, seller_id, number, priority, ship_by, shipments_made, ships_as,
    service ? 'beyond' AS was_beyond,
    EXISTS (
        SELECT FROM orders_orderline line
        WHERE line.order_id = orders_order.id AND line.ships AND line.product_id IS NULL
            AND line.ordered > line.cancelled
    ) AS has_unknown
{WAITING}
FOR NO KEY UPDATE SKIP LOCKED
"""  # noqa: S608 as above
# The units that each line wants, in order of policy, with the unreserved units of its product in
# each warehouse that its seller ships from; a seller whose warehouses are all paused has none.
WANTED = f"""
SELECT line.id, line.order_id, line.product_id, house.warehouse_id, line.backordered,
    line.ordered - line.allocated - line.cancelled AS units,
    coalesce(supply.on_hand - supply.reserved - {CLOSED.format(supply="supply")}, 0) AS available,
    house.position > 0 AS is_other
FROM orders_orderline line
JOIN orders_order ON orders_order.id = line.order_id
LEFT JOIN orders_sellerwarehouse house
    ON house.seller_id = line.seller_id AND NOT house.is_paused
LEFT JOIN warehouse_supply supply
    ON supply.product_id = line.product_id AND supply.warehouse_id = house.warehouse_id
WHERE line.order_id = ANY(%(orders)s) AND line.ships AND line.product_id IS NOT NULL
    AND line.ordered > line.allocated + line.cancelled
ORDER BY orders_order.ship_by, orders_order.priority DESC, orders_order.placed_at,
    orders_order.id, line.position, line.id
"""  # noqa: S608 a condition of our own
UNTOUCHED = Q(ships=True, ordered__gt=F("cancelled"), allocated=0, backordered=0)
ADD_RESERVATIONS = """
INSERT INTO warehouse_reservation AS reservation (id, seller_id, supply_id, line_id, quantity)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[])
ON CONFLICT (line_id, supply_id)
DO UPDATE SET quantity = reservation.quantity + excluded.quantity
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A line's share: `given`, {warehouse: units}, of `units` wanted.

    `backordered` of them were waiting before; `chosen`: why they come from there; `beyond`: where
    units lie that no service brings from there.
    """

    line_id: UUID
    order_id: UUID
    product_id: UUID
    backordered: int
    units: int
    given: dict[UUID, int]
    chosen: dict[str, Any] | None = None
    beyond: tuple[UUID, ...] = ()

    @property
    def number(self) -> int:
        return sum(self.given.values())

    @property
    def newly_backordered(self) -> int:
        return self.units - self.number - self.backordered

    @property
    def no_longer_waiting(self) -> int:
        """Units that were backordered before, and are given now."""
        return max(0, self.number - (self.units - self.backordered))

    def planned_for(self, orders: dict[UUID, Order]) -> list[Planned]:
        return [
            Planned(orders[self.order_id], warehouse_id, self.line_id, units, self.chosen)
            for warehouse_id, units in self.given.items()
        ]


def allocate_due(limit: int = 100) -> int:
    """Allocate supply to all waiting orders, up to `limit` per transaction; returns their number.

    May run in many processes at once (SKIP LOCKED). Stops at the first batch that is not full:
    later orders have a wake-up of their own, and the sweep finds those that were locked. Looping
    until nothing is left would allocate a rush of orders in batches of two.
    """
    touched = number = _allocate_each(limit)
    while number == limit:
        number = _allocate_each(limit)
        touched += number
    return touched + retry_dead_letters(WORK, _allocate_alone)


def allocate_now(order_id: UUID) -> None:
    """Allocate supply to an order that was written in this transaction, before it commits."""
    _allocate_batch(1, only=order_id)


def _allocate_each(limit: int) -> int:
    """A batch, or its orders one by one where it fails."""
    return run_batch(
        WORK, partial(_allocate_batch, limit), due=partial(_due, limit), alone=_allocate_alone
    )


def _allocate_alone(order_id: UUID) -> int:
    return _allocate_batch(1, only=order_id)


def _due(limit: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, _claimed(limit, None))
        return [order_id for (order_id,) in cursor.fetchall()]


def _claimed(limit: int, only: UUID | None) -> dict[str, Any]:
    return {"limit": limit, "only": only, "carriers": json.dumps(sorted(CARRIERS))}


@transaction.atomic(savepoint=False)
def _allocate_batch(limit: int, only: UUID | None = None) -> int:
    """One transaction: a bounded number of statements whatever the number of orders and lines."""
    wait_for_lock(KITS, is_shared=True)
    claimed = Order.objects.raw(CLAIM, _claimed(limit, only))
    orders = {order.pk: order for order in claimed}
    if not orders:
        return 0
    # What became a kit while the order came in.
    kits = KitPart.objects.values("kit")
    unpack_kits(OrderLine.objects.filter(UNTOUCHED, order__in=orders, product__in=kits))
    # Read again under the locks: another allocator may have served them since the claim looked.
    supplies = lock_supplies(_wanted(orders))
    shares = _share_out(orders)
    served = [share for share in shares if share.number]
    _count(shares)
    _reserve(served, orders, supplies)
    shipments = plan_shipments([row for share in served for row in share.planned_for(orders)])
    promises = _promises({share.order_id for share in shares if share.newly_backordered > 0})
    record(_events(shares, orders, shipments, promises))
    keep_beyond(_beyond(shares, orders))
    release_shipments({order_id for order_id, _ in shipments})
    summarize_orders({share.order_id for share in shares})
    return len(orders)


def _wanted(order_ids: Iterable[UUID]) -> QuerySet[Any, SupplyKey]:
    """The keys of the supplies that lines of these orders need."""
    lines = OrderLine.objects.filter(
        order__in=list(order_ids),
        ships=True,
        product__isnull=False,
        ordered__gt=F("allocated") + F("cancelled"),
    )
    return lines.values_list("product", "seller__houses__warehouse").distinct()


def _share_out(orders: dict[UUID, Order]) -> list[Share]:
    """Share each product out in order of policy: a line gets what the lines before it left.

    Of an order that is sent whole or not at all, either each line gets all its units, or none any.
    """
    with connection.cursor() as cursor:
        cursor.execute(WANTED, {"orders": list(orders)})
        rows: list[Any] = cursor.fetchall()
    left: dict[SupplyKey, int] = {row[2:4]: row[6] for row in rows if row[3]}
    lines = {key: list(same) for key, same in groupby(rows, key=itemgetter(1, 0))}
    # The only warehouse, and usual one, leaves nothing to choose: no statement more. `is_other`.
    several = {order_id for (order_id, _), same in lines.items() if len(same) > 1 or same[0][7]}
    houses = houses_for(several)
    shares: list[Share] = []
    for order_id, mine in groupby(lines.items(), key=lambda item: item[0][0]):
        wanted = [same for _, same in mine]
        order = orders[order_id]
        before = dict(left) if order.ships_as == ShippingRule.COMPLETE else {}
        given = _shares(wanted, houses.get(order_id), left)
        # `has_unknown` is a column of the claim: a line that nobody has linked to a product yet.
        is_whole = all(share.number == share.units for share in given) and not order.has_unknown  # type: ignore[attr-defined]
        if not is_whole and order.ships_as == ShippingRule.COMPLETE:
            left |= before
            given = [replace(share, given={}) for share in given]
        shares += given
    return sorted(shares, key=attrgetter("order_id", "line_id"))


def _shares(
    lines: list[list[Any]], houses: list[House] | None, left: dict[SupplyKey, int]
) -> list[Share]:
    """The shares of the lines of an order, taken out of what is left of their products."""
    if houses is None:
        return [_share(row, left) for [row] in lines]
    wants = [Want(row[0], row[2], row[5]) for row, *_ in lines]
    found = source(wants, houses, left)
    given: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for (line_id, warehouse_id), units in found.given.items():
        given[line_id][warehouse_id] = units
    chosen = kept(found)
    return [
        Share(row[0], row[1], row[2], row[4], row[5], given[row[0]], chosen, found.beyond)
        for row, *_ in lines
    ]


def _share(row: tuple[Any, ...], left: dict[SupplyKey, int]) -> Share:
    """The share of a line whose seller has one warehouse, or none that is not paused."""
    line_id, order_id, product_id, warehouse_id, backordered, units, *_ = row
    given = max(0, min(units, left.get((product_id, warehouse_id), 0)))
    if given:
        left[product_id, warehouse_id] -= given
    taken = {warehouse_id: given} if given else {}
    return Share(line_id, order_id, product_id, backordered, units, taken)


def _count(shares: list[Share]) -> None:
    """Backordered first: the check constraint forbids a unit that is backordered and allocated."""
    add_quantities("backordered", {share.line_id: share.newly_backordered for share in shares})
    add_quantities("allocated", {share.line_id: share.number for share in shares})


def _reserve(
    served: list[Share], orders: dict[UUID, Order], supplies: dict[SupplyKey, Supply]
) -> None:
    parts = [(share, *part) for share in served for part in share.given.items()]
    given: Counter[SupplyKey] = Counter()
    for share, warehouse_id, units in parts:
        given[share.product_id, warehouse_id] += units
    change_supplies([(supplies[key], 0, number) for key, number in given.items()])
    rows = [
        (
            new_id(),
            orders[share.order_id].seller_id,
            supplies[share.product_id, warehouse_id].pk,
            share.line_id,
            units,
        )
        for share, warehouse_id, units in parts
    ]
    insert_rows(ADD_RESERVATIONS, rows)


def _beyond(shares: list[Share], orders: dict[UUID, Order]) -> dict[UUID, tuple[UUID, ...]]:
    """What is to be written down of orders, or taken back of those where it was before."""
    found: dict[UUID, tuple[UUID, ...]] = {
        order.pk: ()
        for order in orders.values()
        if order.was_beyond  # type: ignore[attr-defined]  # a column of the claim
    }
    return found | {share.order_id: share.beyond for share in shares if share.beyond}


def _promises(order_ids: set[UUID]) -> dict[UUID, Promise]:
    """{order id: its promise of arrival}, named in the event of newly backordered units."""
    if not order_ids:
        return {}
    return newest_promises(order_ids, Promise.Kind.ARRIVES, shipment__isnull=True)


def _events(
    shares: list[Share],
    orders: dict[UUID, Order],
    shipments: dict[ShipmentKey, Shipment],
    promises: dict[UUID, Promise],
) -> list[Event]:
    """Per order `order.allocated` for the given units, `order.backordered` for new waiting ones.

    `waited`: the given units that were backordered before. `shipment` is the first of those that
    have the units, and `shipments` are all, where they leave several warehouses.
    """
    given: dict[UUID, dict[str, int]] = defaultdict(dict)
    waiting: dict[UUID, dict[str, int]] = defaultdict(dict)
    waited: dict[UUID, dict[str, int]] = defaultdict(dict)
    for share in shares:
        if share.no_longer_waiting:
            waited[share.order_id][str(share.line_id)] = share.no_longer_waiting
        if share.number:
            given[share.order_id][str(share.line_id)] = share.number
        if share.newly_backordered > 0:
            waiting[share.order_id][str(share.line_id)] = share.newly_backordered
    allocated = _allocated(orders, given, waited, shipments)
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


def _allocated(
    orders: dict[UUID, Order],
    given: dict[UUID, dict[str, int]],
    waited: dict[UUID, dict[str, int]],
    shipments: dict[ShipmentKey, Shipment],
) -> list[Event]:
    places: dict[UUID, list[str]] = defaultdict(list)
    for (pk, _), shipment in shipments.items():
        places[pk].append(str(shipment.pk))
    events = []
    for pk, units in given.items():
        event = Event.of(orders[pk], "allocated", units=units, shipment=places[pk][0])
        if pk in waited:
            event.data["waited"] = waited[pk]
        if len(places[pk]) > 1:
            event.data["shipments"] = places[pk]
        events.append(event)
    return events
