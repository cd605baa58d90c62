"""An order of Amazon with its items: two answers in one body. Persons are in it once it is paid."""

import re
from decimal import Decimal
from typing import Any

import msgspec

from orders.models import ShopOrder
from orders.shops.base import Ignored, IncomingLine, IncomingOrder, OrderReport, Units
from orders.shops.reading import JsonProblems, minor_units, whole_units
from orders.shops.texts import Code, Email, Short, Text, text
from orders.shops.texts import Title as LongText
from orders.values.counts import MOST_LINES
from orders.values.places import country, currency

ORDER_ID = re.compile(r"[A-Z0-9]{1,3}-\d{7}-\d{7}", re.ASCII)
PENDING = {"Pending", "PendingAvailability"}
TO_SEND = {"Unshipped", "PartiallyShipped"}
SENT = {"Shipped", "InvoiceUnconfirmed"}
CANCELLED = {"Canceled", "Unfulfillable"}
BY_AMAZON = "AFN"
TRUE = (True, "true")
NOT_YET = "Amazon has not confirmed the payment yet, and says nothing of buyer and address"
NOT_OURS = "Amazon sends it from its own warehouse (FBA)"
EASY_SHIP = "an Easy Ship order: Amazon collects it, with a label of its own"


class Address(msgspec.Struct):
    """The receiver."""

    Name: Short | None = None
    CompanyName: Short | None = None
    AddressLine1: Short | None = None
    AddressLine2: Short | None = None
    AddressLine3: Short | None = None
    City: Short | None = None
    StateOrRegion: Short | None = None
    PostalCode: Text = None
    CountryCode: str | None = None
    Phone: Text = None


class Buyer(msgspec.Struct):
    """The buyer; the e-mail address is one of Amazon that passes mails on."""

    BuyerName: Short | None = None
    BuyerEmail: Email | None = None


class OrderBody(msgspec.Struct):
    """The order fields that we read."""

    AmazonOrderId: Code | None = None
    OrderStatus: str | None = None
    FulfillmentChannel: str | None = None
    EasyShipShipmentStatus: str | None = None
    PurchaseDate: str | None = None
    LastUpdateDate: str | None = None
    OrderTotal: Any = None
    IsISPU: Any = None
    ShippingAddress: Any = None
    BuyerInfo: Any = None


class Item(msgspec.Struct):
    """A line as sold; the price is that of all its units."""

    OrderItemId: Code | int | None = None
    SellerSKU: Text = None
    Title: LongText | None = None
    QuantityOrdered: Any = None
    QuantityShipped: Any = None
    ItemPrice: Any = None
    IsGift: Any = None
    BuyerRequestedCancel: Any = None


def read_order(body: dict[str, Any]) -> OrderReport | Ignored:
    """The report of an order's body. Raises InvalidInput with every problem by field path."""
    problems = JsonProblems()
    order = problems.read(OrderBody, body.get("order"), "order")
    status = text(order.OrderStatus)
    if why := _why_not_ours(order, status):
        problems.refuse()
        return Ignored(why)
    items = _items(body.get("items"), problems)
    paid_in = _currency(order, problems)
    lines = [
        _line(item, path, paid_in, place, problems) for place, (item, path) in enumerate(items)
    ]
    report = OrderReport(
        order=_incoming(order, paid_in, problems),
        at=problems.utc_moment(order.LastUpdateDate, "order.LastUpdateDate"),
        lines={line.shop_line: units for line, units in lines},
        payment=_payment(status, [item for item, _ in items]),
        is_cancelled=status in CANCELLED,
        is_sent=status in SENT,
    )
    report.order.lines = [line for line, _ in lines if line.quantity]
    report.order.is_gift = any(item.IsGift in TRUE for item, _ in items)
    problems.refuse()
    return report


def _why_not_ours(order: OrderBody, status: str) -> str:
    """Why nothing is to be done about an order; empty where something is."""
    if order.FulfillmentChannel == BY_AMAZON:
        return NOT_OURS
    if order.EasyShipShipmentStatus:
        return EASY_SHIP
    return NOT_YET if status in PENDING else ""


