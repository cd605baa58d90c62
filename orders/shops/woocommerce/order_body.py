"""An order as WooCommerce sends it, whatever became of it: one body for all topics order.*."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from orders.models import ShopOrder
from orders.shops.base import Cost, Ignored, IncomingOrder, OrderReport
from orders.shops.reading import AMOUNT, JsonProblems, minor_units
from orders.shops.texts import Code, Email, Number, Short, Text, text
from orders.shops.woocommerce.line_items import (
    SoldLine,
    by_key,
    incoming_lines,
    read_lines,
    sent_lines,
    units_of,
)
from orders.values.counts import MOST_LINES, MOST_MONEY
from orders.values.places import country, currency, main_language
from orders.values.texts import NOTE, REFERENCE

DRAFTS = {"draft", "auto-draft", "checkout-draft", "new"}
CANCELLED = {"cancelled", "trash"}
COMPLETED = "completed"
# A bank transfer is waited for on hold; cash on delivery is processed at once.
PAYMENTS = {
    "pending": ShopOrder.Payment.UNPAID,
    "failed": ShopOrder.Payment.UNPAID,
    "on-hold": ShopOrder.Payment.UNPAID,
    "processing": ShopOrder.Payment.PAID,
    COMPLETED: ShopOrder.Payment.PAID,
    "refunded": ShopOrder.Payment.REFUNDED,
}
PICKUP = {"local_pickup", "pickup_location"}
LANGUAGE = "wpml_language"  # of WPML, as WooCommerce itself notes none


class Address(msgspec.Struct):
    """The buyer or the receiver; where there is none, all texts are empty."""

    first_name: Short | None = None
    last_name: Short | None = None
    company: Short | None = None
    address_1: Text = None
    address_2: Text = None
    city: Short | None = None
    state: Short | None = None
    postcode: Text = None
    country: str | None = None
    email: Email | None = None
    phone: Text = None


class OrderBody(msgspec.Struct):
    """The order fields that we read; parts whose types vary are `Any` and read separately."""

    id: Code | int | None = None
    number: Number | int | None = None
    status: str | None = None
    currency: str | None = None
    date_created_gmt: str | None = None
    date_modified_gmt: str | None = None
    date_paid_gmt: Any = None
    customer_note: Annotated[str, Meta(max_length=NOTE)] | None = None
    needs_processing: Any = None
    billing: Any = None
    shipping: Any = None
    shipping_lines: Any = None
    line_items: Any = None
    refunds: Any = None
    total: Any = None
    total_tax: Any = None
    shipping_total: Any = None
    shipping_tax: Any = None
    meta_data: Any = None


def read_order(body: Any) -> OrderReport | Ignored:
    """The report of an order's body. Raises InvalidInput with every problem by field path.

    WooCommerce does not say which products are virtual: every line is one to send, and what is no
    product of the seller holds the order. Only an order that needs no processing, all of it being
    downloads, and that has no way of shipping is not sent.
    """
    problems = JsonProblems()
    order = problems.read(OrderBody, body)
    status = text(order.status).lower().removeprefix("wc-")
    if status in DRAFTS:
        return Ignored("still a draft in the shop")
    sold = read_lines(order.line_items, problems)
    is_virtual = order.needs_processing is False and not order.shipping_lines
    sent = set() if is_virtual else sent_lines(sold)
    payment = _payment(order, status)
    report = OrderReport(
        order=_incoming(order, sold, sent, problems),
        at=_changed_at(order, problems),
        lines=units_of(sold, sent),
        payment=payment,
        is_cancelled=status in CANCELLED,
        is_sent=status == COMPLETED,
        # Of a refund it says the money and no units; a whole one holds the order by its status.
        refunds={} if payment == ShopOrder.Payment.REFUNDED else _refunds(order),
    )
    problems.refuse()
    report.worth = _worths(order, report.order.currency)
    report.order.cost = _cost(order, report.order)
    return report


def _incoming(
    order: OrderBody, sold: list[SoldLine], sent: set[str], problems: JsonProblems
) -> IncomingOrder:
    billing = problems.read(Address, order.billing or {}, "billing")
    shipping = problems.read(Address, order.shipping or {}, "shipping")
    paid_in = problems.kept("currency", currency, text(order.currency), "")
    buyer, receiver = _name(billing), _name(shipping) or _name(billing)
    reference = text(order.id)
    if not reference and "id" not in problems:
        problems.add("id", "expected the id of the order, got nothing")
    return IncomingOrder(
        reference=reference,
        number=text(order.number) or reference,
        placed_at=problems.utc_moment(order.date_created_gmt, "date_created_gmt"),
        lines=incoming_lines(sold, sent, paid_in, problems),
        customer_name=receiver,
        buyer_name="" if buyer == receiver else buyer,
        email=text(billing.email) or text(shipping.email),
        phone=text(shipping.phone) or text(billing.phone),
        company=text(shipping.company),
        street="\n".join(filter(None, (text(shipping.address_1), text(shipping.address_2)))),
        postcode=text(shipping.postcode),
        city=text(shipping.city),
        region=text(shipping.state),
        country=problems.kept("shipping.country", country, text(shipping.country), ""),
        language=main_language(str(by_key(order.meta_data).get(LANGUAGE) or "")),
        currency=paid_in,
        note=text(order.customer_note),
        is_pickup=_is_collected(order.shipping_lines),
    )


def _payment(order: OrderBody, status: str) -> str:
    """What the status says of the payment; a status of the shop's own only whether it is paid."""
    if status in CANCELLED:
        return ""
    if status in PAYMENTS:
        return PAYMENTS[status]
    return ShopOrder.Payment.PAID if order.date_paid_gmt else ShopOrder.Payment.UNPAID


