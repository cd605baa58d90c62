"""An order as Shopify sends it, whatever became of it: one body for all topics orders/*."""

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from orders.models import ShopOrder
from orders.shops.base import (
    Cost,
    Ignored,
    IncomingLine,
    IncomingOrder,
    OrderReport,
    Units,
    still_to_send,
)
from orders.shops.reading import JsonProblems, minor_units
from orders.shops.shopify.cost import cost_of
from orders.shops.shopify.refund_body import removed_of, worths_of
from orders.shops.texts import Code, Email, Number, Short, Text, Title, text
from orders.values.counts import MOST_LINES, MOST_UNITS
from orders.values.moments import FIRST, moment
from orders.values.places import country, currency, main_language
from orders.values.texts import NOTE

ORDER_ID = re.compile(r"gid://shopify/Order/(\d{1,30})")
# Without these a report says nothing of payment, cancellation and units.
NEEDED = (
    "id", "admin_graphql_api_id", "created_at", "processed_at", "updated_at", "cancelled_at",
    "financial_status", "test", "line_items", "refunds",
)  # fmt: skip
PICKUP = {"pickup", "pick_up", "local_pickup"}
# The states of a payment; a part that was paid does not pay for the order.
PAYMENTS = {
    "paid": ShopOrder.Payment.PAID,
    "partially_refunded": ShopOrder.Payment.PAID,
    "authorized": ShopOrder.Payment.AUTHORISED,
    "pending": ShopOrder.Payment.UNPAID,
    "partially_paid": ShopOrder.Payment.UNPAID,
    "unpaid": ShopOrder.Payment.UNPAID,
    "voided": ShopOrder.Payment.VOIDED,
    "expired": ShopOrder.Payment.VOIDED,
    "refunded": ShopOrder.Payment.REFUNDED,
}
OUR_SERVICES = {"manual", ""}  # lines of any other fulfilment service are not ours to pick
GIFT_WORDS = {
    "gift", "a gift", "is gift", "is a gift", "this is a gift", "gift order", "gift note",
    "gift message", "gift wrap", "gift wrapping",
}  # fmt: skip
NO_WORDS = {"", "no", "false", "0", "off", "none"}


class Customer(msgspec.Struct):
    """The customer; used for what the order itself lacks."""

    first_name: Short | None = None
    last_name: Short | None = None
    email: Email | None = None
    phone: Text = None


class ShippingAddress(Customer):
    """The shipping address."""

    name: Title | None = None
    company: Short | None = None
    address1: Text = None
    address2: Text = None
    city: Short | None = None
    zip: Text = None
    province: Short | None = None
    province_code: Text = None
    country_code: str | None = None


class LineItem(msgspec.Struct):
    """A line as sold; `current_quantity` is the rest after refunds and edits.

    `fulfillment_status` is set where the shop has shipped units itself, for example in a store.
    """

    id: Code | int | None = None
    name: Title | None = None
    title: Title | None = None
    sku: Text = None
    quantity: int | None = None
    current_quantity: int | None = None
    fulfillable_quantity: int | None = None
    fulfillment_status: str | None = None
    price: Any = None
    requires_shipping: bool | None = None
    gift_card: bool | None = None
    fulfillment_service: str | None = None


class OrderBody(msgspec.Struct):
    """The order fields that we read; parts whose types vary are `Any` and read separately."""

    id: Code | int | None = None
    admin_graphql_api_id: str | None = None
    name: Number | int | None = None
    order_number: Number | int | None = None
    created_at: datetime | None = None
    processed_at: datetime | None = None
    updated_at: datetime | None = None
    cancelled_at: Any = None
    financial_status: str | None = None
    test: bool | None = None
    email: Email | None = None
    contact_email: Email | None = None
    phone: Text = None
    customer_locale: str | None = None
    currency: str | None = None
    note: Annotated[str, Meta(max_length=NOTE)] | None = None
    tags: Any = None
    note_attributes: Any = None
    customer: Any = None
    shipping_address: Any = None
    billing_address: Any = None
    shipping_lines: Any = None
    line_items: Any = None
    refunds: Any = None
    subtotal_price: Any = None
    total_price: Any = None
    total_tax: Any = None
    taxes_included: Any = None
    total_tip_received: Any = None
    original_total_duties_set: Any = None
    current_total_duties_set: Any = None


