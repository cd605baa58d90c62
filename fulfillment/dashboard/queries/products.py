"""Products as their seller keeps them: the list, and all that a product's page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.text import Truncator

from fulfillment.dashboard.queries.stock import StockList, movements, note, to_count
from fulfillment.keyset import MOST_COUNTED, Page, page_of
from fulfillment.lists.products import matching_products, product_with_places, with_quantities
from orders.access import Viewer
from orders.catalogue.history import REASON
from orders.catalogue.pictures import version_of
from orders.events.acting import KEY, names_of
from orders.models import (
    Barcode,
    KitPart,
    OrderLine,
    Product,
    ProductChange,
    SalesChannel,
    SkuAlias,
)
from warehouse.models import StockMovement, Supply

ACTIVE, ARCHIVED = "active", "archived"
MOST_ALIASES, MOST_CHANNELS, MOST_WAITING, MOST_CHANGES = 100, 200, 10, 20
CODES_IN_A_ROW = 3
LONGEST_SHOWN = 160  # letters of a value in the history
LABELS = {
    "sku": "SKU",
    "title": "Title",
    "category": "Category",
    "barcodes": "Barcodes",
    "parts": "Parts",
    "alias": "Also known as",
    "weight_grams": "Weight in grams",
    "length_mm": "Length in mm",
    "width_mm": "Width in mm",
    "height_mm": "Height in mm",
    "hs_code": "HS code",
    "origin_country": "Country of origin",
    "customs_description": "For customs",
    "customs_value": "Customs value in minor units",
    "customs_currency": "Currency",
    "price": "Price in minor units",
    "price_currency": "Currency of the price",
    "low_stock_level": "Low-stock level",
    "is_lot_tracked": "Lots",
    "is_serial_tracked": "Serial numbers",
    "least_days_left": "Fewest days left before expiry",
    "picker_note": "Note for the picker",
    "is_active": "Active",
    "picture": "Picture",
}


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product with its quantities and places, codes, names elsewhere, waiting orders, history."""

    product: Any
    barcodes: Sequence[Barcode]
    parts: Sequence[Any]  # of a kit, each with what is `available`, and what it `can_make`
    kits: Sequence[KitPart]  # the kits of which it is a part
    aliases: Sequence[SkuAlias]
    channels: Sequence[SalesChannel]
    waiting: Sequence[OrderLine]  # lines that wait for units, the longest first
    history: Sequence["Decision"]
    movements: Page
    to_count: Sequence[StockMovement]  # where a picker missed units, and nobody has counted since

    @property
    def scarcest(self) -> Any:
        """The part of a kit that is used up first; None of what is no kit."""
        return min(self.parts, key=attrgetter("can_make"), default=None)

    @property
    def has_more_waiting(self) -> bool:
        return len(self.waiting) > MOST_WAITING

    @property
    def first_waiting(self) -> Sequence[OrderLine]:
        return self.waiting[:MOST_WAITING]


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person changed at once: [(label, before, after)], and why."""

    at: datetime
    who: str
    changes: Sequence[tuple[str, str, str]]
    reason: str


def product_list(
    viewer: Viewer, *, show: str = ACTIVE, search: str = "", cursor: str = ""
) -> StockList:
    """Load products by SKU with quantities and their first barcodes."""
    products = matching_products(viewer, search).filter(is_active=show == ACTIVE)
    codes = Barcode.objects.filter(product=OuterRef("pk")).order_by("units", "code")
    rows = with_quantities(products).annotate(
        codes=ArraySubquery(codes.values("code")[: CODES_IN_A_ROW + 1]),
        thumb=version_of("pk"),
    )
    page = page_of(rows, key="sku", cursor=cursor)
    for product in page.rows:
        note(product)
        product.more_codes = product.codes[CODES_IN_A_ROW:]
        product.codes = product.codes[:CODES_IN_A_ROW]
    return StockList(page=page, total=products[: MOST_COUNTED + 1].count())


def product_rows(viewer: Viewer) -> QuerySet[Any]:
    """Select products as their page shows them."""
    return product_with_places(viewer)


def product_page(
    viewer: Viewer, product: Any, *, reason: str = "", cursor: str = ""
) -> ProductPage:
    """Load what belongs to a product that `product_rows` selected."""
    note(product)
    aliases = SkuAlias.objects.visible_to(viewer).filter(product=product)
    channels = SalesChannel.objects.visible_to(viewer).filter(seller=product.seller_id)
    lines = OrderLine.objects.visible_to(viewer).filter(product=product, backordered__gt=0)
    parts, kits = _kit_parts(viewer, product)
    return ProductPage(
        product=product,
        parts=parts,
        kits=kits,
        barcodes=list(product.barcodes.order_by("units", "code")),
        aliases=list(
            aliases.select_related("channel").order_by("channel__name", "sku")[:MOST_ALIASES]
        ),
        channels=list(channels.order_by("name")[:MOST_CHANNELS]),
        waiting=list(lines.select_related("order").order_by("pk")[: MOST_WAITING + 1]),
        history=_history(viewer, product),
        movements=movements(viewer, product, reason=reason, cursor=cursor),
        to_count=to_count(viewer, product),
    )


def _kit_parts(viewer: Viewer, product: Product) -> tuple[list[Any], list[KitPart]]:
    """(the parts of a kit, the kits of which it is a part), in one statement."""
    free = Supply.objects.filter(product=OuterRef("part")).order_by().values("product")
    rows: QuerySet[Any] = KitPart.objects.visible_to(viewer).filter(
        Q(kit=product) | Q(part=product)
    )
    rows = rows.select_related("kit", "part").annotate(
        available=Coalesce(
            Subquery(free.annotate(free=Sum(F("on_hand") - F("reserved"))).values("free")), 0
        )
    )
    found = list(rows.order_by("part__sku", "kit__sku"))
    for row in found:
        row.can_make = max(0, row.available) // row.units
    return (
        [row for row in found if row.kit_id == product.pk],
        [row for row in found if row.part_id == product.pk],
    )


def _history(viewer: Viewer, product: Product) -> list[Decision]:
    rows = ProductChange.objects.visible_to(viewer).filter(product=product)
    newest = rows.select_related("event__actor").order_by("-event_id", "pk")[:MOST_CHANGES]
    keys = names_of([row.event for row in newest])
    by_event = groupby(newest, key=attrgetter("event_id"))
    return [_decision(list(found), keys) for _, found in by_event]


def _decision(rows: Sequence[ProductChange], keys: Mapping[str, str]) -> Decision:
    event = rows[0].event
    return Decision(
        at=event.at,
        who=event.actor.name if event.actor else keys.get(event.data.get(KEY, ""), ""),
        changes=[
            (LABELS.get(row.field, row.field), _short(row.before), _short(row.after))
            for row in rows
            if row.field != REASON
        ],
        reason="".join(row.after for row in rows if row.field == REASON),
    )


def _short(text: str) -> str:
    return Truncator(text).chars(LONGEST_SHOWN)
