"""Stock as a seller sees it: quantities, locations, and stock movements."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from fulfillment.keyset import MOST_COUNTED, Page, page_of
from fulfillment.lists.products import low_on_stock, matching_products, with_quantities
from orders.access import Viewer
from orders.catalogue.pictures import version_of
from orders.models import KitPart, Order, OrderLine, Product
from orders.prepared import PreparedQuery, parameter
from warehouse.models import StockMovement, Supply

MISSED_LATELY = timedelta(days=30)
MOST_TO_COUNT = 10
LOW_SHOWN = 4  # under *Needs attention*
BACKORDERED, NONE_LEFT, LOW = "backordered", "none_left", "low"


@dataclass(frozen=True, slots=True)
class StockList:
    """A keyset page of products with quantities, and how many match (10,001 means more)."""

    page: Page
    total: int


def stock_list(
    viewer: Viewer,
    *,
    show: str = "",
    search: str = "",
    cursor: str = "",
    warehouse: UUID | None = None,
) -> StockList:
    """Load products by SKU with `on_hand`, `reserved`, `available` and `backordered`.

    With a warehouse: those that ever were there, with what is there; orders wait for no place.
    """
    kit = KitPart.objects.filter(kit=OuterRef("pk"))  # has no stock, its parts are listed
    products = matching_products(viewer, search).filter(~Exists(kit))
    if show == BACKORDERED:
        products = _short(viewer, products)
    elif show == NONE_LEFT:
        left = Supply.objects.filter(product=OuterRef("pk"), on_hand__gt=F("reserved"))
        products = products.filter(~Exists(left))
    elif show == LOW:
        products = low_on_stock(products)
    if warehouse:
        there = Supply.objects.filter(product=OuterRef("pk"), warehouse=warehouse)
        products = products.filter(Exists(there))
    rows = with_quantities(products, warehouse=warehouse).annotate(thumb=version_of("pk"))
    page = page_of(rows, key="sku", cursor=cursor)
    for product in page.rows:
        note(product)
    return StockList(page=page, total=products[: MOST_COUNTED + 1].count())


def low_stock(viewer: Viewer) -> list[Any]:
    """Load the first products that are low on stock, by SKU: one more than are shown."""
    seller = viewer.only_seller
    found = LOW_OF_SELLER(seller) if seller else list(_low(Product.objects.visible_to(viewer)))
    for product in found:
        note(product)
    return found


def _low(products: QuerySet[Product]) -> QuerySet[Any]:
    return with_quantities(low_on_stock(products)).order_by("sku", "pk")[: LOW_SHOWN + 1]


LOW_OF_SELLER = PreparedQuery[Any](lambda: _low(Product.objects.filter(seller=parameter(1))))


def short_orders(viewer: Viewer) -> QuerySet[Order]:
    """Select orders that lack units, with `units_short` and what the first line of them is called.

    `lacks` is the id of the only product that one lacks, "" where it lacks several.
    """
    short = OrderLine.objects.visible_to(viewer).filter(backordered__gt=0)
    mine = OrderLine.objects.filter(order=OuterRef("pk"), backordered__gt=0)
    all_of_it = mine.order_by().values("order")
    products = all_of_it.annotate(kinds=Count("product", distinct=True))
    only = products.filter(kinds=1).values(product=Min(Cast("product", CharField())))
    name = mine.order_by("position").values(name=Coalesce("product__title", "title"))
    return Order.objects.filter(pk__in=short.values("order")).annotate(
        units_short=Subquery(all_of_it.values(units=Sum("backordered"))),
        lacks=Coalesce(Subquery(only, output_field=CharField()), Value("")),
        title_short=Subquery(name[:1]),
    )


def movements(viewer: Viewer, product: Product, *, reason: str = "", cursor: str = "") -> Page:
    """Load a keyset page of the stock movements of a product, newest first."""
    rows = StockMovement.objects.visible_to(viewer).filter(product=product)
    if reason in StockMovement.Reason.values:
        rows = rows.filter(reason=reason)
    return page_of(rows.select_related("location", "actor"), key="-at", cursor=cursor)


def to_count(viewer: Viewer, product: Product) -> list[StockMovement]:
    """Load where a picker missed units lately, newest first, and nobody has counted since."""
    again = (StockMovement.Reason.ADJUSTED, StockMovement.Reason.RECEIVED)
    same = {"product": OuterRef("product"), "location": OuterRef("location")}
    later = StockMovement.objects.filter(**same, at__gt=OuterRef("at"), reason__in=again)
    missed = StockMovement.objects.visible_to(viewer).filter(
        ~Exists(later),
        product=product,
        reason=StockMovement.Reason.MISSING,
        at__gt=timezone.now() - MISSED_LATELY,
    )
    rows = missed.order_by("location", "-at").distinct("location")
    found = StockMovement.objects.filter(pk__in=rows.values("pk"))
    return list(found.select_related("location", "actor").order_by("-at")[:MOST_TO_COUNT])


def note(product: Any) -> None:
    """Set what follows from the quantities of a product."""
    product.short = max(product.backordered - product.available, 0)
    is_watched = product.is_active and not product.is_kit
    product.is_low = is_watched and product.available < product.low_stock_level


def _short(viewer: Viewer, products: QuerySet[Product]) -> QuerySet[Any]:
    """Keep products of which more units are backordered than are available: an order that ships
    all or nothing backorders also what is there.
    """
    waiting = OrderLine.objects.visible_to(viewer).filter(backordered__gt=0)
    counted = with_quantities(products.filter(pk__in=waiting.values("product")))
    return counted.filter(backordered__gt=F("available"))
