"""An order in a shop's own JSON, read by the mapping of its channel."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from orders.models import ShopOrder
from orders.shops.base import IncomingLine, IncomingOrder, OrderReport, Units
from orders.shops.mapped.mapping import PLACES, holds, value_at
from orders.shops.reading import JsonProblems, minor_units, word_for
from orders.values.counts import MOST_LINES, MOST_UNITS, whole
from orders.values.moments import FIRST, moment
from orders.values.places import country, currency, main_language

T = TypeVar("T")
SECONDS, MILLIS = 10, 13  # digits of a moment of our days, since 1970


class Reader:
    """Reads the values of one object, and names in its problems where each of them stands."""

    def __init__(
        self, body: Any, mapping: dict[str, str], problems: JsonProblems, path: str = ""
    ) -> None:
        self.body, self.mapping, self.problems, self.path = body, mapping, problems, path

    def place(self, name: str) -> str:
        """Where the value of a field stands, from the top."""
        return f"{self.path}{self.mapping[name]}"

    def value(self, name: str) -> Any:
        path = self.mapping[name]
        return value_at(self.body, path) if path else None

    def text(self, name: str) -> str:
        """A text, or a number as one; "" for nothing."""
        value, most = self.value(name), PLACES[name].most
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            self.problems.add(self.place(name), f"expected a text, got {word_for(value)}")
            return ""
        if len(found := str(value).strip()) > most:
            self.problems.add(self.place(name), f"expected at most {most} characters")
            return ""
        return found

    def kept(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        """A text as `read` keeps it."""
        return self.problems.kept(self.place(name), read, self.text(name), otherwise)


def read_order(body: Any, mapping: dict[str, str]) -> OrderReport:
    """The report of an order's body. Raises InvalidInput with every problem by path."""
    problems = JsonProblems()
    order = Reader(body, mapping, problems)
    sold = _sold(order)
    placed_at = _moment(order, "placed_at")
    incoming = _incoming(order, placed_at)
    incoming.lines = _lines(sold, incoming.currency)
    report = OrderReport(
        order=incoming,
        at=_moment(order, "changed_at") if order.value("changed_at") else placed_at,
        lines={line.shop_line: Units(line.quantity, line.quantity) for line in incoming.lines},
        payment=_payment(order),
        is_cancelled=bool(mapping["cancelled"]) and holds(body, mapping["cancelled"]),
    )
    problems.refuse()
    incoming.lines = [line for line in incoming.lines if line.quantity]
    return report


def _incoming(order: Reader, placed_at: datetime) -> IncomingOrder:
    reference = order.text("reference")
    if not reference and order.place("reference") not in order.problems:
        order.problems.add(order.place("reference"), "expected the id of the order, got nothing")
    buyer = order.text("buyer")
    receiver = order.text("receiver") or buyer
    return IncomingOrder(
        reference=reference,
        number=order.text("number") or reference,
        placed_at=placed_at,
        lines=[],
        customer_name=receiver,
        buyer_name="" if buyer == receiver else buyer,
        email=order.text("email"),
        phone=order.text("phone"),
        company=order.text("company"),
        street="\n".join(filter(None, (order.text("street"), order.text("street2")))),
        postcode=order.text("postcode"),
        city=order.text("city"),
        region=order.text("region"),
        country=order.kept("country", country, ""),
        language=main_language(order.text("language")),
        currency=order.kept("currency", currency, ""),
        note=order.text("note"),
    )


def _moment(order: Reader, name: str) -> datetime:
    """A moment with its zone, or as seconds or milliseconds since 1970, which are of no zone."""
    before = order.place(name) in order.problems
    if not (written := order.text(name)):
        if not before and order.place(name) not in order.problems:
            order.problems.add(order.place(name), "expected a date and time, got nothing")
        return FIRST
    return order.problems.kept(order.place(name), _read_moment, written, FIRST)


def _read_moment(written: str) -> datetime:
    if not written.isascii() or not written.isdecimal() or len(written) not in (SECONDS, MILLIS):
        return moment(written)
    seconds, millis = int(written[:SECONDS]), int(written[SECONDS:] or 0)
    return FIRST + timedelta(seconds=seconds, milliseconds=millis)


def _payment(order: Reader) -> str:
    """Whether it is paid; a shop of which nothing is said sends orders that are."""
    if not (condition := order.mapping["paid"]):
        return ""
    return ShopOrder.Payment.PAID if holds(order.body, condition) else ShopOrder.Payment.UNPAID


def _sold(order: Reader) -> list[Reader]:
    rows, path = order.value("lines"), order.place("lines")
    if not isinstance(rows, list):
        order.problems.add(path, "expected a list of lines")
        return []
    if len(rows) > MOST_LINES:
        order.problems.add(path, f"expected at most {MOST_LINES} lines, got {len(rows)}")
        return []
    return [
        Reader(row, order.mapping, order.problems, f"{path}[{place}].")
        for place, row in enumerate(rows)
        if order.problems.is_object(row, f"{path}[{place}]")
    ]


def _lines(sold: list[Reader], paid_in: str) -> list[IncomingLine]:
    """The lines, also those of which nothing is wanted any more."""
    lines = []
    for place, line in enumerate(sold, start=1):
        sku, title = line.text("sku"), line.text("title")
        if not sku and not title:
            line.problems.add(line.place("sku"), "expected a SKU or a title, got nothing")
        lines.append(
            IncomingLine(
                sku=sku,
                title=title or sku,
                quantity=_units(line),
                unit_price=_price(line, paid_in),
                shop_line=line.text("line_id") or f"#{place}",
            )
        )
    return lines


def _units(line: Reader) -> int:
    if not line.mapping["quantity"]:
        return 1
    value = line.value("quantity")
    if isinstance(value, Decimal) and 0 <= value <= MOST_UNITS and value == int(value):
        value = int(value)
    return line.problems.kept(
        line.place("quantity"), lambda given: whole(given, least=0, most=MOST_UNITS), value, 0
    )


def _price(line: Reader, paid_in: str) -> int:
    price = line.value("price")
    try:
        return 0 if price in (None, "") else minor_units(price, paid_in)
    except ValueError as error:
        line.problems.add(line.place("price"), str(error))
        return 0
