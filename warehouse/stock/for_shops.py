"""The available units of products whose shop has to be told: compared with what it was told."""

from typing import Any
from uuid import UUID

from orders.pushes.stock import Due
from orders.statements import run
from warehouse.stock.closing import FREE

# What a channel calls each active product: our SKU, and what it is known as there.
CALLED = """
SELECT product.id, product.sku, true
FROM orders_product product WHERE product.seller_id = $1 AND product.is_active
UNION ALL
SELECT alias.product_id, alias.sku, false
FROM orders_skualias alias
JOIN orders_product meant ON meant.id = alias.product_id AND meant.is_active
WHERE alias.channel_id = $2
"""
# A SKU that products share but for its letters (is_exact) means each only as it is written, and
# what is the SKU of a product is no other name. By a window: row security lets no index find them.
NAMES = f"""
SELECT called.product_id, called.sku, called.owners > 1 AS is_exact FROM (
    SELECT called.*, count(*) FILTER (WHERE is_own) OVER (PARTITION BY lower(sku)) AS owners
    FROM ({CALLED}) AS called (product_id, sku, is_own)
) called
WHERE called.is_own OR called.owners = 0
"""  # noqa: S608 - of our own texts
# What orders get of a supply: nothing, where its seller has paused the warehouse.
SOLD = f"CASE WHEN house.is_paused IS FALSE THEN {FREE} ELSE 0 END"
LISTED = """LEFT JOIN orders_sellerwarehouse house
    ON house.seller_id = supply.seller_id AND house.warehouse_id = supply.warehouse_id"""
# Available units of a product by location of the shop: one location may stand for warehouses.
AVAILABLE = f"""
SELECT place.name AS place, sum({SOLD}) AS units
FROM warehouse_supply supply
JOIN unnest($3::uuid[], $4::text[]) AS place (warehouse_id, name)
    ON place.warehouse_id = supply.warehouse_id
{LISTED}
WHERE supply.product_id = named.product_id
    AND NOT EXISTS (SELECT FROM orders_kitpart part WHERE part.kit_id = named.product_id)
GROUP BY place.name
"""  # noqa: S608 - of our own texts
# As many of a kit as its scarcest part is there for; a part that never was has none.
OF_KITS = f"""
SELECT place.name AS place, min(greatest(coalesce(stock.units, 0), 0) / part.units) AS units
FROM orders_kitpart part
CROSS JOIN (SELECT DISTINCT unnest($4::text[]) AS name) place
CROSS JOIN LATERAL (
    SELECT sum({SOLD}) AS units
    FROM warehouse_supply supply
    JOIN unnest($3::uuid[], $4::text[]) AS here (warehouse_id, name)
        ON here.warehouse_id = supply.warehouse_id AND here.name = place.name
    {LISTED}
    WHERE supply.product_id = part.part_id
) stock
WHERE part.kit_id = named.product_id
GROUP BY place.name
HAVING count(stock.units) > 0
"""  # noqa: S608 - of our own texts
# The stock of each name. Product by product, since a join of all at once is a product of their
# numbers where the planner guesses them wrong.
SHOWN = f"""
SELECT named.product_id, named.sku, named.is_exact, available.place, available.units
FROM named CROSS JOIN LATERAL (
    {AVAILABLE} UNION ALL {OF_KITS}
) available
"""  # noqa: S608 - of our own texts
# What a shop was told of what nothing is told of any more: the product was archived, its SKU was
# changed, or it is no kit now. By EXCEPT, which no wrong guess of the planner makes quadratic.
# is_covered: another spelling is told, which is the same to the shop.
GONE = """
SELECT told.product_id, told.sku, lower(told.sku) IN (SELECT lower(sku) FROM named) AS is_exact,
    told.place, 0 AS units,
    (lower(told.sku), told.place) IN (SELECT lower(sku), shown.place FROM shown WHERE NOT is_exact)
        AS is_covered
FROM (
    SELECT sku, place FROM orders_toldstock WHERE channel_id = $2 AND place = ANY ($4::text[])
    EXCEPT SELECT sku, place FROM shown
) gone
JOIN orders_toldstock told
    ON told.channel_id = $2 AND told.sku = gone.sku AND told.place = gone.place
WHERE told.units IS NOT NULL OR told.due_at <= $5
"""
# First what changed since the shop was told, then what it was told longest ago.
DUE = f"""
WITH
-- What the channel calls each product.
named (product_id, sku, is_exact) AS MATERIALIZED ({NAMES}),
-- What the shop is to show by each of these names.
shown AS MATERIALIZED ({SHOWN})
SELECT due.product_id, due.sku, due.is_exact, due.place, due.units, due.is_gone, due.is_covered
FROM (
    SELECT shown.*, false AS is_covered, false AS is_gone, told.due_at,
        told.units IS NOT NULL AND told.units <> shown.units AS has_changed
    FROM shown LEFT JOIN orders_toldstock told
        ON told.channel_id = $2 AND told.sku = shown.sku AND told.place = shown.place
    WHERE told.id IS NULL OR told.due_at <= $5 OR told.units <> shown.units
        OR told.product_id <> shown.product_id
    UNION ALL
    SELECT gone.*, true, NULL, true FROM ({GONE}) gone
) due
ORDER BY due.has_changed DESC, due.due_at NULLS FIRST, due.sku
LIMIT $6
"""  # noqa: S608 - of our own texts
WAREHOUSES = """
SELECT warehouse.id, warehouse.name FROM orders_warehouse warehouse
WHERE warehouse.id IN (SELECT warehouse_id FROM orders_sellerwarehouse
    WHERE seller_id = $1 AND removed_at IS NULL
    UNION SELECT warehouse_id FROM warehouse_supply WHERE seller_id = $1)
ORDER BY warehouse.name, warehouse.id
"""


def due_stock(
    seller_id: UUID, channel_id: UUID, places: dict[UUID, str], *, now: object, most: int
) -> list[Due]:
    """The products of which the shop of a channel has to be told, {warehouse: its location}."""
    given = (seller_id, channel_id, [*places], [*places.values()], now, most)
    return [
        Due(product, sku, is_exact, place, int(units), *ends)
        for product, sku, is_exact, place, units, *ends in run(DUE, given)
    ]


def warehouses_of(seller_id: UUID) -> dict[UUID, str]:
    """The warehouses in which a seller has, or may have, stock: {id: name}."""
    rows: list[Any] = run(WAREHOUSES, (seller_id,))
    return dict(rows)