def _changed_at(order: OrderBody, problems: JsonProblems) -> datetime:
    """When the shop last changed the order: of two reports, the later one is so."""
    if order.date_modified_gmt is None:
        return JsonProblems().utc_moment(order.date_created_gmt, "date_created_gmt")
    return problems.utc_moment(order.date_modified_gmt, "date_modified_gmt")


def _is_collected(shipping: Any) -> bool:
    """Whether the customer collects the order; its address may then be that of the shop."""
    ways = shipping if isinstance(shipping, list) else []
    methods = [str(way.get("method_id") or "") for way in ways if isinstance(way, dict)]
    return any(method.split(":")[0] in PICKUP for method in methods)


def _refunds(order: OrderBody) -> dict[str, str]:
    """{refund: its amount}; what cannot be read says nothing of the amount."""
    found = {}
    for refund in (order.refunds if isinstance(order.refunds, list) else [])[:MOST_LINES]:
        number = refund.get("id") if isinstance(refund, dict) else None
        if isinstance(number, int | str) and 0 < len(f"{number}") <= REFERENCE:
            amount = str(refund.get("total") or "").removeprefix("-")
            is_money = AMOUNT.fullmatch(amount) is not None
            found[f"{number}"] = f"{amount} {text(order.currency)}" if is_money else ""
    return found


def _worths(order: OrderBody, paid_in: str) -> dict[str, int]:
    """{refund: its amount in minor units}, where it can be read."""
    found = {}
    for refund, amount in _refunds(order).items():
        if amount and paid_in:
            found[refund] = minor_units(amount.partition(" ")[0], paid_in)
    return found


def _cost(order: OrderBody, read: IncomingOrder) -> Cost | None:
    """Tax and shipping, where they and the lines are all of the total: prices are discounted."""
    texts = (order.total, order.total_tax, order.shipping_total, order.shipping_tax)
    try:
        total, tax, shipping, tax_of_it = (minor_units(text, read.currency) for text in texts)
    except ValueError:
        return None
    cost = Cost(tax=tax - tax_of_it, shipping=shipping + tax_of_it)
    goods = sum(line.unit_price * line.quantity for line in read.lines)
    is_whole = goods + cost.tax + cost.shipping == total
    is_whole = is_whole and all(0 <= amount <= MOST_MONEY for amount in cost)
    return cost if is_whole and read.currency else None


def _name(person: Address) -> str:
    return " ".join(filter(None, (text(person.first_name), text(person.last_name))))
