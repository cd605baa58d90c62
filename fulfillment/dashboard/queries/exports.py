"""Rows of exported files: orders as the list is filtered, products, stock; each can be imported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.db.models import Prefetch, QuerySet

from fulfillment.dashboard.queries.orders.filters import OrderFilter, matching_orders
from fulfillment.keyset import in_one_way, page_of
from fulfillment.lists.order_search import ways_to_find
from fulfillment.lists.products import matching_products
from orders.access import Viewer
from orders.errors import DomainError
from orders.files.records.kinds import kinds
from orders.files.records.products import FIELDS
from orders.models import Barcode, Order, OrderLine
from orders.states import ORDER_UNSHIPPED, OrderStatus
from orders.words import say
from orders.words.writing import grouped
from warehouse.models import Stock

AT_ONCE = 500
MOST_ORDERS = 100_000
Rows = Iterator[list[Any]]

STILL_HERE = (*ORDER_UNSHIPPED, OrderStatus.CANCELLED, OrderStatus.NOTHING_TO_SHIP)
# Fields of a file of orders -> what is written of an order and one of its lines.
OF_ORDER: dict[str, Callable[[Order], Any]] = {
    "reference": lambda order: order.reference,
    "number": lambda order: order.number,
    "placed_at": lambda order: order.placed_at.isoformat(timespec="seconds"),
    "receiver": lambda order: order.customer_name,
    "buyer": lambda order: order.buyer_name,
    "email": lambda order: order.email,
    "phone": lambda order: order.phone,
    "company": lambda order: order.company,
    "street": lambda order: order.street,
    "postcode": lambda order: order.postcode,
    "city": lambda order: order.city,
    "region": lambda order: order.region,
    "country": lambda order: order.country,
    "language": lambda order: order.language,
    "currency": lambda order: order.currency,
    "note": lambda order: order.note,
    "gift": lambda order: "yes" if order.is_gift else "no",
    # An import elsewhere leaves out what is cancelled, or has begun to leave.
    "cancelled": lambda order: "yes" if order.status == OrderStatus.CANCELLED else "no",
    "sent": lambda order: "no" if order.status in STILL_HERE else "yes",
}
OF_LINE: dict[str, Callable[[OrderLine, str], Any]] = {
    "sku": lambda line, _: line.sku,
    "title": lambda line, _: line.title,
    "quantity": lambda line, _: line.ordered,
    "price": lambda line, currency: major_units(line.unit_price, currency),
    "ships": lambda line, _: "yes" if line.ships or line.is_kit else "no",
    "line_id": lambda line, _: line.shop_line,
}
# What an import does not read, beside it.
CHANNEL, STATUS, SHIPPED, CANCELLED = "Channel", "Status", "Units shipped", "Units cancelled"


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of file: its name, and its rows with their headings first."""

    title: str
    rows: Callable[[Viewer, OrderFilter], Rows]


def major_units(amount: int, currency: str) -> str:
    """An amount of minor units as a number, as 19.99."""
    places = get_currency_precision(currency)
    text = str(Decimal(amount).scaleb(-places).quantize(Decimal(1).scaleb(-places)))
    # Three places could be thousands; with a fourth nobody doubts.
    return f"{text}0" if places == 3 else text


def check_size(viewer: Viewer, wanted: OrderFilter) -> None:
    """Raise DomainError for more orders than a file has."""
    rows = matching_orders(viewer, wanted)
    ways = ways_to_find(viewer, wanted.search) if wanted.search else []
    found = in_one_way(rows, ways) if ways else rows
    if found.order_by()[: MOST_ORDERS + 1].count() > MOST_ORDERS:
        raise DomainError(
            say(
                "These are more than {most} orders: choose fewer, as by date.",
                most=grouped(MOST_ORDERS),
            )
        )


def order_rows(viewer: Viewer, wanted: OrderFilter) -> Rows:
    """A row for each line of the orders that the list shows, the newest first."""
    columns = kinds()["orders"].columns
    labels = [columns[name].label for name in (*OF_ORDER, *OF_LINE)]
    yield [*labels, CHANNEL, STATUS, SHIPPED, CANCELLED]
    sold = OrderLine.objects.filter(kit_line__isnull=True)  # of a kit its parts follow from it
    lines = Prefetch("lines", sold.order_by("position"), to_attr="all_lines")
    orders = matching_orders(viewer, wanted).select_related("channel").prefetch_related(lines)
    ways = ways_to_find(viewer, wanted.search) if wanted.search else []
    for order in paged(orders, "-created_at", ways=ways):
        head = [write(order) for write in OF_ORDER.values()]
        tail = [str(order.channel), order.get_status_display()]
        for line in order.all_lines:
            written = [write(line, order.currency) for write in OF_LINE.values()]
            yield [*head, *written, *tail, line.shipped, line.cancelled]


def product_rows(viewer: Viewer, wanted: OrderFilter) -> Rows:
    """A row for each product."""
    yield [field.column.label for field in FIELDS.values()]
    # Those of cases are no business of the file: an import leaves them as they are.
    of_units = Barcode.objects.filter(units=1).order_by("code")
    codes = Prefetch("barcodes", of_units, to_attr="unit_codes")
    for product in paged(_products(viewer, wanted).prefetch_related(codes), "sku"):
        yield [_product_cell(product, name) for name in FIELDS]


def _product_cell(product: Any, name: str) -> Any:
    if name == "barcodes":
        return " | ".join(barcode.code for barcode in product.unit_codes)
    if name == "price":
        currency = product.price_currency
        return major_units(product.price, currency) if currency else ""
    value = getattr(product, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def stock_rows(viewer: Viewer, wanted: OrderFilter) -> Rows:
    """A row for each place where a product lies."""
    columns = kinds()["stock"].columns
    named = [columns[name].label for name in ("location", "lot")]
    yield ["SKU", "Title", *named, "On hand", columns["warehouse"].label]
    lying = Stock.objects.filter(on_hand__gt=0).select_related("location__warehouse")
    order = ("location__warehouse__code", "location__code", "lot")
    stocks = Prefetch("stocks", lying.order_by(*order), to_attr="all_stocks")
    for product in paged(_products(viewer, wanted).prefetch_related(stocks), "sku"):
        for stock in product.all_stocks:
            place = stock.location
            where = [place.code, stock.lot, stock.on_hand, place.warehouse.code]
            yield [product.sku, product.title, *where]


EXPORTS = {
    "orders": Export("Orders", order_rows),
    "products": Export("Products", product_rows),
    "stock": Export("Stock", stock_rows),
}


def _products(viewer: Viewer, wanted: OrderFilter) -> QuerySet[Any]:
    return matching_products(viewer, wanted.search)


def paged(rows: QuerySet[Any], key: str, **options: Any) -> Iterator[Any]:
    """All rows, read page by page: no statement is open between two of them."""
    cursor = ""
    while True:
        page = page_of(rows, key=key, cursor=cursor, size=AT_ONCE, **options)
        yield from page.rows
        if not page.next:
            return
        cursor = page.next
