"""The Shopify adapter: reads the webhook `orders/create`."""

import base64
import binascii
import hmac
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from orders.errors import InvalidInput
from orders.models import SalesChannel
from orders.shops.base import Ignored, IncomingLine, IncomingOrder, Payload
from orders.shops.reading import Problems, decode, minor_units

SIGNATURE = "x-shopify-hmac-sha256"
TOPIC = "orders/create"
SHA256_BYTES = 32
ORDER_ID = re.compile(r"gid://shopify/Order/(\d{1,30})")
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Za-z]{2}")
OUR_SERVICES = {"manual", ""}  # lines of any other fulfilment service are not ours to pick
GIFT_WORDS = {
    "gift", "a gift", "is gift", "is a gift", "this is a gift", "gift order", "gift note",
    "gift message", "gift wrap", "gift wrapping",
}  # fmt: skip
NO_WORDS = {"", "no", "false", "0", "off", "none"}
MOST_UNITS = 1_000_000
YEARS = range(1990, 2100)

Text = str | int | None


class Customer(msgspec.Struct):
    """The customer; used for what the order itself lacks."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: Text = None


class ShippingAddress(Customer):
    """The shipping address."""

    name: str | None = None
    company: str | None = None
    address1: Text = None
    address2: Text = None
    city: str | None = None
    zip: Text = None
    province: str | None = None
    province_code: Text = None
    country_code: str | None = None


class LineItem(msgspec.Struct):
    """A line as sold; `current_quantity` is the rest after refunds and edits.

    `fulfillment_status` is set where the shop has shipped units itself, for example in a store.
    """

    name: str | None = None
    title: str | None = None
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

    id: Text = None
    admin_graphql_api_id: str | None = None
    name: Text = None
    order_number: Text = None
    created_at: datetime | None = None
    processed_at: datetime | None = None
    cancelled_at: Any = None
    test: bool | None = None
    email: str | None = None
    contact_email: str | None = None
    phone: Text = None
    customer_locale: str | None = None
    currency: str | None = None
    note: str | None = None
    tags: Any = None
    note_attributes: Any = None
    customer: Any = None
    shipping_address: Any = None
    line_items: Any = None


class Shopify:
    """Webhooks of Shopify, signed with the app's secret: https://shopify.dev/docs/api/webhooks."""

    name = "Shopify"

    def verify(self, payload: Payload, channel: SalesChannel) -> bool:
        """Check the signature: base64 of HMAC-SHA256 over the raw body, in constant time."""
        if not payload.body or not channel.secret:
            return False
        try:
            given = base64.b64decode(payload.headers.get(SIGNATURE, ""), validate=True)
        except (binascii.Error, ValueError):  # ValueError: letters beyond ASCII
            return False
        wanted = hmac.digest(channel.secret.encode(), payload.body, "sha256")
        return len(given) == SHA256_BYTES and hmac.compare_digest(given, wanted)

    def is_order(self, payload: Payload) -> bool:
        """Whether the topic is `orders/create`; the header is not signed, it only filters."""
        return payload.headers.get("x-shopify-topic") == TOPIC

    def read(self, payload: Payload) -> IncomingOrder | Ignored:
        """The order of a verified call. Raises NotJson or InvalidInput."""
        problems = Problems()
        body = decode(payload.body)
        if not problems.is_object(body, "body"):
            raise InvalidInput(problems.found)
        order = problems.read(ShopOrder, body)
        if order.test:
            return Ignored("test notification")
        if order.cancelled_at:
            return Ignored("the order was cancelled in the shop")
        incoming = _incoming(order, problems)
        if problems.found:
            raise InvalidInput(problems.found)
        return incoming if incoming.lines else Ignored("no unit of the order is wanted any more")


