"""Consistency checks of stock, for `check_books`: each recomputes and reports violations."""

from orders.books import Check, findings
from orders.statements import with_codes
from orders.states import (
    PACKAGE_IN_HOUSE,
    SHIPMENT_NOT_BEGUN,
    PackageStatus,
    ShipmentStatus,
)
from warehouse.models import Location
from warehouse.states import PICK_LIST_AT_WORK, PICK_LIST_BEGUN, PickListStatus

# What is picked of such a shipment lies in a tote.
IN_TOTES = (
    ShipmentStatus.PICKING,
    ShipmentStatus.PICKED,
    ShipmentStatus.PACKED,
    ShipmentStatus.READY,
)

LEDGER = """
WITH
-- What the movements of each product, place and lot add up to.
ledger AS (
    SELECT product_id, location_id, lot, sum(quantity) AS units
    FROM warehouse_stockmovement GROUP BY product_id, location_id, lot
)
SELECT format('%s in %s%s: %s on hand, the ledger says %s', product.sku, location.code,
    coalesce(' lot ' || nullif(lot, ''), ''), coalesce(stock.on_hand, 0), coalesce(ledger.units, 0))
FROM warehouse_stock stock
FULL JOIN ledger USING (product_id, location_id, lot)
JOIN orders_product product ON product.id = product_id
JOIN warehouse_location location ON location.id = location_id
WHERE coalesce(stock.on_hand, 0) <> coalesce(ledger.units, 0)
"""
SUPPLY_AND_STOCK = """
WITH
-- What lies in the places of each warehouse.
place AS (
    SELECT stock.product_id, location.warehouse_id, sum(stock.on_hand) AS units,
        sum(stock.pinned) AS pinned
    FROM warehouse_stock stock JOIN warehouse_location location ON location.id = stock.location_id
    GROUP BY stock.product_id, location.warehouse_id
)
SELECT format('%s in %s: %s', product.sku, warehouse.code, rule.broken)
FROM warehouse_supply supply
FULL JOIN place USING (product_id, warehouse_id)
JOIN orders_product product ON product.id = product_id
JOIN orders_warehouse warehouse ON warehouse.id = warehouse_id
CROSS JOIN LATERAL (VALUES
    (format('%s on hand, its places hold %s', supply.on_hand, place.units),
        coalesce(supply.on_hand, 0) <> coalesce(place.units, 0)),
    (format('%s on hand, %s promised', supply.on_hand, supply.reserved),
        supply.reserved > supply.on_hand),
    (format('%s pinned, %s promised', place.pinned, supply.reserved),
        coalesce(place.pinned, 0) > coalesce(supply.reserved, 0))
) AS rule (broken, is_broken)
WHERE rule.is_broken
"""
SUPPLY_AND_RESERVATIONS = """
WITH
-- What the reservations of each supply add up to.
promised AS (
    SELECT supply_id, sum(quantity) AS units FROM warehouse_reservation GROUP BY supply_id
)
SELECT format('%s in %s: %s reserved, its reservations say %s', product.sku, warehouse.code,
    supply.reserved, coalesce(promised.units, 0))
FROM warehouse_supply supply
LEFT JOIN promised ON promised.supply_id = supply.id
JOIN orders_product product ON product.id = supply.product_id
JOIN orders_warehouse warehouse ON warehouse.id = supply.warehouse_id
WHERE supply.reserved <> coalesce(promised.units, 0)
"""
# What has left in one box of a shipment is no longer reserved, though the shipment is still here.
RESERVATIONS_AND_SHIPMENTS = with_codes(
    """
WITH
-- The units of each line of a shipment that have left.
handed_over AS (
    SELECT inside.shipment_line_id, sum(inside.quantity) AS units
    FROM orders_packageline inside JOIN orders_package package ON package.id = inside.package_id
    WHERE package.status NOT IN ({not_left})
    GROUP BY inside.shipment_line_id
),
-- The units of each order line that shipments still have to hand over.
planned AS (
    SELECT part.line_id, shipment.warehouse_id,
        sum(part.quantity - coalesce(handed_over.units, 0)) AS units
    FROM orders_shipmentline part
    JOIN orders_shipment shipment ON shipment.id = part.shipment_id
    LEFT JOIN handed_over ON handed_over.shipment_line_id = part.id
    WHERE shipment.status <> {cancelled}
    GROUP BY part.line_id, shipment.warehouse_id
),
-- The units reserved for each order line.
promised AS (
    SELECT reservation.line_id, supply.warehouse_id, sum(reservation.quantity) AS units
    FROM warehouse_reservation reservation
    JOIN warehouse_supply supply ON supply.id = reservation.supply_id
    GROUP BY reservation.line_id, supply.warehouse_id
)
SELECT format('Order %s, line %s: %s reserved, its shipments wait for %s', orders_order.number,
    line.position, coalesce(promised.units, 0), coalesce(planned.units, 0))
FROM promised
FULL JOIN planned USING (line_id, warehouse_id)
JOIN orders_orderline line ON line.id = line_id
JOIN orders_order ON orders_order.id = line.order_id
WHERE coalesce(promised.units, 0) <> coalesce(planned.units, 0)
""",
    not_left=(*PACKAGE_IN_HOUSE, PackageStatus.CANCELLED),
    cancelled=ShipmentStatus.CANCELLED,
)
PINS_OF_PLACES = with_codes(
    """
WITH
-- The units of each place that pickers are still sent to.
sent AS (
    SELECT stop.stock_id, sum(stop.quantity - stop.picked - stop.short) AS units
    FROM warehouse_pickline stop JOIN warehouse_picklist walk ON walk.id = stop.pick_list_id
    WHERE walk.status IN ({begun})
    GROUP BY stop.stock_id
)
SELECT format('%s in %s: %s of %s pinned, pickers are sent to %s', product.sku, location.code,
    stock.pinned, stock.on_hand, coalesce(sent.units, 0))
FROM warehouse_stock stock
LEFT JOIN sent ON sent.stock_id = stock.id
JOIN orders_product product ON product.id = stock.product_id
JOIN warehouse_location location ON location.id = stock.location_id
WHERE stock.pinned > stock.on_hand
    OR location.kind <> {tote} AND stock.pinned <> coalesce(sent.units, 0)
""",
    begun=PICK_LIST_BEGUN,
    tote=Location.Kind.TOTE,
)
# What was put into each tote and taken out of it, read from walks and boxes.
WALKED = with_codes(
    """
WITH
-- The units picked into each tote for shipments that are still here, or to be put back (loose).
-- What is not sorted yet lies in the tote of the batch.
put_in AS (
    SELECT part.tote_id, line.product_id, sum(part.units) AS units,
        sum(CASE WHEN shipment.status IN ({in_totes}) THEN 0 ELSE part.units END) AS loose
    FROM warehouse_pickline stop
    JOIN warehouse_picklist walk ON walk.id = stop.pick_list_id
    JOIN orders_shipment shipment ON shipment.id = walk.shipment_id
    JOIN orders_shipmentline shipped ON shipped.id = stop.shipment_line_id
    JOIN orders_orderline line ON line.id = shipped.line_id
    CROSS JOIN LATERAL (VALUES (walk.batch_tote_id, stop.to_sort), (walk.tote_id, CASE
        WHEN shipment.status IN ({in_totes}) THEN stop.picked ELSE stop.to_put_back
    END - stop.to_sort)) AS part (tote_id, units)
    WHERE (shipment.status IN ({in_totes}) OR walk.status = {put_back})
        AND part.tote_id IS NOT NULL
    GROUP BY part.tote_id, line.product_id
),
-- The units of such shipments that have left in one of their boxes.
taken AS (
    SELECT walk.tote_id, line.product_id, sum(inside.quantity) AS units
    FROM orders_packageline inside
    JOIN orders_package package ON package.id = inside.package_id
    JOIN orders_shipment shipment ON shipment.id = package.shipment_id
    JOIN warehouse_picklist walk ON walk.shipment_id = shipment.id
    JOIN orders_shipmentline part ON part.id = inside.shipment_line_id
    JOIN orders_orderline line ON line.id = part.line_id
    WHERE shipment.status = {ready} AND package.handed_over_at IS NOT NULL
    GROUP BY walk.tote_id, line.product_id
)""",
    in_totes=IN_TOTES,
    put_back=PickListStatus.PUT_BACK,
    ready=ShipmentStatus.READY,
)
PRESENT = with_codes(
    """
-- What lies in each tote by the books.
present AS (
    SELECT stock.location_id AS tote_id, stock.product_id, sum(stock.on_hand) AS units,
        sum(stock.pinned) AS pinned
    FROM warehouse_stock stock JOIN warehouse_location location ON location.id = stock.location_id
    WHERE location.kind = {tote}
    GROUP BY stock.location_id, stock.product_id
)""",
    tote=Location.Kind.TOTE,
)
CONTENTS_OF_TOTES = f"""
{WALKED}, {PRESENT}
SELECT format('%s in tote %s: %s on hand, %s pinned, picked and not handed over are %s',
    product.sku, tote.code, coalesce(present.units, 0), coalesce(present.pinned, 0),
    coalesce(put_in.units, 0) - coalesce(taken.units, 0))
FROM put_in
FULL JOIN present USING (tote_id, product_id)
LEFT JOIN taken USING (tote_id, product_id)
JOIN warehouse_location tote ON tote.id = tote_id
JOIN orders_product product ON product.id = product_id
WHERE coalesce(present.units, 0) <> coalesce(put_in.units, 0) - coalesce(taken.units, 0)
    OR coalesce(present.pinned, 0) <> coalesce(present.units, 0) - coalesce(put_in.loose, 0)
"""  # noqa: S608
WALKS_AND_SHIPMENTS = with_codes(
    """
WITH
-- The units of each line of a shipment that walks picked and shall pick. is_overdone: a stop of one
-- ends more often than it has units.
stops AS (
    SELECT stop.shipment_line_id, sum(stop.picked) AS picked,
        sum(stop.quantity - stop.short) AS planned,
        bool_or(stop.picked + stop.short > stop.quantity) AS is_overdone
    FROM warehouse_pickline stop GROUP BY stop.shipment_line_id
)
SELECT format('Shipment %s, line %s: %s of %s picked, its walk says %s of %s', shipment.number,
    line.position, part.picked, part.quantity,
    coalesce(stops.picked, 0), coalesce(stops.planned, 0))
FROM orders_shipmentline part
JOIN orders_shipment shipment ON shipment.id = part.shipment_id
JOIN orders_orderline line ON line.id = part.line_id
LEFT JOIN stops ON stops.shipment_line_id = part.id
WHERE shipment.status NOT IN ({unpicked}) AND (
    part.picked <> coalesce(stops.picked, 0)
    OR part.quantity <> coalesce(stops.planned, 0)
    OR stops.is_overdone)
""",
    unpicked=(*SHIPMENT_NOT_BEGUN, ShipmentStatus.CANCELLED),
)
OPEN_WALKS = with_codes(
    """
SELECT format('Shipment %s is %s, its walk is %s', shipment.number, shipment.status, walk.status)
FROM warehouse_picklist walk JOIN orders_shipment shipment ON shipment.id = walk.shipment_id
WHERE (walk.status IN ({begun})) <> (shipment.status = {picking})
""",
    begun=PICK_LIST_AT_WORK,
    picking=ShipmentStatus.PICKING,
)
# What goes out inside another box is where that box is.
BOX_RULES = """
SELECT format('Box %s, inside %s: %s', held.number, box.number, rule.broken)
FROM orders_package held
JOIN orders_package box ON box.id = held.inside_id
JOIN orders_shipment of_held ON of_held.id = held.shipment_id
JOIN orders_shipment of_box ON of_box.id = box.shipment_id
CROSS JOIN LATERAL (VALUES
    ('they have different statuses', held.status <> box.status),
    ('they have different numbers', held.tracking_number <> box.tracking_number
        OR held.carrier <> box.carrier),
    ('they were not handed over or delivered at once',
        held.handed_over_at IS DISTINCT FROM box.handed_over_at
        OR held.delivered_at IS DISTINCT FROM box.delivered_at
        OR held.handed_to <> box.handed_to OR held.pickup_point <> box.pickup_point),
    ('that box is inside another', box.inside_id IS NOT NULL),
    ('they are of different sellers', held.seller_id <> box.seller_id),
    ('they are not at the same doors', EXISTS (
        SELECT FROM warehouse_stop_packages loaded
        WHERE loaded.package_id IN (held.id, box.id)
        GROUP BY loaded.stop_id HAVING count(*) = 1)),
    ('they leave different warehouses', of_held.warehouse_id <> of_box.warehouse_id)
) AS rule (broken, is_broken)
WHERE rule.is_broken
"""


