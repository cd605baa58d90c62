"""An order of BigCommerce with its products and addresses: three answers in one body."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from orders.models import ShopOrder
from orders.shops.base import Ignored, IncomingLine, IncomingOrder, OrderReport, Units
from orders.shops.reading import JsonProblems, whole_units
from orders.shops.texts import Code, Email, Short, Text, Title, number_text, text
from orders.values.counts import MOST_LINES
from orders.values.moments import FIRST, moment
from orders.values.places import country, currency, main_language
from orders.values.texts import NOTE
from orders.values.unfit import Unfit

T = TypeVar("T", bound=msgspec.Struct)

INCOMPLETE, SHIPPED, REFUNDED, COMPLETED = 0, 2, 4, 10
CANCELLED, DECLINED, AWAITING_PAYMENT, AWAITING_PICKUP = 5, 6, 7, 8
SENT = {SHIPPED, COMPLETED}
# What a status says of the payment; of those that wait for the parcel `payment_status` says more.
PAYMENTS = {
    1: ShopOrder.Payment.UNPAID,  # pending: the checkout is not over
    REFUNDED: ShopOrder.Payment.REFUNDED,
    CANCELLED: "",
    DECLINED: "",
    AWAITING_PAYMENT: ShopOrder.Payment.UNPAID,
    12: ShopOrder.Payment.HELD,  # manual verification required
    13: ShopOrder.Payment.HELD,  # disputed
    **dict.fromkeys((SHIPPED, 3, AWAITING_PICKUP, 9, COMPLETED, 11, 14), ShopOrder.Payment.PAID),
}
NOT_CAPTURED = {"authorized", "capture pending"}
IN_REVIEW = "held for review"
PHYSICAL = "physical"
SEVERAL = (
    "expected one address to send to, got {}: an order here has one. Split the order in the shop"
)


class Address(msgspec.Struct):
    """The buyer, or a receiver."""

    id: Code | int | None = None
    first_name: Short | None = None
    last_name: Short | None = None
    company: Short | None = None
    street_1: Short | None = None
    street_2: Short | None = None
    city: Short | None = None
    state: Short | None = None
    zip: Text = None
    country_iso2: str | None = None
    email: Email | None = None
    phone: Text = None


class Product(msgspec.Struct):
    """A line as sold. What was picked from a list with a product is a line of its own."""

    id: Code | int | None = None
    order_address_id: Any = None
    order_pickup_method_id: Any = None
    name: Title | None = None
    sku: Text = None
    type: str | None = None
    price_inc_tax: Any = None
    quantity: Any = None
    quantity_shipped: Any = None
    quantity_refunded: Any = None


class OrderBody(msgspec.Struct):
    """The order fields that we read."""

    id: Code | int | None = None
    status_id: int | None = None
    payment_status: str | None = None
    date_created: str | None = None
    date_modified: str | None = None
    default_currency_code: str | None = None
    customer_locale: str | None = None
    customer_message: Annotated[str, Meta(max_length=NOTE)] | None = None
    is_deleted: Any = None
    billing_address: Any = None


class Sold:
    """A product with its units, by the shop's id of the line."""

    def __init__(self, row: Product, path: str, place: int, problems: JsonProblems) -> None:
        self.row, self.path = row, path
        self.key = text(row.id) or f"#{place + 1}"
        self.is_sent = (row.type or PHYSICAL).lower() == PHYSICAL
        bought = whole_units(row.quantity, problems, f"{path}.quantity")
        gone, shipped = (
            whole_units(getattr(row, name) or 0, problems, f"{path}.{name}")
            for name in ("quantity_refunded", "quantity_shipped")
        )
        wanted = max(0, bought - gone)
        self.units = Units(bought, wanted, max(0, wanted - shipped))


def read_order(body: dict[str, Any]) -> OrderReport | Ignored:
    """The report of an order's body. Raises InvalidInput with every problem by field path."""
    problems = JsonProblems()
    order = problems.read(OrderBody, body.get("order"), "order")
    if order.status_id is None and "order.status_id" not in problems:
        problems.add("order.status_id", "expected the number of the status, got nothing")
    rows = _rows(Product, body.get("products"), "products", problems)
    sold = [Sold(row, path, place, problems) for place, (row, path) in enumerate(rows)]
    report = OrderReport(
        order=_incoming(order, sold, _receiver(body, sold, problems), problems),
        at=_moment(order.date_modified or order.date_created, "order.date_modified", problems),
        lines={one.key: one.units for one in sold if one.is_sent},
        payment=_payment(order),
        is_cancelled=order.status_id in (CANCELLED, DECLINED) or order.is_deleted is True,
        is_sent=order.status_id in SENT,
    )
    problems.refuse()
    if order.status_id == INCOMPLETE:
        return Ignored("the customer has not completed the checkout")
    return report


