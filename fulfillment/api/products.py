"""`/api/v1/products/`: what a seller stocks with us, with the codes that are printed on it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from fulfillment.lists.products import matching_products
from orders.access import Viewer
from orders.models import Barcode
from orders.models import Product as ProductRow

TAG = "Products"
LONGEST_SKU = 80
LONGEST_SEARCH = 120
MOST_BARCODES = 100

Sku = Annotated[str, Meta(min_length=1, max_length=LONGEST_SKU)]


class Product(msgspec.Struct):
    """A thing that a seller stocks with us; a scanner reads any of its barcodes, or its SKU."""

    id: UUID
    sku: str
    title: str
    barcodes: list[str]
    weight_grams: int
    is_active: bool
    created_at: Moment


class ProductPage(msgspec.Struct):
    """A page of products by SKU."""

    products: list[Product]
    next: Next


class ProductQuery(Query):
    """Filters of the list."""

    sku: Sku | None = None
    q: Annotated[
        str,
        Meta(
            max_length=LONGEST_SEARCH,
            description="The beginning of a SKU, a part of a title, or a barcode.",
        ),
    ] = ""


class ProductList(RowList):
    """`GET /api/v1/products/`."""

    tag, key = TAG, "sku"
    operations = {
        "GET": Operation("listProducts", "List products", {200: ProductPage}, query=ProductQuery)
    }

    def select(self, viewer: Viewer, wanted: ProductQuery) -> QuerySet[Any]:
        rows = _with_barcodes(matching_products(viewer, wanted.q), viewer)
        return rows.filter(sku=wanted.sku) if wanted.sku else rows

    def describe(self, row: Any) -> Product:
        return Product(**columns_of(Product, row, barcodes="codes"))


class ProductDetail(RowDetail):
    """`GET /api/v1/products/<id>/`."""

    tag, what = TAG, "product"
    operations = {"GET": Operation("getProduct", "Read a product", {200: Product}, (404,))}

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _with_barcodes(ProductRow.objects.visible_to(viewer), viewer)

    def describe(self, row: Any) -> Product:
        return Product(**columns_of(Product, row, barcodes="codes"))


def _with_barcodes(rows: QuerySet[ProductRow], viewer: Viewer) -> QuerySet[Any]:
    codes = Barcode.objects.visible_to(viewer).filter(product=OuterRef("pk")).order_by("code")
    return rows.annotate(codes=ArraySubquery(codes.values("code")[:MOST_BARCODES]))