def _incoming(order: OrderBody, paid_in: str, problems: JsonProblems) -> IncomingOrder:
    where = "order.ShippingAddress"
    receiver = problems.read(Address, order.ShippingAddress or {}, where)
    buyer = problems.read(Buyer, order.BuyerInfo or {}, "order.BuyerInfo")
    reference = text(order.AmazonOrderId)
    if not ORDER_ID.fullmatch(reference) and "order.AmazonOrderId" not in problems:
        problems.add("order.AmazonOrderId", "expected the id of an order, like 902-3159896-1390916")
    name = text(receiver.Name) or text(buyer.BuyerName)
    street = (receiver.AddressLine1, receiver.AddressLine2, receiver.AddressLine3)
    land = text(receiver.CountryCode)
    return IncomingOrder(
        reference=reference,
        number=reference,
        placed_at=problems.utc_moment(order.PurchaseDate, "order.PurchaseDate"),
        lines=[],
        customer_name=name,
        buyer_name="" if text(buyer.BuyerName) == name else text(buyer.BuyerName),
        email=text(buyer.BuyerEmail),
        phone=text(receiver.Phone),
        company=text(receiver.CompanyName),
        street="\n".join(filter(None, map(text, street))),
        postcode=text(receiver.PostalCode),
        city=text(receiver.City),
        region=text(receiver.StateOrRegion),
        country=problems.kept(f"{where}.CountryCode", country, land, ""),
        currency=paid_in,
        is_pickup=order.IsISPU in TRUE,
    )


def _items(found: Any, problems: JsonProblems) -> list[tuple[Item, str]]:
    if not isinstance(found, list):
        problems.add("items", "expected a list of items")
        return []
    if len(found) > MOST_LINES:
        problems.add("items", f"expected at most {MOST_LINES} items, got {len(found)}")
        return []
    return [
        (problems.read(Item, row, f"items[{place}]"), f"items[{place}]")
        for place, row in enumerate(found)
    ]


def _line(
    item: Item, path: str, paid_in: str, place: int, problems: JsonProblems
) -> tuple[IncomingLine, Units]:
    bought = whole_units(item.QuantityOrdered, problems, f"{path}.QuantityOrdered")
    shipped = whole_units(item.QuantityShipped or 0, problems, f"{path}.QuantityShipped")
    units = Units(bought, bought, max(0, bought - shipped))
    title = text(item.Title) or text(item.SellerSKU)
    if not title:
        problems.add(f"{path}.Title", "expected the name of what was sold, got nothing")
    line = IncomingLine(
        sku=text(item.SellerSKU),
        title=title,
        quantity=units.to_send or 0,
        unit_price=_price(item, bought, paid_in, problems, f"{path}.ItemPrice"),
        shop_line=text(item.OrderItemId) or f"#{place + 1}",
    )
    return line, units


def _price(item: Item, units: int, paid_in: str, problems: JsonProblems, path: str) -> int:
    """The price of one unit: Amazon says that of all."""
    price = item.ItemPrice
    if price is None or not problems.is_object(price, path) or not units:
        return 0
    try:
        whole = minor_units(price.get("Amount", 0), paid_in)
    except ValueError as error:
        problems.add(f"{path}.Amount", str(error))
        return 0
    return int((Decimal(whole) / units).to_integral_value(rounding="ROUND_HALF_UP"))


def _payment(status: str, items: list[Item]) -> str:
    """How far it is paid; what the buyer wants to cancel waits until the seller has decided."""
    if status in CANCELLED:
        return ""
    if status in TO_SEND and any(_is_unwanted(item) for item in items):
        return ShopOrder.Payment.HELD
    return ShopOrder.Payment.PAID if status in TO_SEND | SENT else ShopOrder.Payment.UNPAID


def _is_unwanted(item: Item) -> bool:
    asked = item.BuyerRequestedCancel
    return isinstance(asked, dict) and asked.get("IsBuyerRequestedCancel") in TRUE


def _currency(order: OrderBody, problems: JsonProblems) -> str:
    total = order.OrderTotal
    if total is None or not problems.is_object(total, "order.OrderTotal"):
        return ""
    path = "order.OrderTotal.CurrencyCode"
    return problems.kept(path, currency, str(total.get("CurrencyCode") or ""), "")
