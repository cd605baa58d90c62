"""The Shopify adapter: reads the webhook `orders/create`."""

import base64
import binascii
import hmac
import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from orders.shops.base import Ignored, IncomingLine, IncomingOrder, Payload
from orders.shops.reading import JsonProblems, decode, minor_units
from orders.values.contacts import LONGEST_EMAIL
from orders.values.counts import MOST_LINES, MOST_UNITS
from orders.values.moments import FIRST, moment
from orders.values.places import country, currency, main_language
from orders.values.texts import NOTE, NUMBER, REFERENCE, SHORT, TITLE

SIGNATURE = "x-shopify-hmac-sha256"
TOPIC = "orders/create"
SHA256_BYTES = 32
ORDER_ID = re.compile(r"gid://shopify/Order/(\d{1,30})")
OUR_SERVICES = {"manual", ""}  # lines of any other fulfilment service are not ours to pick
GIFT_WORDS = {
    "gift", "a gift", "is gift", "is a gift", "this is a gift", "gift order", "gift note",
    "gift message", "gift wrap", "gift wrapping",
}  # fmt: skip
NO_WORDS = {"", "no", "false", "0", "off", "none"}

Short = Annotated[str, Meta(max_length=SHORT)]
Email = Annotated[str, Meta(max_length=LONGEST_EMAIL)]
Code = Annotated[str, Meta(max_length=REFERENCE)]
Number = Annotated[str, Meta(max_length=NUMBER)]
Title = Annotated[str, Meta(max_length=TITLE)]
Text = Short | int | None


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

    name: Title | None = None
    title: Title | None = None
    sku: Text = None
    quantity: int | None = None
    current_quantity: int | None = None
    fulfillable_quantity: int | None = None
    fulfillment_status: str | None = None
    price: Any = "0"
    requires_shipping: bool | None = None
    gift_card: bool | None = None
    fulfillment_service: str | None = None


class ShopOrder(msgspec.Struct):
    """The order fields that we read; parts whose types vary are `Any` and read separately."""

    id: Code | int | None = None
    admin_graphql_api_id: str | None = None
    name: Number | int | None = None
    order_number: Number | int | None = None
    created_at: datetime | None = None
    processed_at: datetime | None = None
    cancelled_at: Any = None
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
    line_items: Any = None


class Shopify:
    """Webhooks of Shopify, signed with the app's secret: https://shopify.dev/docs/api/webhooks."""

    name = "Shopify"

    def verify(self, payload: Payload, secret: str) -> bool:
        """Check the signature: base64 of HMAC-SHA256 over the raw body, in constant time."""
        if not payload.body or not secret:
            return False
        try:
            given = base64.b64decode(payload.headers.get(SIGNATURE, ""), validate=True)
        except (binascii.Error, ValueError):  # ValueError: letters beyond ASCII
            return False
        wanted = hmac.digest(secret.encode(), payload.body, "sha256")
        return len(given) == SHA256_BYTES and hmac.compare_digest(given, wanted)

    def is_order(self, payload: Payload) -> bool:
        """Whether the topic is `orders/create`; the header is not signed, it only filters."""
        return payload.headers.get("x-shopify-topic") == TOPIC

    def read(self, payload: Payload) -> IncomingOrder | Ignored:
        """The order of a verified call. Raises NotJson or InvalidInput."""
        problems = JsonProblems()
        body = decode(payload.body)
        problems.is_object(body, "body")
        problems.refuse()
        order = problems.read(ShopOrder, body)
        if order.test:
            return Ignored("test notification")
        if order.cancelled_at:
            return Ignored("the order was cancelled in the shop")
        incoming = _incoming(order, problems)
        problems.refuse()
        return incoming if incoming.lines else Ignored("no unit of the order is wanted any more")


