"""The open stops of a walk as data: with them its screen goes on without a connection."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from orders.models import Barcode
from warehouse.models import PickLine, PickList


def walk_ahead(walk: PickList, stops: Sequence[PickLine], *, total: int) -> dict[str, Any]:
    """The stops in walking order, with the codes that are right there and the units of each."""
    codes: dict[UUID, dict[str, int]] = defaultdict(dict)
    products = {stop.stock.product_id for stop in stops}
    rows = Barcode.objects.filter(product__in=products)
    for product_id, code, units in rows.values_list("product", "code", "units"):
        codes[product_id][code] = units
    return {
        "tote": walk.tote.code,
        "scans_totes": walk.warehouse.scans_totes,
        "total": total,
        "stops": [_stop(stop, codes[stop.stock.product_id]) for stop in stops],
    }


def _stop(stop: PickLine, codes: dict[str, int]) -> dict[str, Any]:
    product = stop.stock.product
    return {
        "line": str(stop.pk),
        "place": stop.stock.location.code,
        "sku": product.sku,
        "title": product.title,
        "lot": stop.stock.lot,
        "note": product.picker_note,
        "units": stop.open_quantity,
        "planned": stop.quantity,
        "codes": {product.sku: 1} | codes,
    }