def read_order(body: Any) -> OrderReport | Ignored:
    """The report of an order's body. Raises InvalidInput with every problem by field path."""
    problems = JsonProblems()
    order = problems.read(OrderBody, body)
    if order.test:
        return Ignored("test notification")
    sold = _sold(order, problems)
    report = OrderReport(
        order=_incoming(order, sold, problems),
        at=_changed_at(order, problems),
        lines={
            _line_id(line, place): _units(line) for place, line in sold.items() if _is_ours(line)
        },
        payment=_payment(order),
        is_cancelled=bool(order.cancelled_at),
        removed=removed_of(order.refunds),
    )
    report.worth = worths_of(order.refunds, report.order.currency)
    report.order.cost = _cost(order, sold, report.order)
    if any(path.startswith(NEEDED) for path, _ in problems.found):
        problems.refuse()
    report.problems = list(problems.found)
    return report


def _incoming(order: OrderBody, sold: dict[int, LineItem], problems: JsonProblems) -> IncomingOrder:
    address = problems.read(ShippingAddress, order.shipping_address or {}, "shipping_address")
    billing = problems.read(ShippingAddress, order.billing_address or {}, "billing_address")
    customer = problems.read(Customer, order.customer or {}, "customer")
    paid_in = _currency(order, problems)
    reference = _reference(order, problems)
    buyer = _full_name(customer) or _name_of(billing)
    receiver = _name_of(address) or buyer
    return IncomingOrder(
        reference=reference,
        number=text(order.name) or text(order.order_number) or reference,
        placed_at=_placed_at(order, problems),
        lines=_lines(sold, paid_in, problems),
        customer_name=receiver,
        buyer_name="" if buyer == receiver else buyer,
        email=text(order.email) or text(order.contact_email) or text(customer.email),
        phone=text(address.phone) or text(order.phone) or text(customer.phone),
        company=text(address.company),
        street="\n".join(filter(None, (text(address.address1), text(address.address2)))),
        postcode=text(address.zip),
        city=text(address.city),
        region=text(address.province_code) or text(address.province),
        country=problems.kept(
            "shipping_address.country_code", country, text(address.country_code), ""
        ),
        language=main_language(order.customer_locale or ""),
        currency=paid_in,
        note=text(order.note),
        is_gift=_is_gift(order),
        is_pickup=not order.shipping_address and _is_collected(order.shipping_lines),
    )


def _cost(order: OrderBody, sold: dict[int, LineItem], read: IncomingOrder) -> Cost | None:
    """What it cost beyond its lines; the sums are of all that was bought, so the lines must be."""
    bought = sum(line.quantity or 0 for line in sold.values())
    if bought != sum(line.quantity for line in read.lines):
        return None
    if order.original_total_duties_set or order.current_total_duties_set:
        return None
    return cost_of(
        read.lines,
        read.currency,
        subtotal=order.subtotal_price,
        total=order.total_price,
        added_tax=0 if order.taxes_included is True else order.total_tax,
        tip=order.total_tip_received,
    )


def _reference(order: OrderBody, problems: JsonProblems) -> str:
    """The order's id as text, from the gid: a JSON number above 2^53 may have been rounded."""
    gid = ORDER_ID.fullmatch(text(order.admin_graphql_api_id))
    reference = gid[1] if gid else text(order.id)
    if not reference:
        problems.add("id", "expected the id of the order, got nothing")
    return reference


def _placed_at(order: OrderBody, problems: JsonProblems) -> datetime:
    path = "processed_at" if order.processed_at else "created_at"
    given = order.processed_at or order.created_at
    if given is not None:
        return problems.kept(path, moment, given, FIRST)
    if "created_at" not in problems:
        problems.add("created_at", "expected a date and time, got nothing")
    return FIRST


def _currency(order: OrderBody, problems: JsonProblems) -> str:
    """The shop's currency, which `price` is in; the customer may have paid in another."""
    return problems.kept("currency", currency, text(order.currency), "")


def _payment(order: OrderBody) -> str:
    """The state of the payment; one that we do not know does not let the order go."""
    status = text(order.financial_status).lower()
    return PAYMENTS.get(status, ShopOrder.Payment.UNPAID) if status else ""


def _changed_at(order: OrderBody, problems: JsonProblems) -> datetime:
    """When the shop last changed the order: of two reports, the later one is so."""
    if order.updated_at is None:
        return _placed_at(order, JsonProblems())
    return problems.kept("updated_at", moment, order.updated_at, FIRST)