def _incoming(order: ShopOrder, problems: JsonProblems) -> IncomingOrder:
    address = problems.read(ShippingAddress, order.shipping_address or {}, "shipping_address")
    customer = problems.read(Customer, order.customer or {}, "customer")
    paid_in = _currency(order, problems)
    reference = _reference(order, problems)
    return IncomingOrder(
        reference=reference,
        number=_text(order.name) or _text(order.order_number) or reference,
        placed_at=_placed_at(order, problems),
        lines=_lines(order, paid_in, problems),
        customer_name=_text(address.name) or _full_name(address) or _full_name(customer),
        email=_text(order.email) or _text(order.contact_email) or _text(customer.email),
        phone=_text(address.phone) or _text(order.phone) or _text(customer.phone),
        company=_text(address.company),
        street="\n".join(filter(None, (_text(address.address1), _text(address.address2)))),
        postcode=_text(address.zip),
        city=_text(address.city),
        region=_text(address.province_code) or _text(address.province),
        country=problems.kept(
            "shipping_address.country_code", country, _text(address.country_code), ""
        ),
        language=main_language(order.customer_locale or ""),
        currency=paid_in,
        note=_text(order.note),
        is_gift=_is_gift(order),
    )


def _reference(order: ShopOrder, problems: JsonProblems) -> str:
    """The order's id as text, from the gid: a JSON number above 2^53 may have been rounded."""
    gid = ORDER_ID.fullmatch(_text(order.admin_graphql_api_id))
    reference = gid[1] if gid else _text(order.id)
    if not reference:
        problems.add("id", "expected the id of the order, got nothing")
    return reference


def _placed_at(order: ShopOrder, problems: JsonProblems) -> datetime:
    path = "processed_at" if order.processed_at else "created_at"
    given = order.processed_at or order.created_at
    if given is not None:
        return problems.kept(path, moment, given, FIRST)
    if "created_at" not in problems:
        problems.add("created_at", "expected a date and time, got nothing")
    return FIRST


def _currency(order: ShopOrder, problems: JsonProblems) -> str:
    """The shop's currency, which `price` is in; the customer may have paid in another."""
    return problems.kept("currency", currency, _text(order.currency), "")


def _lines(order: ShopOrder, paid_in: str, problems: JsonProblems) -> list[IncomingLine]:
    """The lines with units that are still ordered."""
    if not isinstance(order.line_items, list) or not order.line_items:
        problems.add("line_items", "expected a list of at least one line")
        return []
    if (count := len(order.line_items)) > MOST_LINES:
        problems.add("line_items", f"expected at most {MOST_LINES} lines, got {count}")
        return []
    lines = [
        _line(value, paid_in, problems, path)
        for index, value in enumerate(order.line_items)
        if problems.is_object(value, path := f"line_items[{index}]")
    ]
    return [line for line in lines if line.quantity]


def _line(value: Any, paid_in: str, problems: JsonProblems, path: str) -> IncomingLine:
    line = problems.read(LineItem, value, path)
    title = _text(line.name) or _text(line.title) or _text(line.sku)
    if not title:
        problems.add(f"{path}.title", "expected the name of what was sold, got nothing")
    price = 0
    try:
        price = minor_units(line.price, paid_in)
    except ValueError as error:
        problems.add(f"{path}.price", str(error))
    return IncomingLine(
        sku=_text(line.sku),
        title=title,
        quantity=_quantity(line, problems, path),
        unit_price=price,
        ships=_ships(line),
    )


def _quantity(line: LineItem, problems: JsonProblems, path: str) -> int:
    """Units still to ship: the current quantity, less what the shop has shipped itself."""
    name, quantity = "quantity", line.quantity
    if line.current_quantity is not None:
        name, quantity = "current_quantity", line.current_quantity
    if line.fulfillment_status == "partial" and line.fulfillable_quantity is not None:
        name, quantity = "fulfillable_quantity", line.fulfillable_quantity
    if quantity is None:
        if f"{path}.quantity" not in problems:
            problems.add(f"{path}.quantity", "expected a whole number, got nothing")
        return 0
    if not 0 <= quantity <= MOST_UNITS:
        text = f"expected a whole number from 0 to {MOST_UNITS}, got {quantity}"
        problems.add(f"{path}.{name}", text)
    return quantity


def _ships(line: LineItem) -> bool:
    """Whether we ship it: not gift cards, not lines of other services or shipped by the shop."""
    if line.gift_card or line.requires_shipping is False or line.fulfillment_status == "fulfilled":
        return False
    return (line.fulfillment_service or "") in OUR_SERVICES


def _is_gift(order: ShopOrder) -> bool:
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


def _full_name(person: Customer) -> str:
    return " ".join(filter(None, (_text(person.first_name), _text(person.last_name))))


def _text(value: Text) -> str:
    return "" if value is None else str(value).strip()
