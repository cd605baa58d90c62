"""`/api/v1/products/`: what a seller stocks with us, with the codes that are printed on it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from fulfillment.lists.products import matching_products
from orders.access import Scope, Viewer
from orders.catalogue.products import (
    LONGEST_CODE,
    LONGEST_TITLE,
    MOST_BARCODES,
    MOST_GRAMS,
    ProductData,
    add_product,
    change_product,
)
from orders.models import Barcode
from orders.models import Product as ProductRow

TAG = "Products"
LONGEST_SEARCH = 120
REFUSALS = (400, 409, 413, 422)

Sku = Annotated[str, Meta(min_length=1, max_length=LONGEST_CODE)]
Barcodes = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=LONGEST_CODE)]],
    Meta(max_length=MOST_BARCODES, description="All of them: another list takes the place."),
]
Title = Annotated[str, Meta(min_length=1, max_length=LONGEST_TITLE)]
Grams = Annotated[int, Meta(ge=0, le=MOST_GRAMS)]


class NewProduct(msgspec.Struct, forbid_unknown_fields=True):
    """A product as `POST /api/v1/products/` takes it."""

    sku: Sku
    title: Title
    barcodes: Barcodes = []
    weight_grams: Grams = 0
    is_active: bool = True


class ProductChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What to change of a product; what is left out stays as it is."""

    sku: Sku | msgspec.UnsetType = msgspec.UNSET
    title: Title | msgspec.UnsetType = msgspec.UNSET
    barcodes: Barcodes | msgspec.UnsetType = msgspec.UNSET
    weight_grams: Grams | msgspec.UnsetType = msgspec.UNSET
    is_active: bool | msgspec.UnsetType = msgspec.UNSET


NEW, CHANGE = Shape(NewProduct), Shape(ProductChange)
EXAMPLE = {
    "sku": "LAMP-BRASS", "title": "Brass lamp", "barcodes": ["4006381333931"], "weight_grams": 900,
}  # fmt: skip


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
    """`GET`: a page of products; `POST`: a new one."""

    tag, key = TAG, "sku"
    scopes = {"GET": Scope.READ, "POST": Scope.STOCK}
    operations = {
        "GET": Operation("listProducts", "List products", {200: ProductPage}, query=ProductQuery),
        "POST": Operation(
            "createProduct",
            "Create a product",
            {201: Product},
            REFUSALS,
            "A SKU or barcode names one product. Orders that wait for this SKU stay on hold.",
            body=NewProduct,
            examples={"A product": EXAMPLE},
        ),
    }

    def select(self, viewer: Viewer, wanted: ProductQuery) -> QuerySet[Any]:
        rows = _with_barcodes(matching_products(viewer, wanted.q), viewer)
        return rows.filter(sku=wanted.sku) if wanted.sku else rows

    def describe(self, row: Any) -> Product:
        return _describe(row)

    def post(self, request: ApiRequest) -> HttpResponse:
        given, _ = NEW.read(request._request.body)
        data = ProductData(**msgspec.structs.asdict(given))
        added = add_product(request.auth.seller, data, actor=None)
        row = self.select(request._request.viewer, ProductQuery()).get(pk=added.pk)
        return answer(_describe(row), 201)


class ProductDetail(RowDetail):
    """`GET`: a product; `PATCH`: change some of it."""

    tag, what = TAG, "product"
    scopes = {"GET": Scope.READ, "PATCH": Scope.STOCK}
    operations = {
        "GET": Operation("getProduct", "Read a product", {200: Product}, (404,)),
        "PATCH": Operation(
            "changeProduct",
            "Change a product",
            {200: Product},
            (*REFUSALS, 404),
            "What is left out stays as it is.",
            body=ProductChange,
            examples={"Another title": {"title": "Brass lamp, 40 cm"}},
        ),
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _with_barcodes(ProductRow.objects.visible_to(viewer), viewer)

    def describe(self, row: Any) -> Product:
        return _describe(row)

    def patch(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        given, _ = CHANGE.read(request._request.body)
        known = columns_of(NewProduct, row, barcodes="codes")
        changed = {
            name: value
            for name, value in msgspec.structs.asdict(given).items()
            if value is not msgspec.UNSET
        }
        change_product(row, ProductData(**known | changed), actor=None)
        return answer(_describe(self.find(request, id)))


def _describe(row: Any) -> Product:
    return Product(**columns_of(Product, row, barcodes="codes"))


def _with_barcodes(rows: QuerySet[ProductRow], viewer: Viewer) -> QuerySet[Any]:
    codes = Barcode.objects.visible_to(viewer).filter(product=OuterRef("pk")).order_by("code")
    return rows.annotate(codes=ArraySubquery(codes.values("code")[:MOST_BARCODES]))
