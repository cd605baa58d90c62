"""An order as the API takes it."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from django.utils import timezone
from msgspec import Meta

from fulfillment.api.decoding import Shape
from orders.shops.base import Cost, IncomingLine, IncomingOrder
from orders.states import ShippingRule
from orders.values.contacts import LONGEST_EMAIL
from orders.values.counts import MOST_LINES, MOST_MONEY, MOST_UNITS
from orders.values.moments import moment
from orders.values.places import LANGUAGE, country, currency, language
from orders.values.texts import NOTE, NUMBER, REFERENCE, SHORT, STREET, TITLE

Name = Annotated[str, Meta(max_length=SHORT)]
Reference = Annotated[str, Meta(min_length=1, max_length=REFERENCE)]
Quantity = Annotated[int, Meta(ge=1, le=MOST_UNITS)]
# Their checks are in ORDER below: a pattern here is only what the schema says.
Country = Annotated[
    str,
    Meta(
        description="ISO 3166 alpha-2.",
        examples=["DE"],
        extra_json_schema={"pattern": "^[A-Za-z]{2}$"},
    ),
]
KnownCountry = Annotated[
    str,
    Meta(
        description="ISO 3166 alpha-2, or empty.",
        examples=["DE"],
        extra_json_schema={"pattern": "^([A-Za-z]{2})?$"},
    ),
]
Language = Annotated[
    str, Meta(examples=["en", "de-AT"], extra_json_schema={"pattern": f"^({LANGUAGE})?$"})
]
Currency = Annotated[
    str,
    Meta(
        description="ISO 4217.",
        examples=["EUR"],
        extra_json_schema={"pattern": "^([A-Za-z]{3})?$"},
    ),
]
COST = "In minor units; where none of discount, tax and shipping is given, they are unknown."
Amount = Annotated[int, Meta(ge=0, le=MOST_MONEY)]
Email = Annotated[str, Meta(description="One address, or empty.", examples=["grace@example.com"])]
AnyEmail = Annotated[
    str,
    Meta(
        max_length=LONGEST_EMAIL,
        description="One address, or empty. What is none is kept, told in `notices`, and nothing "
        "is sent to it until it is corrected.",
        examples=["grace@example.com"],
    ),
]
PlacedAt = Annotated[
    datetime,
    Meta(
        description="From 1970 to 8999; without a zone UTC is meant.",
        extra_json_schema={"format": "date-time"},
    ),
]


class Customer(msgspec.Struct, forbid_unknown_fields=True):
    """The customer of an order."""

    name: Name = ""
    email: AnyEmail = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    language: Language = ""


class Address(msgspec.Struct, forbid_unknown_fields=True):
    """The delivery address; `street` may have several lines."""

    street: Annotated[str, Meta(min_length=1, max_length=STREET)]
    city: Annotated[str, Meta(min_length=1, max_length=SHORT)]
    country: Country
    postcode: Name = ""
    region: Name = ""
    company: Name = ""
    name: Name = ""


class ShipTo(msgspec.Struct, forbid_unknown_fields=True):
    """Where an order goes. Without street, city and country it waits on hold until it has them."""

    street: Annotated[str, Meta(max_length=STREET)] = ""
    city: Name = ""
    country: KnownCountry = ""
    postcode: Name = ""
    region: Name = ""
    company: Name = ""
    name: Name = ""


class NewLine(msgspec.Struct, forbid_unknown_fields=True):
    """A product by SKU and how many; `unit_price` in minor units (1999 is 19.99)."""

    sku: Annotated[str, Meta(min_length=1, max_length=SHORT)]
    quantity: Quantity
    title: Annotated[str, Meta(max_length=TITLE)] = ""
    unit_price: Annotated[int, Meta(ge=0, le=MOST_MONEY)] = 0
    ships: bool = True


class NewOrder(msgspec.Struct, forbid_unknown_fields=True):
    """An order as `POST /api/v1/orders/` takes it."""

    reference: Reference
    lines: Annotated[list[NewLine], Meta(min_length=1, max_length=MOST_LINES)]
    number: Annotated[str, Meta(max_length=NUMBER)] = ""
    customer: Customer = msgspec.field(default_factory=Customer)
    address: ShipTo = msgspec.field(default_factory=ShipTo)
    placed_at: PlacedAt | None = None
    currency: Currency = ""
    discount: Annotated[Amount | None, Meta(description=f"Off the prices of all lines. {COST}")] = (
        None
    )
    tax: Annotated[Amount | None, Meta(description=f"On top of the prices. {COST}")] = None
    shipping: Annotated[Amount | None, Meta(description=f"What it cost. {COST}")] = None
    note: Annotated[str, Meta(max_length=NOTE)] = ""
    gift: bool = False
    priority: Annotated[int, Meta(ge=-100, le=100)] = 0
    ships_as: Annotated[
        ShippingRule | None,
        Meta(description="Where only a part is in stock; by default what the seller has set."),
    ] = None


def read_order(body: bytes) -> IncomingOrder:
    """Parse an order. Raises NotJson, or InvalidInput with its problems."""
    return _incoming(*ORDER.read(body))


def _incoming(order: NewOrder, kept: dict[str, Any]) -> IncomingOrder:
    """The order; `kept` has what the schema alone cannot check. A number is made of a reference."""
    address, customer = order.address, order.customer
    return IncomingOrder(
        reference=order.reference,
        number=order.number or order.reference[:NUMBER],
        placed_at=kept["placed_at"],
        lines=[
            IncomingLine(line.sku, line.title, line.quantity, line.unit_price, line.ships)
            for line in order.lines
        ],
        customer_name=address.name or customer.name,
        buyer_name=customer.name if address.name and customer.name != address.name else "",
        email=customer.email,
        phone=customer.phone,
        company=address.company,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        region=address.region,
        country=kept["address.country"],
        language=kept["customer.language"],
        currency=kept["currency"],
        cost=_cost(order),
        note=order.note,
        is_gift=order.gift,
        priority=order.priority,
        ships_as=order.ships_as or "",
    )


def _cost(order: NewOrder) -> Cost | None:
    """What it cost beyond its lines; None where nothing is said of that."""
    said = (order.discount, order.tax, order.shipping)
    if all(amount is None for amount in said):
        return None
    return Cost(*(amount or 0 for amount in said))


def _placed_at(value: datetime | None) -> datetime:
    return moment(value, zone=UTC) if value else timezone.now()


def country_needed(value: str) -> str:
    """Of an address that is entered: an order may come without one."""
    return country(value or "?")


ORDER = Shape(
    NewOrder,
    {
        "placed_at": _placed_at,
        "customer.language": language,
        "address.country": country,
        "currency": currency,
    },
)

EXAMPLES = {
    "An order": {
        "reference": "A-1",
        "number": "#A1",
        "customer": {"name": "Grace Hopper", "email": "grace@example.com", "language": "en"},
        "address": {
            "street": "Unter den Linden 1",
            "postcode": "10117",
            "city": "Berlin",
            "country": "DE",
        },
        "currency": "EUR",
        "lines": [{"sku": "LAMP-BRASS", "quantity": 1, "unit_price": 1999}],
    }
}
