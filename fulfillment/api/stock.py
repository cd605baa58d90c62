"""`/api/v1/stock/`: how many units of each product are here, promised and free."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from msgspec import Meta

from fulfillment.api.catalogue.products import Sku
from fulfillment.api.operations import Operation
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from fulfillment.lists.products import by_warehouse, product_with_places, with_quantities
from orders.access import Viewer
from orders.models import Product

TAG = "Stock"


class WarehouseStock(msgspec.Struct):
    """Units of a product in one warehouse."""

    code: str
    name: str
    on_hand: int
    reserved: int
    available: int


class StockLevel(msgspec.Struct):
    """Units of a product; `available` is what new orders can have: not reserved, and
    not still to be counted or put away. The id is the product's."""

    id: UUID
    sku: str
    title: str
    on_hand: int
    reserved: int
    available: int
    backordered: Annotated[int, Meta(description="Units that orders wait for.")]
    warehouses: list[WarehouseStock]


class Place(msgspec.Struct):
    """Units in one location and of one lot; `pinned` are claimed by a picker."""

    warehouse: Annotated[str, Meta(description="The code of its warehouse.")]
    code: str
    lot: str
    on_hand: int
    pinned: int
    expires_on: Annotated[date | None, Meta(description="The last good day of the lot.")] = None
    is_kept: Annotated[
        bool, Meta(description="No order gets it: blocked, expired, or too few days left.")
    ] = False


class ProductStock(StockLevel):
    """Units of a product with the places where they lie."""

    places: list[Place]


class StockPage(msgspec.Struct):
    """A page of products by SKU, with their quantities; kits have none: their parts are listed."""

    stock: list[StockLevel]
    next: Next


class StockQuery(Query):
    """Filters of the list."""

    sku: Sku | None = None


class StockList(RowList):
    """`GET /api/v1/stock/`."""

    tag, key = TAG, "sku"
    operations = {"GET": Operation("listStock", "List stock", {200: StockPage}, query=StockQuery)}

    def select(self, viewer: Viewer, wanted: StockQuery) -> QuerySet[Any]:
        rows = Product.objects.visible_to(viewer)
        found = with_quantities(rows.filter(sku=wanted.sku) if wanted.sku else rows)
        levels: QuerySet[Any] = found.filter(is_kit=False).annotate(warehouses=by_warehouse())
        return levels

    def describe(self, row: Any) -> StockLevel:
        return StockLevel(**_quantities(row))


class StockDetail(RowDetail):
    """`GET /api/v1/stock/<id of the product>/`."""

    tag, what = TAG, "product"
    operations = {
        "GET": Operation("getStock", "Read a product's stock", {200: ProductStock}, (404,))
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return product_with_places(viewer).filter(is_kit=False)

    def describe(self, row: Any) -> ProductStock:
        return ProductStock(**_quantities(row), places=[Place(**place) for place in row.places])


def _quantities(row: Any) -> dict[str, Any]:
    found = columns_of(StockLevel, row)
    return found | {"warehouses": [WarehouseStock(**one) for one in row.warehouses]}
