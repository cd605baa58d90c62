"""The JSON schema of an order in the API, and the validation that lists all problems."""

from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Annotated, Any, get_args, get_origin

import msgspec
from django.utils import timezone
from msgspec import Meta

from orders.shops.base import IncomingLine, IncomingOrder
from orders.shops.reading import decode, in_words, word_for
from orders.values.contacts import email
from orders.values.counts import MOST_LINES, MOST_MONEY, MOST_UNITS
from orders.values.moments import moment
from orders.values.places import country, currency, language
from orders.values.problems import Problems
from orders.values.texts import NOTE, NUMBER, REFERENCE, SHORT, STREET, TITLE

NUL_ESCAPE = b"\\u0000"

Name = Annotated[str, Meta(max_length=SHORT)]
Reference = Annotated[str, Meta(min_length=1, max_length=REFERENCE)]
Quantity = Annotated[int, Meta(ge=1, le=MOST_UNITS)]


class Customer(msgspec.Struct, forbid_unknown_fields=True):
    """The customer of an order."""

    name: Name = ""
    email: str = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    language: str = ""


class Address(msgspec.Struct, forbid_unknown_fields=True):
    """The delivery address; `street` may have several lines."""

    street: Annotated[str, Meta(min_length=1, max_length=STREET)]
    city: Annotated[str, Meta(min_length=1, max_length=SHORT)]
    country: str
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
    address: Address
    lines: Annotated[list[NewLine], Meta(min_length=1, max_length=MOST_LINES)]
    number: Annotated[str, Meta(max_length=NUMBER)] = ""
    customer: Customer = msgspec.field(default_factory=Customer)
    placed_at: datetime | None = None
    currency: str = ""
    note: Annotated[str, Meta(max_length=NOTE)] = ""
    gift: bool = False
    priority: Annotated[int, Meta(ge=-100, le=100)] = 0


_decoder = msgspec.json.Decoder(NewOrder)


def read_order(body: bytes) -> IncomingOrder:
    """Parse an order. Raises NotJson, or InvalidInput with its problems."""
    problems = Problems()
    try:
        order = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        find_problems(problems, decode(body), NewOrder)
        if not problems:  # `decode` reads the last of two equal names, and the first was wrong
            problems.add("", f"a field is given twice: {error}")
        problems.refuse()
    if NUL_ESCAPE in body:
        decode(body)  # refuses the character itself; the escape of a backslash may look like it
    kept = {
        path: problems.kept(path, read, attrgetter(path)(order), None)
        for path, read in READ.items()
    }
    problems.refuse()
    return _incoming(order, kept)


def find_problems(problems: Problems, value: Any, shape: Any, path: str = "") -> None:
    """Add what is wrong with a JSON value that should be a struct."""
    if not isinstance(value, dict):
        problems.add(path, f"expected an object, got {word_for(value)}")
        return
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    for name in value:
        if name not in fields:
            problems.add(_join(path, name), "unknown field")
    for name, field in fields.items():
        here = _join(path, name)
        if name in value:
            _check_field(problems, value[name], field.type, here)
        elif field.required:
            problems.add(here, "is required")


def _check_field(problems: Problems, value: Any, kind: Any, path: str) -> None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        find_problems(problems, value, kind, path)
    elif isinstance(value, list) and _is_list(kind):
        _check_list(problems, value, kind, path)
    else:
        try:
            found = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            problems.add(path, in_words(error))
        else:
            problems.kept(path, READ.get(path, _as_it_is), found, None)


def _check_list(problems: Problems, value: list[Any], kind: Any, path: str) -> None:
    """The length first: what nobody will take is not read."""
    inner, meta = get_args(kind)
    if not meta.min_length <= len(value) <= meta.max_length:
        expected = f"expected {meta.min_length} to {meta.max_length} lines, got {len(value)}"
        problems.add(path, expected)
        return
    (shape,) = get_args(inner)
    for index, part in enumerate(value):
        find_problems(problems, part, shape, f"{path}[{index}]")


def _is_list(kind: Any) -> bool:
    inner = get_args(kind)
    return bool(inner) and get_origin(inner[0]) is list


def _as_it_is(value: Any) -> Any:
    return value


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
        email=kept["customer.email"],
        phone=customer.phone,
        company=address.company,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        region=address.region,
        country=kept["address.country"],
        language=kept["customer.language"],
        currency=kept["currency"],
        note=order.note,
        is_gift=order.gift,
        priority=order.priority,
    )


def _placed_at(value: datetime | None) -> datetime:
    return moment(value, zone=UTC) if value else timezone.now()


def _country(value: str) -> str:
    """Required here, while a shop may sell what needs no address."""
    return country(value or "?")


# What the schema alone cannot check.
READ: dict[str, Callable[[Any], Any]] = {
    "placed_at": _placed_at, "customer.email": email, "customer.language": language,
    "address.country": _country, "currency": currency,
}  # fmt: skip


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
