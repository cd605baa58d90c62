"""An order as Magento has it: one body for its REST API and for extensions that send it."""

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from orders.models import ShopOrder
from orders.shops.base import IncomingOrder, OrderReport
from orders.shops.magento.line_items import Sold, incoming_line, read_items
from orders.shops.reading import JsonProblems
from orders.shops.texts import Code, Email, Number, Short, Text, number_text, text
from orders.values.places import country, currency
from orders.values.texts import NOTE

NEW, PROCESSING, COMPLETE, CANCELED = "new", "processing", "complete", "canceled"
# What the state of an order says of its payment; of `new` and `processing` the sum due does.
PAYMENTS = {
    "pending_payment": ShopOrder.Payment.UNPAID,
    "payment_review": ShopOrder.Payment.UNPAID,
    "holded": ShopOrder.Payment.HELD,
    COMPLETE: ShopOrder.Payment.PAID,
    "closed": ShopOrder.Payment.REFUNDED,
}
ON_DELIVERY = {"cashondelivery"}  # is paid at the door: nothing is waited for
PICKUP = "instore_"
ZERO = re.compile(r"-?0(\.0+)?")
ASSIGNMENT = "extension_attributes.shipping_assignments[0].shipping"


class Address(msgspec.Struct):
    """The buyer or the receiver."""

    prefix: Short | None = None
    firstname: Short | None = None
    middlename: Short | None = None
    lastname: Short | None = None
    suffix: Short | None = None
    company: Short | None = None
    street: list[Short] | Short | None = None
    postcode: Text = None
    city: Short | None = None
    region: Short | None = None
    country_id: str | None = None
    telephone: Text = None
    email: Email | None = None


class Shipping(msgspec.Struct):
    """How an order is sent, and where."""

    address: Any = None
    method: Text = None


class OrderBody(msgspec.Struct):
    """The order fields that we read; parts whose types vary are `Any` and read separately."""

    entity_id: Code | int | None = None
    increment_id: Number | int | None = None
    state: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    order_currency_code: str | None = None
    customer_firstname: Short | None = None
    customer_lastname: Short | None = None
    customer_email: Email | None = None
    customer_note: Annotated[str, Meta(max_length=NOTE)] | None = None
    total_due: Any = None
    payment: Any = None
    billing_address: Any = None
    extension_attributes: Any = None
    items: Any = None


def read_order(body: Any) -> OrderReport:
    """The report of an order's body. Raises InvalidInput with every problem by field path."""
    problems = JsonProblems()
    order = problems.read(OrderBody, body)
    sold = read_items(order.items, problems)
    state = text(order.state).lower()
    if not state and "state" not in problems:
        problems.add("state", "expected the state of the order, got nothing")
    report = OrderReport(
        order=_incoming(order, sold, problems),
        at=problems.utc_moment(order.updated_at or order.created_at, "updated_at"),
        lines={one.key: one.units() for one in sold if one.is_sent},
        payment=_payment(order, state),
        is_cancelled=state == CANCELED,
        is_sent=state == COMPLETE,
    )
    problems.refuse()
    return report


def _incoming(order: OrderBody, sold: list[Sold], problems: JsonProblems) -> IncomingOrder:
    shipping, method = _shipping(order, problems)
    receiver = problems.read(Address, shipping, f"{ASSIGNMENT}.address")
    billing = problems.read(Address, order.billing_address or {}, "billing_address")
    paid_in = problems.kept("order_currency_code", currency, text(order.order_currency_code), "")
    reference = number_text(order.entity_id)
    if not reference and "entity_id" not in problems:
        problems.add("entity_id", "expected the id of the order, a number")
    buyer = " ".join(filter(None, (text(order.customer_firstname), text(order.customer_lastname))))
    buyer = buyer or _name(billing)
    name = _name(receiver) or buyer
    lines = [incoming_line(one, paid_in, problems) for one in sold]
    where = f"{ASSIGNMENT}.address.country_id"
    return IncomingOrder(
        reference=reference,
        number=text(order.increment_id) or reference,
        placed_at=problems.utc_moment(order.created_at, "created_at"),
        lines=[line for line in lines if line.quantity],
        customer_name=name,
        buyer_name="" if buyer == name else buyer,
        email=text(order.customer_email) or text(billing.email) or text(receiver.email),
        phone=text(receiver.telephone) or text(billing.telephone),
        company=text(receiver.company),
        street=_street(receiver),
        postcode=text(receiver.postcode),
        city=text(receiver.city),
        region=text(receiver.region),
        country=problems.kept(where, country, text(receiver.country_id), ""),
        currency=paid_in,
        note=text(order.customer_note),
        is_pickup=method.startswith(PICKUP),
    )


def _shipping(order: OrderBody, problems: JsonProblems) -> tuple[Any, str]:
    """The receiver's address and the way of shipping; Magento has one of each for an order."""
    extra = order.extension_attributes or {}
    if not problems.is_object(extra, "extension_attributes"):
        return {}, ""
    listed = extra.get("shipping_assignments") or []
    if not isinstance(listed, list):
        problems.add("extension_attributes.shipping_assignments", "expected a list")
        return {}, ""
    first = listed[0] if listed else {}
    if not problems.is_object(first, ASSIGNMENT.removesuffix(".shipping")):
        return {}, ""
    shipping = problems.read(Shipping, first.get("shipping") or {}, ASSIGNMENT)
    return shipping.address or {}, text(shipping.method)


def _payment(order: OrderBody, state: str) -> str:
    """How far it is paid; a state that we do not know does not let the order go."""
    if state == CANCELED:
        return ""
    if state not in (NEW, PROCESSING):
        return PAYMENTS.get(state, ShopOrder.Payment.UNPAID)
    method = order.payment.get("method") if isinstance(order.payment, dict) else ""
    if isinstance(method, str) and method in ON_DELIVERY:
        return ""
    is_due = state == NEW if order.total_due is None else not ZERO.fullmatch(f"{order.total_due}")
    if not is_due:
        return ShopOrder.Payment.PAID
    return ShopOrder.Payment.AUTHORISED if state == PROCESSING else ShopOrder.Payment.UNPAID


def _street(address: Address) -> str:
    rows = address.street if isinstance(address.street, list) else [address.street or ""]
    return "\n".join(filter(None, (row.strip() for row in rows)))


def _name(person: Address) -> str:
    parts = (person.prefix, person.firstname, person.middlename, person.lastname, person.suffix)
    return " ".join(filter(None, map(text, parts)))
