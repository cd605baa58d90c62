"""Available units of products in the warehouses of their seller: neither promised nor closed."""

from collections.abc import Iterable
from uuid import UUID

from orders.statements import run
from warehouse.stock.closing import FREE

# A product that never was in one of them has no row; what is paused gives nothing.
AVAILABLE = f"""
SELECT supply.product_id, sum({FREE})::int
FROM warehouse_supply supply
JOIN orders_sellerwarehouse house
    ON house.seller_id = supply.seller_id AND house.warehouse_id = supply.warehouse_id
    AND NOT house.is_paused
WHERE supply.product_id = ANY($1)
GROUP BY supply.product_id
"""  # noqa: S608 - of our own texts


def available_units(products: Iterable[UUID]) -> dict[UUID, int]:
    """{product id: units} that a new order can have now; no key for what was never there."""
    wanted = list(products)
    return dict(run(AVAILABLE, [wanted])) if wanted else {}
