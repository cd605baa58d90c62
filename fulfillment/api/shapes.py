"""The JSON schema of an order in the API, and the validation that lists all problems."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.utils import timezone
from msgspec import Meta

from orders.errors import InvalidInput
from orders.shops.base import IncomingLine, IncomingOrder
from orders.shops.reading import decode, in_words, word_for

EMAIL = r"^[^@\s\x00-\x1f<>,;:]+@[^@\s\x00-\x1f<>,;:]+\.[^@\s.\x00-\x1f<>,;:]+$"

NUL_ESCAPE = b"\\u0000"

Name = Annotated[str, Meta(max_length=120)]
Reference = Annotated[str, Meta(min_length=1, max_length=120)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]


class Customer(msgspec.Struct, forbid_unknown_fields=True):
    """The customer of an order."""

    name: Name = ""
    email: Annotated[
        str,
        Meta(max_length=254, pattern=f"^$|{EMAIL}", description="an address like name@example.com"),
    ] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    language: Annotated[
        str,
        Meta(
            pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$",
            description="a language like en or de-AT",
        ),
    ] = ""


class Address(msgspec.Struct, forbid_unknown_fields=True):
    """The delivery address; `street` may have several lines."""

    street: Annotated[str, Meta(min_length=1, max_length=250)]
    city: Annotated[str, Meta(min_length=1, max_length=100)]
    country: Annotated[str, Meta(pattern=r"^[A-Za-z]{2}$", description="two letters like DE")]
    postcode: Annotated[str, Meta(max_length=20)] = ""
    region: Annotated[str, Meta(max_length=100)] = ""
    company: Name = ""
    name: Name = ""


class NewLine(msgspec.Struct, forbid_unknown_fields=True):
    """A product by SKU and how many; `unit_price` in minor units (1999 is 19.99)."""

    sku: Annotated[str, Meta(min_length=1, max_length=80)]
    quantity: Quantity
    title: Annotated[str, Meta(max_length=250)] = ""
    unit_price: Annotated[int, Meta(ge=0, le=10**12)] = 0
    ships: bool = True


class NewOrder(msgspec.Struct, forbid_unknown_fields=True):
    """An order as `POST /api/v1/orders/` takes it."""

    reference: Reference
    address: Address
    lines: Annotated[list[NewLine], Meta(min_length=1, max_length=2000)]
    number: Annotated[str, Meta(max_length=60)] = ""
    customer: Customer = msgspec.field(default_factory=Customer)
    placed_at: datetime | None = None
    currency: Annotated[
        str, Meta(pattern=r"^([A-Za-z]{3})?$", description="three letters like EUR")
    ] = ""
    note: Annotated[str, Meta(max_length=500)] = ""
    gift: bool = False
    priority: Annotated[int, Meta(ge=-100, le=100)] = 0


_decoder = msgspec.json.Decoder(NewOrder)


def read_order(body: bytes) -> IncomingOrder:
    """Parse an order. Raises NotJson, or InvalidInput with every problem."""
    try:
        order = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidInput(problems_of(decode(body), NewOrder)) from None
    if NUL_ESCAPE in body:
        decode(body)  # refuses the character itself; the escape of a backslash may look like it
    return _incoming(order)


def problems_of(value: Any, shape: Any, path: str = "") -> list[tuple[str, str]]:
    """Validate a JSON value against a struct: [(field path, what was expected)]."""
    if not isinstance(value, dict):
        return [(path, f"expected an object, got {word_for(value)}")]
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    problems = [(_join(path, name), "unknown field") for name in value if name not in fields]
    for name, field in fields.items():
        here = _join(path, name)
        if name not in value:
            if field.required:
                problems.append((here, "is required"))
        else:
            problems += _field_problems(value[name], field.type, here)
    return problems


def _field_problems(value: Any, kind: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return problems_of(value, kind, path)
    inner = getattr(getattr(kind, "__origin__", None), "__args__", ())
    if isinstance(value, list) and inner and issubclass(inner[0], msgspec.Struct):
        found = [
            problem
            for index, part in enumerate(value)
            for problem in problems_of(part, inner[0], f"{path}[{index}]")
        ]
        if found:
            return found
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        meant = [meta.description for meta in getattr(kind, "__metadata__", ())]
        words = f"expected {meant[0]}" if any(meant) else in_words(error)
        return [(path, words)]
    return []


def _incoming(order: NewOrder) -> IncomingOrder:
    address, customer = order.address, order.customer
    return IncomingOrder(
        reference=order.reference,
        number=order.number or order.reference[:60],
        placed_at=_with_zone(order.placed_at),
        lines=[
            IncomingLine(line.sku, line.title, line.quantity, line.unit_price, line.ships)
            for line in order.lines
        ],
        customer_name=address.name or customer.name,
        email=customer.email,
        phone=customer.phone,
        company=address.company,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        region=address.region,
        country=address.country,
        language=customer.language,
        currency=order.currency,
        note=order.note,
        is_gift=order.gift,
        priority=order.priority,
    )


def _with_zone(moment: datetime | None) -> datetime:
    if moment is None:
        return timezone.now()
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
