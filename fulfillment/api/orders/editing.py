"""`POST /api/v1/orders/<id>/edit/` and `units/`: change an order until it is packed."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from fulfillment.api.decoding import Shape
from fulfillment.api.idempotency import OFFERED
from fulfillment.api.operations import Operation
from fulfillment.api.orders.actions import REFUSALS, OrderAction, units_of_lines
from fulfillment.api.orders.described import Order
from fulfillment.api.orders.shapes import Country, Email, Language, Name
from orders.decisions.split import (
    join_shipment,
    joinable_of,
    split_shipment,
    splittable_of,
)
from orders.errors import DomainError, InvalidInput
from orders.lifecycle.changes import LONGEST_REASON
from orders.lifecycle.edit import MOST_PRIORITY, edit_order
from orders.lifecycle.edit_lines import change_units
from orders.models import Order as OrderRow
from orders.shops.base import IncomingLine
from orders.states import ShippingRule
from orders.values.counts import MOST_LINES, MOST_MONEY, MOST_UNITS
from orders.values.texts import NOTE, SHORT, STREET, TITLE

Reason = Annotated[str, Meta(max_length=LONGEST_REASON, description="Why, for your people.")]
# Where a field of an order stands in the body; the others have their own names.
PATHS = {
    "customer_name": "address.name", "company": "address.company", "street": "address.street",
    "postcode": "address.postcode", "city": "address.city", "region": "address.region",
    "country": "address.country", "buyer_name": "customer.name", "email": "customer.email",
    "phone": "customer.phone", "language": "customer.language", "is_gift": "gift",
    "note": "note", "priority": "priority", "ships_as": "ships_as",
}  # fmt: skip


class AddressChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What to change of the address; `name` is who receives the order."""

    name: Name | UnsetType = UNSET
    company: Name | UnsetType = UNSET
    street: Annotated[str, Meta(max_length=STREET)] | UnsetType = UNSET
    postcode: Name | UnsetType = UNSET
    city: Name | UnsetType = UNSET
    region: Name | UnsetType = UNSET
    country: Country | UnsetType = UNSET


class CustomerChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What to change of the contact; `name` is who bought it, where somebody else receives it."""

    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class OrderChange(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What to change of an order; what is left out stays as it is."""

    address: AddressChange = msgspec.field(default_factory=AddressChange)
    customer: CustomerChange = msgspec.field(default_factory=CustomerChange)
    note: Annotated[str, Meta(max_length=NOTE)] | UnsetType = UNSET
    gift: bool | UnsetType = UNSET
    priority: Annotated[int, Meta(ge=-MOST_PRIORITY, le=MOST_PRIORITY)] | UnsetType = UNSET
    ships_as: ShippingRule | UnsetType = UNSET
    reason: Reason = ""


class LineUnits(msgspec.Struct, forbid_unknown_fields=True):
    """How many units of a line are wanted: more are added, fewer are cancelled."""

    line: UUID
    quantity: Annotated[int, Meta(ge=0, le=MOST_UNITS)]


class LineToAdd(msgspec.Struct, forbid_unknown_fields=True):
    """A product by SKU and how many; `unit_price` in minor units (1999 is 19.99)."""

    sku: Annotated[str, Meta(min_length=1, max_length=SHORT)]
    quantity: Annotated[int, Meta(ge=1, le=MOST_UNITS)]
    title: Annotated[str, Meta(max_length=TITLE)] = ""
    unit_price: Annotated[int, Meta(ge=0, le=MOST_MONEY)] = 0


class UnitsChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to send instead: all of it or nothing is done."""

    lines: Annotated[list[LineUnits], Meta(max_length=MOST_LINES)] = []
    add: Annotated[list[LineToAdd], Meta(max_length=MOST_LINES)] = []
    reason: Reason = ""


class LineToSplit(msgspec.Struct, forbid_unknown_fields=True):
    """Units of a line that leave apart."""

    line: UUID
    quantity: Annotated[int, Meta(ge=1, le=MOST_UNITS)]


class Split(msgspec.Struct, forbid_unknown_fields=True):
    """What of a shipment leaves apart, in a shipment of its own."""

    lines: Annotated[list[LineToSplit], Meta(min_length=1, max_length=MOST_LINES)]
    shipment: Annotated[
        UUID | None, Meta(description="Its id; needed where more than one could be split.")
    ] = None
    contents: Annotated[
        str,
        Meta(
            max_length=LONGEST_REASON,
            description="`contents` of the shipment as you had read it: it is refused with other "
            "units in it. Needed without an Idempotency-Key.",
        ),
    ] = ""
    reason: Reason = ""


class Join(msgspec.Struct, forbid_unknown_fields=True):
    """Which shipment goes into which; left out: the newest into the oldest."""

    shipment: Annotated[
        UUID | None, Meta(description="Its id; needed without an Idempotency-Key.")
    ] = None
    into: UUID | None = None
    reason: Reason = ""


class EditOrder(OrderAction):
    """Change fields of an order: address, contact, contents, handling."""

    shape = Shape(OrderChange)
    operations = {
        "POST": Operation(
            "editOrder",
            "Edit an order",
            {200: Order},
            REFUSALS,
            "The address until a box has a label, gift and note until all is packed, priority and "
            "`ships_as` until all has left; to wait for all its units, an order of which some lack "
            "stock may have no part on its way out. A message that waits goes to the new address.",
            body=OrderChange,
            headers=(OFFERED,),
            examples={
                "Another house": {"address": {"street": "Unter den Linden 2"}},
                "All together": {"ships_as": "together", "reason": "Grace asked for one parcel."},
            },
        )
    }

    def act(self, order: OrderRow, given: OrderChange) -> None:
        changes = {name: value for name, value in _changes(given).items() if value is not UNSET}
        if not changes:
            raise DomainError(f"Nothing of order {order} was changed.")
        try:
            edit_order(order, changes, actor=None, reason=given.reason)
        except InvalidInput as error:
            raise InvalidInput(
                [(PATHS.get(name, name), text) for name, text in error.problems]
            ) from None


class ChangeUnits(OrderAction):
    """Change how many units of lines are wanted, and add lines."""

    shape = Shape(UnitsChange)
    operations = {
        "POST": Operation(
            "changeUnits",
            "Change the units of an order",
            {200: Order},
            REFUSALS,
            "More units and lines until all is packed, fewer as long as nobody has picked them. An "
            "unknown SKU puts the order on hold.",
            body=UnitsChange,
            headers=(OFFERED,),
            examples={
                "One more, and a shade": {
                    "lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 3}],
                    "add": [{"sku": "SHADE-LINEN", "quantity": 1}],
                }
            },
        )
    }

    def act(self, order: OrderRow, given: UnitsChange) -> None:
        added = [
            IncomingLine(line.sku, line.title, line.quantity, line.unit_price) for line in given.add
        ]
        units = units_of_lines(order, given.lines)
        change_units(order, units, added=added, actor=None, reason=given.reason)


class SplitOrder(OrderAction):
    """Send units of a shipment apart."""

    shape, names = Shape(Split), ("contents",)
    operations = {
        "POST": Operation(
            "splitOrder",
            "Send units apart",
            {200: Order},
            REFUSALS,
            "From a shipment that nobody picks yet into one of its own, with its own parcels and "
            "dates. Only of an order that ships as available.",
            body=Split,
            headers=(OFFERED,),
            examples={
                "One unit first": {
                    "lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 1}],
                    "contents": "9f86d081884c7d659a2feaa0c55ad015",
                }
            },
        )
    }

    def act(self, order: OrderRow, given: Split) -> None:
        shipment = splittable_of(order, given.shipment)
        units = units_of_lines(order, given.lines)
        split_shipment(shipment, units, actor=None, reason=given.reason, seen=given.contents)


class JoinOrder(OrderAction):
    """Put two shipments together again."""

    shape, names = Shape(Join), ("shipment",)
    operations = {
        "POST": Operation(
            "joinOrder",
            "Put two shipments together",
            {200: Order},
            REFUSALS,
            "Both as long as nobody picks them, and from the same warehouse.",
            body=Join,
            headers=(OFFERED,),
        )
    }

    def act(self, order: OrderRow, given: Join) -> None:
        shipment = joinable_of(order, given.shipment)
        join_shipment(shipment, into=given.into, actor=None, reason=given.reason)


def _changes(given: OrderChange) -> dict[str, Any]:
    """{field of the order: the value given, or UNSET}."""
    return {name: _at(given, path) for name, path in PATHS.items()}


def _at(given: OrderChange, path: str) -> Any:
    outer, _, inner = path.partition(".")
    found = getattr(given, outer)
    return getattr(found, inner) if inner else found
