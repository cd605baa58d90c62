"""The interface of shop adapters, and the order that they return."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


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
    """A valid payload without an order for us: a test, or an order that is already cancelled."""

    why: str


@dataclass(slots=True)
class Payload:
    """A webhook call of a shop; the signature covers the raw bytes of `body`."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case


class Shop(Protocol):
    """One shop platform; copy a neighbour and add it to `orders.shops.ADAPTERS`."""

    name: str

    def verify(self, payload: Payload, secret: str) -> bool:
        """Whether the payload is signed with this secret; compares in constant time.

        Asked with each secret that is valid now: two while one is changed.
        """

    def is_order(self, payload: Payload) -> bool:
        """Whether this call reports a new order; other calls are acknowledged and ignored."""

    def read(self, payload: Payload) -> IncomingOrder | Ignored:
        """The order of a verified payload.

        Raises NotJson, or InvalidInput with every problem by field path.
        """
