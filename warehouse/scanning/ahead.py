"""The open stops of a walk as data: with them its screen goes on without a connection."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format

from orders.models import Barcode
from orders.prepared import PreparedColumns, is_among
from warehouse.models import PickList, Stock

BARCODES = PreparedColumns(
    lambda: Barcode.objects.filter(is_among("orders_barcode.product_id", 1)).values_list(
        "product", "code", "units"
    )
)


def walk_ahead(walk: PickList, stops: Sequence[Any], *, total: int) -> dict[str, Any]:
    """The stops in walking order, with the codes that are right there and the units of each."""
    codes: dict[UUID, dict[str, int]] = defaultdict(dict)
    products = {stop.stock.product_id for stop in stops}
    for product_id, code, units in BARCODES(list(products)):
        codes[product_id][code] = units
    asked = _with_others(stops)
    return {
        "tote": walk.tote.code,
        "scans_totes": walk.warehouse.scans_totes,
        "total": total,
        "stops": [_stop(stop, codes[stop.stock.product_id], asked) for stop in stops],
    }


def _with_others(stops: Sequence[Any]) -> set[UUID]:
    """The stocks with a lot beside which other lots of the product lie: its lot is to be scanned.

    Nothing is asked where no product of the walk has lots.
    """
    dated = [
        stop.stock_id for stop in stops if stop.stock.lot and stop.stock.product.is_lot_tracked
    ]
    if not dated:
        return set()
    others = Stock.objects.filter(
        product=OuterRef("product"), location=OuterRef("location"), on_hand__gt=0
    ).exclude(lot=OuterRef("lot"))
    return set(Stock.objects.filter(Exists(others), pk__in=dated).values_list("pk", flat=True))


def _stop(stop: Any, codes: dict[str, int], asked: set[UUID]) -> dict[str, Any]:
    product = stop.stock.product
    return {
        "line": str(stop.pk),
        "place": stop.stock.location.code,
        "sku": product.sku,
        "title": product.title,
        "lot": stop.stock.lot,
        "expires": date_format(stop.expires_on, "j M Y") if stop.expires_on else "",
        "asks_lot": stop.stock_id in asked,
        "note": product.picker_note,
        "units": stop.open_quantity,
        "planned": stop.quantity,
        "codes": {product.sku: 1} | codes,
    }
