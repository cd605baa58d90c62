"""Products with their quantities, and the search of products."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Greatest, JSONObject

from orders.access import Viewer
from orders.models import Barcode, KitPart, OrderLine, Product, SkuAlias
from warehouse.models import Stock, Supply
from warehouse.stock.closing import IS_CLOSED, IS_KEPT
from warehouse.stock.lots import EXPIRES_ON


def matching_products(viewer: Viewer, search: str) -> QuerySet[Any]:
    """Select the products whose SKU, title, barcode or alias a text matches; all for none."""
    products: QuerySet[Any] = Product.objects.visible_to(viewer)
    if not search:
        return products
    barcodes = Barcode.objects.visible_to(viewer).filter(code=search)
    aliases = SkuAlias.objects.visible_to(viewer).filter(sku=search.lower())
    return products.filter(
        Q(sku__istartswith=search)
        | Q(title__icontains=search)
        | Q(pk__in=barcodes.values("product"))
        | Q(pk__in=aliases.values("product"))
    )


def product_with_places(viewer: Viewer) -> QuerySet[Any]:
    """Select products with quantities and `places`: {code, lot, on_hand, pinned, expires_on,
    is_kept} each; `is_kept`: blocked or expired.
    """
    lying = Stock.objects.filter(product=OuterRef("pk"), on_hand__gt=0).order_by(
        "location__code", "lot"
    )
    place = JSONObject(
        code="location__code",
        lot="lot",
        on_hand="on_hand",
        pinned="pinned",
        expires_on=EXPIRES_ON,
        is_kept=ExpressionWrapper(IS_KEPT, BooleanField()),
    )
    products: QuerySet[Any] = with_quantities(Product.objects.visible_to(viewer)).annotate(
        places=ArraySubquery(lying.values(place=place))
    )
    return products


def low_on_stock(products: QuerySet[Product]) -> QuerySet[Any]:
    """Keep the active products of which fewer units are available than their level."""
    enough = Supply.objects.filter(
        product=OuterRef("pk"), on_hand__gte=F("reserved") + OuterRef("low_stock_level")
    )
    kit = KitPart.objects.filter(kit=OuterRef("pk"))  # of a kit only its parts can be scarce
    return products.filter(~Exists(enough), ~Exists(kit), is_active=True, low_stock_level__gt=0)


def with_quantities(products: QuerySet[Product]) -> QuerySet[Any]:
    """Add `on_hand`, `reserved`, `available` and `backordered`, and whether it is a kit, which has
    none. Available is what is neither reserved nor closed until it is counted or put away.
    """
    supplies = Supply.objects.filter(product=OuterRef("pk"))
    lines = OrderLine.objects.filter(product=OuterRef("pk"), backordered__gt=0)
    rows: QuerySet[Any] = products.annotate(
        on_hand=_sum(supplies, "on_hand"),
        reserved=_sum(supplies, "reserved"),
        available=_sum(supplies.annotate(free=_free()), "free"),
        backordered=_sum(lines, "backordered"),
        is_kit=Exists(KitPart.objects.filter(kit=OuterRef("pk"))),
    )
    return rows


def _free() -> Greatest:
    """Units of a supply that new orders can have."""
    closed = Stock.objects.filter(
        IS_CLOSED, product=OuterRef("product"), location__warehouse=OuterRef("warehouse")
    )
    units = closed.order_by().values("product").annotate(units=Sum(F("on_hand") - F("pinned")))
    return Greatest(F("on_hand") - F("reserved") - Coalesce(Subquery(units.values("units")), 0), 0)


def _sum(rows: QuerySet[Any], field: str) -> Coalesce:
    total = rows.order_by().values("product").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)
