"""What every shop adapter turns its payload into: our order, before it has an id."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from orders.models import SalesChannel


@dataclass(slots=True)
class IncomingLine:
    """A line as the shop sold it: `quantity` still wanted; `ships` false is kept, not picked."""

    sku: str
    title: str
    quantity: int
    unit_price: int = 0  # minor units of the order's currency
    ships: bool = True


@dataclass(slots=True)
class IncomingOrder:
    """An order as a shop reports it: texts stripped, phone as written, country as alpha-2."""

    reference: str
    number: str
    placed_at: datetime
    lines: list[IncomingLine]
    customer_name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    language: str = ""
    currency: str = ""
    note: str = ""
    is_gift: bool = False
    priority: int = 0


@dataclass(slots=True)
class Ignored:
    """A payload that is right and wants no order: a test, an order cancelled before it came."""

    why: str


@dataclass(slots=True)
class Payload:
    """A shop's call as it arrived: the raw bytes are what was signed."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case


class Shop(Protocol):
    """One shop platform; copy a neighbour and add it to `orders.shops.ADAPTERS`."""

    name: str

    def verify(self, payload: Payload, channel: SalesChannel) -> bool:
        """Is the payload signed with the channel's secret? Constant time."""

    def is_order(self, payload: Payload) -> bool:
        """Does this call report a new order? Any other kind of call is answered and left alone."""

    def read(self, payload: Payload) -> IncomingOrder | Ignored:
        """The order of a verified payload.

        Raises NotJson, or InvalidInput with every problem by field path.
        """