def _incoming(order: ShopOrder, problems: Problems) -> IncomingOrder:
    address = problems.read(ShippingAddress, order.shipping_address or {}, "shipping_address")
    customer = problems.read(Customer, order.customer or {}, "customer")
    currency = _currency(order, problems)
    reference = _reference(order, problems)
    language = LANGUAGE.fullmatch(order.customer_locale or "")
    return IncomingOrder(
        reference=reference,
        number=_text(order.name) or _text(order.order_number) or reference,
        placed_at=_placed_at(order, problems),
        lines=_lines(order, currency, problems),
        customer_name=_text(address.name) or _full_name(address) or _full_name(customer),
        email=_text(order.email) or _text(order.contact_email) or _text(customer.email),
        phone=_text(address.phone) or _text(order.phone) or _text(customer.phone),
        company=_text(address.company),
        street="\n".join(filter(None, (_text(address.address1), _text(address.address2)))),
        postcode=_text(address.zip),
        city=_text(address.city),
        region=_text(address.province_code) or _text(address.province),
        country=_country(address, problems),
        language=language[1].lower() if language else "",
        currency=currency,
        note=_text(order.note)[:500],
        is_gift=_is_gift(order),
    )


def _reference(order: ShopOrder, problems: Problems) -> str:
    """The order's id as text, from the gid: a JSON number above 2^53 may have been rounded."""
    gid = ORDER_ID.fullmatch(_text(order.admin_graphql_api_id))
    reference = gid[1] if gid else _text(order.id)
    if not reference:
        problems.add("id", "expected the id of the order, got nothing")
    return reference


def _placed_at(order: ShopOrder, problems: Problems) -> datetime:
    path = "processed_at" if order.processed_at else "created_at"
    moment = order.processed_at or order.created_at
    if moment is None:
        if "created_at" not in dict(problems.found):
            problems.add("created_at", "expected a date and time, got nothing")
    elif moment.tzinfo is None:
        problems.add(path, "expected a date and time with its zone, like 2026-03-01T10:00:00Z")
    elif moment.year not in YEARS:
        problems.add(path, f"expected a year from {YEARS[0]} to {YEARS[-1]}, got {moment.year}")
    else:
        return moment.astimezone(UTC)
    return datetime.min.replace(tzinfo=UTC)


def _currency(order: ShopOrder, problems: Problems) -> str:
    """The shop's currency, which `price` is in; the customer may have paid in another."""
    currency = _text(order.currency)
    if currency and not CURRENCY.fullmatch(currency):
        problems.add("currency", "expected three capital letters like EUR")
        return ""
    return currency


def _country(address: ShippingAddress, problems: Problems) -> str:
    country = _text(address.country_code)
    if country and not COUNTRY.fullmatch(country):
        problems.add("shipping_address.country_code", "expected two letters like DE")
    return country.upper()


def _lines(order: ShopOrder, currency: str, problems: Problems) -> list[IncomingLine]:
    """The lines with units that are still ordered."""
    if not isinstance(order.line_items, list) or not order.line_items:
        problems.add("line_items", "expected a list of at least one line")
        return []
    lines = [
        _line(value, currency, problems, path)
        for index, value in enumerate(order.line_items)
        if problems.is_object(value, path := f"line_items[{index}]")
    ]
    return [line for line in lines if line.quantity]


def _line(value: Any, currency: str, problems: Problems, path: str) -> IncomingLine:
    line = problems.read(LineItem, value, path)
    title = _text(line.name) or _text(line.title) or _text(line.sku)
    if not title:
        problems.add(f"{path}.title", "expected the name of what was sold, got nothing")
    price = 0
    try:
        price = minor_units(line.price, currency)
    except ValueError as error:
        problems.add(f"{path}.price", str(error))
    return IncomingLine(
        sku=_text(line.sku),
        title=title,
        quantity=_quantity(line, problems, path),
        unit_price=price,
        ships=_ships(line),
    )


def _quantity(line: LineItem, problems: Problems, path: str) -> int:
    """Units still to ship: the current quantity, less what the shop has shipped itself."""
    name, quantity = "quantity", line.quantity
    if line.current_quantity is not None:
        name, quantity = "current_quantity", line.current_quantity
    if line.fulfillment_status == "partial" and line.fulfillable_quantity is not None:
        name, quantity = "fulfillable_quantity", line.fulfillable_quantity
    if quantity is None:
        if f"{path}.quantity" not in dict(problems.found):
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
        for note in notes or ()
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
