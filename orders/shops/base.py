"""The interface of shop adapters, and the reports that they read from a shop's calls."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, runtime_checkable


@dataclass(slots=True)
class IncomingLine:
    """A line as the shop sold it: `quantity` still wanted; `ships` false is kept, not picked."""

    sku: str
    title: str
    quantity: int
    unit_price: int = 0  # minor units of the order's currency
    ships: bool = True
    shop_line: str = field(default="", compare=False)  # the shop's own id of the line


class Cost(NamedTuple):
    """What an order cost beyond the prices of its lines, in minor units of its currency."""

    discount: int = 0  # off the prices of all lines
    tax: int = 0  # on top of the prices; 0 where they include it
    shipping: int = 0


@dataclass(slots=True)
class IncomingOrder:
    """An order as a shop reports it: texts stripped, phone as written, country as alpha-2."""

    reference: str
    number: str
    placed_at: datetime
    lines: list[IncomingLine]
    customer_name: str = ""  # who receives it
    buyer_name: str = ""  # who bought it, where it is somebody else
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
    ships_as: str = ""  # a ShippingRule; empty: as its seller has set
    is_pickup: bool = False  # the customer collects it: it needs no address
    replaces: str = ""  # the id of the order of which units are sent again
    problem: str = ""  # the id of the reported problem that it answers
    exchange: str = ""  # the id of the return in exchange for which it is sent
    repair: str = ""  # the id of the return whose own units go back with it
    is_held: bool = False  # a hold follows at once: no date is promised
    cost: "Cost | None" = None  # None: the shop says nothing of it


class Units(NamedTuple):
    """Units of one line as the shop counts them."""

    bought: int
    wanted: int  # after refunds and edits
    to_send: int | None = None  # less what was sent; None: the shop does not say


def still_to_send(units: Units) -> int:
    """What we send of a line that is new to us; the shop may have sent a part itself."""
    return units.wanted if units.to_send is None else min(units.wanted, units.to_send)


@dataclass(slots=True)
class OrderReport:
    """A whole order as the shop has it at one moment, `at`."""

    order: IncomingOrder
    at: datetime
    lines: dict[str, Units]  # by the shop's id of the line; those that nobody sends are left out
    payment: str = ""  # a value of ShopOrder.Payment; empty: the shop does not say
    is_cancelled: bool = False
    is_sent: bool = False  # the shop counts it as sent: what is new to us is not sent again
    removed: dict[str, dict[str, int]] = field(default_factory=dict)  # {refund: {line: units}}
    # Refunds of which the shop does not say the units: {refund: its amount, may be empty}.
    refunds: dict[str, str] = field(default_factory=dict)
    worth: dict[str, int] = field(default_factory=dict)  # {refund: its amount in minor units}
    # What cannot be read of address, contact and the like: [(field path, problem)]. A known order
    # is cancelled, held and cut all the same; a new one is refused.
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class RefundReport:
    """Units of lines that one refund took back."""

    reference: str
    refund: str
    removed: dict[str, int]
    worth: dict[str, int] = field(default_factory=dict)  # {refund: its amount}, where it says so
    currency: str = ""  # of that


@dataclass(slots=True)
class DeletionReport:
    """An order that its shop has deleted; it is cancelled until a later report of it."""

    reference: str


@dataclass(slots=True)
class FulfilmentPart:
    """Units of an order that the shop wants sent from one place, and why not now."""

    place: str  # the shop's id of its location; empty: it does not say
    place_name: str
    holds: list[str]  # the shop's reasons
    notes: str = ""  # what a person wrote there


@dataclass(slots=True)
class FulfilmentReport:
    """All that is still to be sent of an order, by place, as the shop has it now."""

    reference: str
    parts: list[FulfilmentPart]
    at: datetime  # when the shop was asked


@dataclass(slots=True)
class Ignored:
    """A valid call that changes no order of ours: a test, or something that we do not follow."""

    why: str


@dataclass(slots=True)
class Hint:
    """A valid call that says only that an order has changed: the shop has to be asked for it."""

    reference: str
    about: str = ""  # what the call is about, in the shop's words


Report = OrderReport | RefundReport | DeletionReport | FulfilmentReport | Ignored


@dataclass(slots=True)
class Payload:
    """A call of a shop; the signature covers the raw bytes of `body`."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case


class Shop(Protocol):
    """One shop platform; copy a neighbour and add it to `orders.shops.ADAPTERS`."""

    name: str
    topic_header: str  # of a call: what it is about; in lower case

    def verify(self, payload: Payload, secret: str) -> bool:
        """Whether the payload is signed with this secret; compares in constant time.

        Asked with each secret that is valid now: two while one is changed.
        """

    def read(self, payload: Payload) -> Report | Hint:
        """What a verified call reports. Of its headers only the topic is kept for this.

        Raises NotJson, or InvalidInput with every problem by field path.
        """


@runtime_checkable
class Pinging(Protocol):
    """A platform that tries the address of a new webhook with a call that it does not sign."""

    def is_ping(self, body: bytes) -> bool:
        """Whether a call is nothing but that; it is answered and not kept."""


@runtime_checkable
class Explained(Protocol):
    """A platform of which a seller has to know more than that its calls are signed."""

    call_hint: str  # what to set up for them; empty where it calls nobody


@runtime_checkable
class Configured(Protocol):
    """A platform whose channels each have settings of their own, kept in `SalesChannel.mapping`."""

    def with_settings(self, mapping: dict[str, Any]) -> Shop:
        """The platform as one channel has set it up."""
