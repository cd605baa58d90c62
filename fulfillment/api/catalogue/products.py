"""`/api/v1/products/`: what a seller stocks with us, with the codes that are printed on it."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from fulfillment.lists.products import matching_products
from orders.access import Scope, Viewer
from orders.catalogue import details
from orders.catalogue.details import (
    LONGEST_CATEGORY,
    LONGEST_CODE,
    LONGEST_TITLE,
    MOST_BARCODES,
    ProductData,
)
from orders.catalogue.parts import MOST_PARTS
from orders.catalogue.products import add_product, change_product
from orders.models import Barcode, KitPart
from orders.models import Product as ProductRow
from orders.values.counts import (
    MOST_DAYS_LEFT,
    MOST_GRAMS,
    MOST_MILLIMETRES,
    MOST_MONEY,
    MOST_PER_CASE,
    MOST_PER_KIT,
    MOST_UNITS,
)
from orders.values.texts import LINE

TAG = "Products"
LONGEST_SEARCH = 120
REFUSALS = (400, 409, 413, 422)

Sku = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_CODE,
        description="Cannot change once orders name it or it was in the warehouse.",
    ),
]
Code = Annotated[str, Meta(min_length=1, max_length=LONGEST_CODE)]
Barcodes = Annotated[
    list[Code],
    Meta(
        max_length=MOST_BARCODES,
        description="Those on a single unit, all of them: another list takes the place.",
    ),
]
Title = Annotated[str, Meta(min_length=1, max_length=LONGEST_TITLE)]
Grams = Annotated[int, Meta(ge=0, le=MOST_GRAMS, description="0: not known.")]
Millimetres = Annotated[int, Meta(ge=0, le=MOST_MILLIMETRES, description="0: not known.")]
HsCode = Annotated[str, Meta(max_length=20, description="6 to 10 digits; dots are taken out.")]
Country = Annotated[str, Meta(max_length=2, description="Where it was made, like DE.")]
Text = Annotated[str, Meta(max_length=LINE)]
Category = Annotated[
    str,
    Meta(
        max_length=LONGEST_CATEGORY,
        description="Your own word; rules of the return policy compare it without case.",
    ),
]
Money = Annotated[
    int, Meta(ge=0, le=MOST_MONEY, description="Of one unit for customs, in minor units.")
]
Price = Annotated[
    int,
    Meta(
        ge=0,
        le=MOST_MONEY,
        description=(
            "What a customer pays for one, in minor units; 0: not known. It says what an exchange "
            "for another product costs more or less."
        ),
    ),
]
Currency = Annotated[str, Meta(max_length=3, description="Three capital letters like EUR.")]
Level = Annotated[
    int, Meta(ge=0, le=MOST_UNITS, description="Fewer available units are low stock; 0: never.")
]
DaysLeft = Annotated[
    int,
    Meta(
        ge=0,
        le=MOST_DAYS_LEFT,
        description="Before its lot expires a unit is no longer sent so many days.",
    ),
]


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """A barcode on a case: to scan it counts its units."""

    barcode: Code
    units: Annotated[int, Meta(ge=2, le=MOST_PER_CASE)]


Cases = Annotated[
    list[Case],
    Meta(
        min_length=0,
        max_length=MOST_BARCODES,
        description="Barcodes on cases, all of them: another list takes the place.",
    ),
]


class Part(msgspec.Struct, forbid_unknown_fields=True):
    """Units of a product in one unit of a kit."""

    sku: Sku
    units: Annotated[int, Meta(ge=1, le=MOST_PER_KIT)]


Parts = Annotated[
    list[Part],
    Meta(
        max_length=MOST_PARTS,
        description=(
            "With parts it is a kit: it has no stock, and orders of it are picked as its parts. "
            "All of them: another list takes the place."
        ),
    ),
]


class NewProduct(msgspec.Struct, forbid_unknown_fields=True):
    """A product as `POST /api/v1/products/` takes it."""

    sku: Sku
    title: Title
    category: Category = ""
    barcodes: Barcodes = []
    cases: Cases = []
    parts: Parts = []
    weight_grams: Grams = 0
    length_mm: Millimetres = 0
    width_mm: Millimetres = 0
    height_mm: Millimetres = 0
    hs_code: HsCode = ""
    origin_country: Country = ""
    customs_description: Text = ""
    customs_value: Money = 0
    customs_currency: Currency = ""
    price: Price = 0
    price_currency: Currency = ""
    low_stock_level: Level = 0
    is_lot_tracked: bool = False
    is_serial_tracked: bool = False
    least_days_left: DaysLeft = 0
    picker_note: Text = ""
    is_active: bool = True


class ProductChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What to change of a product; what is left out stays as it is."""

    sku: Sku | msgspec.UnsetType = msgspec.UNSET
    title: Title | msgspec.UnsetType = msgspec.UNSET
    category: Category | msgspec.UnsetType = msgspec.UNSET
    barcodes: Barcodes | msgspec.UnsetType = msgspec.UNSET
    cases: Cases | msgspec.UnsetType = msgspec.UNSET
    parts: Parts | msgspec.UnsetType = msgspec.UNSET
    weight_grams: Grams | msgspec.UnsetType = msgspec.UNSET
    length_mm: Millimetres | msgspec.UnsetType = msgspec.UNSET
    width_mm: Millimetres | msgspec.UnsetType = msgspec.UNSET
    height_mm: Millimetres | msgspec.UnsetType = msgspec.UNSET
    hs_code: HsCode | msgspec.UnsetType = msgspec.UNSET
    origin_country: Country | msgspec.UnsetType = msgspec.UNSET
    customs_description: Text | msgspec.UnsetType = msgspec.UNSET
    customs_value: Money | msgspec.UnsetType = msgspec.UNSET
    customs_currency: Currency | msgspec.UnsetType = msgspec.UNSET
    price: Price | msgspec.UnsetType = msgspec.UNSET
    price_currency: Currency | msgspec.UnsetType = msgspec.UNSET
    low_stock_level: Level | msgspec.UnsetType = msgspec.UNSET
    is_lot_tracked: bool | msgspec.UnsetType = msgspec.UNSET
    is_serial_tracked: bool | msgspec.UnsetType = msgspec.UNSET
    least_days_left: DaysLeft | msgspec.UnsetType = msgspec.UNSET
    picker_note: Text | msgspec.UnsetType = msgspec.UNSET
    is_active: bool | msgspec.UnsetType = msgspec.UNSET