def _rows(kind: type[T], found: Any, path: str, problems: JsonProblems) -> list[tuple[T, str]]:
    """The objects of a list, each with its path."""
    if not isinstance(found, list):
        problems.add(path, "expected a list")
        return []
    if len(found) > MOST_LINES:
        problems.add(path, f"expected at most {MOST_LINES}, got {len(found)}")
        return []
    return [
        (problems.read(kind, row, f"{path}[{place}]"), f"{path}[{place}]")
        for place, row in enumerate(found)
    ]


def _receiver(
    body: dict[str, Any], sold: list[Sold], problems: JsonProblems
) -> tuple[Address, str]:
    """The one address to which something is sent, and its path."""
    rows = _rows(Address, body.get("shipping_addresses"), "shipping_addresses", problems)
    wanted = {text_of(one.row.order_address_id) for one in sold if one.is_sent}
    here = [(row, path) for row, path in rows if text(row.id) in wanted] or rows[:1]
    if len(here) > 1:
        problems.add("shipping_addresses", SEVERAL.format(len(here)))
    return here[0] if here else (Address(), "shipping_addresses")


def _incoming(
    order: OrderBody, sold: list[Sold], to: tuple[Address, str], problems: JsonProblems
) -> IncomingOrder:
    receiver, path = to
    billing = problems.read(Address, order.billing_address or {}, "order.billing_address")
    paid_in = problems.kept(
        "order.default_currency_code", currency, text(order.default_currency_code), ""
    )
    reference = number_text(order.id)
    if not reference and "order.id" not in problems:
        problems.add("order.id", "expected the id of the order, a number")
    buyer = _name(billing)
    name = _name(receiver) or buyer
    lines = [_line(one, paid_in, problems) for one in sold]
    return IncomingOrder(
        reference=reference,
        number=reference,
        placed_at=_moment(order.date_created, "order.date_created", problems),
        lines=[line for line in lines if line.quantity],
        customer_name=name,
        buyer_name="" if buyer == name else buyer,
        email=text(billing.email) or text(receiver.email),
        phone=text(receiver.phone) or text(billing.phone),
        company=text(receiver.company),
        street="\n".join(filter(None, (text(receiver.street_1), text(receiver.street_2)))),
        postcode=text(receiver.zip),
        city=text(receiver.city),
        region=text(receiver.state),
        country=problems.kept(f"{path}.country_iso2", country, text(receiver.country_iso2), ""),
        language=main_language(order.customer_locale or ""),
        currency=paid_in,
        note=text(order.customer_message),
        is_pickup=order.status_id == AWAITING_PICKUP or any(map(_is_collected, sold)),
    )


def _line(one: Sold, paid_in: str, problems: JsonProblems) -> IncomingLine:
    row = one.row
    title = text(row.name) or text(row.sku)
    if not title:
        problems.add(f"{one.path}.name", "expected the name of what was sold, got nothing")
    return IncomingLine(
        sku=text(row.sku),
        title=title,
        quantity=(one.units.to_send or 0) if one.is_sent else one.units.wanted,
        unit_price=problems.price(row.price_inc_tax, paid_in, f"{one.path}.price_inc_tax"),
        ships=one.is_sent,
        shop_line=one.key,
    )


def _payment(order: OrderBody) -> str:
    """How far it is paid; a status that we do not know does not let the order go."""
    status = -1 if order.status_id is None else order.status_id
    payment = PAYMENTS.get(status, ShopOrder.Payment.UNPAID)
    said = text(order.payment_status).lower()
    if payment in (ShopOrder.Payment.PAID, ShopOrder.Payment.UNPAID) and status not in SENT:
        if said == IN_REVIEW:
            return ShopOrder.Payment.HELD
        if said in NOT_CAPTURED and status != 1:
            return ShopOrder.Payment.AUTHORISED
    return payment


def _moment(value: str | None, path: str, problems: JsonProblems) -> datetime:
    """A moment as in mails: Tue, 05 Mar 2019 21:40:11 +0000."""
    if value is None:
        if path not in problems:
            problems.add(path, "expected a date and time, got nothing")
        return FIRST
    return problems.kept(path, read_moment, value, FIRST)


def read_moment(value: str) -> datetime:
    """A moment as in mails. Raises Unfit."""
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise Unfit("expected a date and time like Tue, 05 Mar 2019 21:40:11 +0000") from None
    return moment(found, zone=UTC)


def text_of(value: Any) -> str:
    """An id as text; "" for what is none."""
    return str(value) if value and isinstance(value, int | str) else ""


def _is_collected(one: Sold) -> bool:
    method = one.row.order_pickup_method_id
    return one.is_sent and isinstance(method, int) and method > 0


def _name(person: Address) -> str:
    return " ".join(filter(None, (text(person.first_name), text(person.last_name))))