def ledger_equals_stock() -> list[str]:
    """The movements of a product, place and lot add up to what lies there."""
    return findings(LEDGER)


def supply_equals_stock() -> list[str]:
    """Supply is what lies in the places, and neither promised nor pinned beyond that."""
    return findings(SUPPLY_AND_STOCK)


def supply_equals_reservations() -> list[str]:
    """What is reserved of a supply is the sum of its reservations."""
    return findings(SUPPLY_AND_RESERVATIONS)


def reservations_equal_shipments() -> list[str]:
    """What is reserved for an order line is what its shipments still have to hand over."""
    return findings(RESERVATIONS_AND_SHIPMENTS)


def pins_equal_stops() -> list[str]:
    """Units are pinned where pickers are sent, and only units that are there."""
    return findings(PINS_OF_PLACES)


def totes_hold_what_is_picked() -> list[str]:
    """A tote holds what was picked into it and has not left; what goes back is not pinned."""
    return findings(CONTENTS_OF_TOTES)


def walks_equal_shipments() -> list[str]:
    """The stops of a walk are the units of its shipment, picked or still to pick."""
    return findings(WALKS_AND_SHIPMENTS)


def open_walks_are_picking() -> list[str]:
    """A walk is open, or paused, as long as its shipment is being picked."""
    return findings(OPEN_WALKS)


def boxes_follow_their_box() -> list[str]:
    """What goes out inside the box of another order is where that box is, whatever happens."""
    return findings(BOX_RULES)


CHECKS: tuple[Check, ...] = (
    ledger_equals_stock,
    supply_equals_stock,
    supply_equals_reservations,
    reservations_equal_shipments,
    pins_equal_stops,
    totes_hold_what_is_picked,
    walks_equal_shipments,
    open_walks_are_picking,
    boxes_follow_their_box,
)