NEW, CHANGE = Shape(NewProduct), Shape(ProductChange)
EXAMPLE = {
    "sku": "LAMP-BRASS", "title": "Brass lamp", "barcodes": ["4006381333931"], "weight_grams": 900,
}  # fmt: skip
WHOLE_EXAMPLE = EXAMPLE | {
    "cases": [{"barcode": "14006381333938", "units": 12}],
    "category": "Lighting", "length_mm": 420, "width_mm": 180, "height_mm": 180,
    "hs_code": "9405.21", "origin_country": "PT", "customs_description": "Table lamp of brass",
    "customs_value": 1900, "customs_currency": "EUR", "price": 4900, "price_currency": "EUR",
    "low_stock_level": 10, "picker_note": "The glass lies in the same bin.",
}  # fmt: skip

KIT_EXAMPLE = {
    "sku": "BREAKFAST", "title": "Breakfast box",
    "parts": [{"sku": "JAM", "units": 2}, {"sku": "HONEY", "units": 1}],
}  # fmt: skip


class Product(msgspec.Struct):
    """A thing that a seller stocks with us; a scanner reads any of its barcodes, or its SKU."""

    id: UUID
    sku: str
    title: str
    category: str
    barcodes: list[str]
    cases: list[Case]
    parts: Annotated[list[Part], Meta(description="Of a kit; empty of any other product.")]
    weight_grams: int
    length_mm: int
    width_mm: int
    height_mm: int
    hs_code: str
    origin_country: str
    customs_description: str
    customs_value: Annotated[int, Meta(description="Of one unit, in minor units.")]
    customs_currency: str
    price: Annotated[int, Meta(description="What a customer pays for one, in minor units.")]
    price_currency: str
    low_stock_level: int
    is_lot_tracked: bool
    is_serial_tracked: bool
    least_days_left: int
    picker_note: str
    is_active: Annotated[bool, Meta(description="False: archived.")]
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
            description=(
                "The beginning of a SKU, a part of a title, a barcode, or what a channel calls it."
            ),
        ),
    ] = ""
    state: Literal["all", "active", "archived"] = "all"


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
            examples={
                "A product": EXAMPLE,
                "With all that is known of it": WHOLE_EXAMPLE,
                "A kit": KIT_EXAMPLE,
            },
        ),
    }

    def select(self, viewer: Viewer, wanted: ProductQuery) -> QuerySet[Any]:
        rows = _with_barcodes(matching_products(viewer, wanted.q), viewer)
        if wanted.state != "all":
            rows = rows.filter(is_active=wanted.state == "active")
        return rows.filter(sku=wanted.sku) if wanted.sku else rows

    def describe(self, row: Any) -> Product:
        return _describe(row)

    def post(self, request: ApiRequest) -> HttpResponse:
        given, _ = NEW.read(request._request.body)
        added = add_product(request.auth.seller, _data(given), actor=None)
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
            examples={
                "Another title": {"title": "Brass lamp, 40 cm"},
                "Archived": {"is_active": False},
                "Other parts of a kit": {"parts": KIT_EXAMPLE["parts"]},
            },
        ),
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _with_barcodes(ProductRow.objects.visible_to(viewer), viewer)

    def describe(self, row: Any) -> Product:
        return _describe(row)

    def patch(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = self.find(request, id)
        given, _ = CHANGE.read(request._request.body)
        change_product(row, _data(given), actor=None)
        return answer(_describe(self.find(request, id)))


def _data(given: NewProduct | ProductChange) -> ProductData:
    """What a client gave; what it left out is None."""
    fields = {
        name: value
        for name in given.__struct_fields__
        if (value := getattr(given, name)) is not msgspec.UNSET
    }
    if "cases" in fields:
        fields["cases"] = [details.Case(case.barcode, case.units) for case in fields["cases"]]
    if "parts" in fields:
        fields["parts"] = [details.Part(part.sku, part.units) for part in fields["parts"]]
    return ProductData(**fields)


def _describe(row: Any) -> Product:
    row.cases = [Case(**case) for case in row.on_cases]
    row.in_kit = [Part(**part) for part in row.kit_parts]
    return Product(**columns_of(Product, row, barcodes="codes", parts="in_kit"))


def _with_barcodes(rows: QuerySet[ProductRow], viewer: Viewer) -> QuerySet[Any]:
    codes = Barcode.objects.visible_to(viewer).filter(product=OuterRef("pk")).order_by("code")
    case = JSONObject(barcode="code", units="units")
    parts = KitPart.objects.visible_to(viewer).filter(kit=OuterRef("pk")).order_by("part__sku")
    part = JSONObject(sku="part__sku", units="units")
    return rows.annotate(
        codes=ArraySubquery(codes.filter(units=1).values("code")[:MOST_BARCODES]),
        on_cases=ArraySubquery(codes.filter(units__gt=1).values(case=case)[:MOST_BARCODES]),
        kit_parts=ArraySubquery(parts.values(row=part)[:MOST_PARTS]),
    )
