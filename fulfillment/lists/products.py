"""Products with their quantities, and the search of products."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Greatest, JSONObject

from orders.access import Viewer
from orders.models import Barcode, KitPart, OrderLine, Product, SellerWarehouse, SkuAlias
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
        "location__warehouse__code", "location__code", "lot"
    )
    place = JSONObject(
        warehouse="location__warehouse__code",
        code="location__code",
        lot="lot",
        on_hand="on_hand",
        pinned="pinned",
        expires_on=EXPIRES_ON,
        is_kept=ExpressionWrapper(IS_KEPT, BooleanField()),
    )
    products: QuerySet[Any] = with_quantities(Product.objects.visible_to(viewer)).annotate(
        places=ArraySubquery(lying.values(place=place)), warehouses=by_warehouse()
    )
    return products


def by_warehouse() -> ArraySubquery:
    """{code, name, on_hand, reserved, available} of each warehouse in which a product ever was."""
    rows = Supply.objects.filter(product=OuterRef("pk")).annotate(free=_free())
    there = JSONObject(
        code="warehouse__code",
        name="warehouse__name",
        on_hand="on_hand",
        reserved="reserved",
        available="free",
    )
    return ArraySubquery(rows.order_by("warehouse__code").values(there=there))


def low_on_stock(products: QuerySet[Product]) -> QuerySet[Any]:
    """Keep the active products of which fewer units are available than their level."""
    here = Supply.objects.filter(product=OuterRef("pk")).annotate(rest=F("on_hand") - F("reserved"))
    kit = KitPart.objects.filter(kit=OuterRef("pk"))  # of a kit only its parts can be scarce
    watched = products.filter(~Exists(kit), is_active=True, low_stock_level__gt=0)
    return watched.alias(left_over=_sum(here, "rest")).filter(left_over__lt=F("low_stock_level"))


def with_quantities(products: QuerySet[Product], *, warehouse: UUID | None = None) -> QuerySet[Any]:
    """Add `on_hand`, `reserved`, `available` and `backordered`, and whether it is a kit, which has
    none. Available is what is neither reserved nor closed until it is counted or put away, nor in
    a warehouse that its seller has paused. Of one warehouse, or of all.
    """
    supplies = Supply.objects.filter(product=OuterRef("pk"))
    if warehouse:
        supplies = supplies.filter(warehouse=warehouse)
    lines = OrderLine.objects.filter(product=OuterRef("pk"), backordered__gt=0)
    rows: QuerySet[Any] = products.annotate(
        on_hand=_sum(supplies, "on_hand"),
        reserved=_sum(supplies, "reserved"),
        available=_sum(supplies.annotate(free=_free()), "free"),
        backordered=_sum(lines, "backordered"),
        is_kit=Exists(KitPart.objects.filter(kit=OuterRef("pk"))),
    )
    return rows


def _free() -> Case:
    """Units of a supply that new orders can have."""
    closed = Stock.objects.filter(
        IS_CLOSED, product=OuterRef("product"), location__warehouse=OuterRef("warehouse")
    )
    units = closed.order_by().values("product").annotate(units=Sum(F("on_hand") - F("pinned")))
    rest = F("on_hand") - F("reserved") - Coalesce(Subquery(units.values("units")), 0)
    paused = SellerWarehouse.objects.filter(
        seller=OuterRef("seller"), warehouse=OuterRef("warehouse"), is_paused=True
    )
    return Case(When(Exists(paused), then=0), default=Greatest(rest, 0))


def _sum(rows: QuerySet[Any], field: str) -> Coalesce:
    total = rows.order_by().values("product").annotate(total=Sum(field)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)