def _sold(order: OrderBody, problems: JsonProblems) -> dict[int, LineItem]:
    """The lines of the body by place, also those of which nothing is wanted any more."""
    if not isinstance(order.line_items, list) or not order.line_items:
        problems.add("line_items", "expected a list of at least one line")
        return {}
    if (count := len(order.line_items)) > MOST_LINES:
        problems.add("line_items", f"expected at most {MOST_LINES} lines, got {count}")
        return {}
    return {
        place: _counted(problems.read(LineItem, value, path), problems, path)
        for place, value in enumerate(order.line_items)
        if problems.is_object(value, path := f"line_items[{place}]")
    }


def _counted(line: LineItem, problems: JsonProblems, path: str) -> LineItem:
    """The line with a quantity, and numbers of units that can be."""
    if line.quantity is None:
        line.quantity = line.current_quantity
    if line.quantity is None and f"{path}.quantity" not in problems:
        problems.add(f"{path}.quantity", "expected a whole number, got nothing")
    for name in ("quantity", "current_quantity", "fulfillable_quantity"):
        number = getattr(line, name)
        if number is not None and not 0 <= number <= MOST_UNITS:
            told = f"expected a whole number from 0 to {MOST_UNITS}, got {number}"
            problems.add(f"{path}.{name}", told)
    return line


def _lines(sold: dict[int, LineItem], paid_in: str, problems: JsonProblems) -> list[IncomingLine]:
    """The lines with units that are still ordered."""
    lines = [
        _line(line, place, paid_in, problems, f"line_items[{place}]")
        for place, line in sold.items()
    ]
    return [line for line in lines if line.quantity]


def _line(
    line: LineItem, place: int, paid_in: str, problems: JsonProblems, path: str
) -> IncomingLine:
    title = text(line.name) or text(line.title) or text(line.sku)
    if not title:
        problems.add(f"{path}.title", "expected the name of what was sold, got nothing")
    price = 0
    try:
        # An app of the shop may leave it out: nothing of the parcel depends on it.
        price = 0 if line.price is None else minor_units(line.price, paid_in)
    except ValueError as error:
        problems.add(f"{path}.price", str(error))
    units = _units(line)
    ships = _is_ours(line) and line.fulfillment_status != "fulfilled"
    return IncomingLine(
        sku=text(line.sku),
        title=title,
        quantity=still_to_send(units) if ships else units.wanted,
        unit_price=price,
        ships=ships,
        shop_line=_line_id(line, place),
    )


def _units(line: LineItem) -> Units:
    bought = line.quantity or 0
    wanted = bought if line.current_quantity is None else line.current_quantity
    to_send = 0 if line.fulfillment_status == "fulfilled" else line.fulfillable_quantity
    return Units(bought, wanted, to_send)


def _line_id(line: LineItem, place: int) -> str:
    """The shop's id of a line, else its place in the order."""
    return text(line.id) or f"#{place + 1}"


def _is_ours(line: LineItem) -> bool:
    """Whether we ship such a line: not gift cards, not lines of other services."""
    if line.gift_card or line.requires_shipping is False:
        return False
    return (line.fulfillment_service or "") in OUR_SERVICES


def _is_collected(shipping: Any) -> bool:
    """Whether the customer collects the order in a shop."""
    ways = [way for way in shipping if isinstance(way, dict)] if isinstance(shipping, list) else []
    words = [str(way.get(name) or "") for way in ways for name in ("delivery_category", "code")]
    return any(_plain(word).replace(" ", "_") in PICKUP for word in words)


def _is_gift(order: OrderBody) -> bool:
    """Whether a tag or a cart note says so; both are free text of shops and their apps."""
    tags = order.tags.split(",") if isinstance(order.tags, str) else order.tags
    notes = order.note_attributes
    if isinstance(notes, dict):
        notes = [{"name": name, "value": value} for name, value in notes.items()]
    answered = [
        note.get("name")
        for note in (notes if isinstance(notes, list) else ())
        if isinstance(note, dict) and str(note.get("value") or "").strip().lower() not in NO_WORDS
    ]
    said = [*(tags if isinstance(tags, list) else ()), *answered]
    return any(_plain(word) in GIFT_WORDS for word in said)


def _plain(word: Any) -> str:
    """Normalize a tag: `Is_Gift` becomes `is gift`."""
    return re.sub(r"[\s_-]+", " ", str(word)).strip().lower()


def _name_of(address: ShippingAddress) -> str:
    return text(address.name) or _full_name(address)


def _full_name(person: Customer) -> str:
    return " ".join(filter(None, (text(person.first_name), text(person.last_name))))
