"""Available units of products in the warehouse of their seller: neither promised nor closed."""

from collections.abc import Iterable
from uuid import UUID

from orders.statements import run
from warehouse.stock.closing import FREE

# A product that never was in this warehouse has no row.
AVAILABLE = f"""
SELECT supply.product_id, {FREE}
FROM warehouse_supply supply
JOIN orders_seller seller
    ON seller.id = supply.seller_id AND seller.warehouse_id = supply.warehouse_id
WHERE supply.product_id = ANY($1)
"""  # noqa: S608 - of our own texts


def available_units(products: Iterable[UUID]) -> dict[UUID, int]:
    """{product id: units} that a new order can have now; no key for what was never there."""
    wanted = list(products)
    return dict(run(AVAILABLE, [wanted])) if wanted else {}
