"""Stock as a seller sees it: quantities, locations, and stock movements."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject

from fulfillment.keyset import MOST_COUNTED, Page, page_of
from orders.access import Viewer
from orders.models import Barcode, OrderLine, Product
from warehouse.models import Stock, StockMovement, Supply

BACKORDERED, NONE_LEFT = "backordered", "none_left"


@dataclass(frozen=True, slots=True)
class StockList:
    """A keyset page of products with quantities, and how many match (10,001 means more)."""

    page: Page
    total: int


def stock_list(viewer: Viewer, *, show: str = "", search: str = "", cursor: str = "") -> StockList:
    """Load products by SKU with `on_hand`, `reserved`, `available` and `backordered`."""
    products = Product.objects.visible_to(viewer)
    if search:
        barcodes = Barcode.objects.visible_to(viewer).filter(code=search)
        products = products.filter(
            Q(sku__istartswith=search)
            | Q(title__icontains=search)
            | Q(pk__in=barcodes.values("product"))
        )
    if show == BACKORDERED:
        products = products.filter(pk__in=_backordered(viewer).values("product"))
    elif show == NONE_LEFT:
        left = Supply.objects.filter(product=OuterRef("pk"), on_hand__gt=F("reserved"))
        products = products.filter(~Exists(left))
    page = page_of(_with_quantities(products), key="sku", cursor=cursor)
    for product in page.rows:
        product.available = product.on_hand - product.reserved
    return StockList(page=page, total=products[: MOST_COUNTED + 1].count())


def product_with_places(viewer: Viewer) -> QuerySet[Any]:
    """Select products with quantities and `places`: {code, lot, on_hand, pinned} each."""
    lying = Stock.objects.filter(product=OuterRef("pk"), on_hand__gt=0).order_by(
        "location__code", "lot"
    )
    place = JSONObject(code="location__code", lot="lot", on_hand="on_hand", pinned="pinned")
    products = _with_quantities(Product.objects.visible_to(viewer))
    return products.annotate(places=ArraySubquery(lying.values(place=place)))


def movements(viewer: Viewer, product: Product, *, reason: str = "", cursor: str = "") -> Page:
    """Load a keyset page of the stock movements of a product, newest first."""
    rows = StockMovement.objects.visible_to(viewer).filter(product=product)
    if reason in StockMovement.Reason.values:
        rows = rows.filter(reason=reason)
    return page_of(rows.select_related("location", "actor"), key="-at", cursor=cursor)


def _with_quantities(products: QuerySet[Product]) -> QuerySet[Product]:
    supplies = Supply.objects.filter(product=OuterRef("pk"))
    lines = OrderLine.objects.filter(product=OuterRef("pk"), backordered__gt=0)
    return products.annotate(
        on_hand=_sum(supplies, "on_hand"),
        reserved=_sum(supplies, "reserved"),
        backordered=_sum(lines, "backordered"),
    )


def _backordered(viewer: Viewer) -> QuerySet[OrderLine]:
    return OrderLine.objects.visible_to(viewer).filter(backordered__gt=0)


def _sum(rows: QuerySet[Any], field: str) -> Coalesce:
    total = rows.order_by().values("product").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)
