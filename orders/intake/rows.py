"""Turn an incoming order into rows: normalised texts, ids, promise, holds, first event."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import phonenumbers

from orders.keys import new_id, token_hash
from orders.models import Event, Order, Promise, SalesChannel
from orders.promises.making import order_spans, terms_of
from orders.shops.base import IncomingOrder
from orders.zones import zone_of

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
CONTROLS = {code: " " for code in (*range(32), 127, 0x85, 0x2028, 0x2029) if code != 10}
FIRST_REVISION = 1


@dataclass(slots=True)
class Rows:
    """The rows of one order: dictionaries of columns, and model objects for INTAKE_ROWS."""

    order: Order
    event: Event
    order_row: dict[str, Any]
    line_rows: list[dict[str, Any]]
    promise_row: dict[str, Any]


def rows_of(channel: SalesChannel, incoming: IncomingOrder, now: datetime) -> Rows:
    """The rows of an order that `problems_of` found valid; no query."""
    seller = channel.seller
    order = _order(channel, incoming, now)
    terms = terms_of(seller)
    leaves, arrives = order_spans(now, terms, order.time_zone)
    order.ship_by = leaves.latest
    order.tracking_hash = token_hash(order.token)
    promise_id = new_id()
    event = Event(
        seller_id=seller.pk,
        order_id=order.pk,
        kind="order.received",
        subject_id=order.pk,
        data={"promise": str(promise_id)},
    )
    return Rows(
        order=order,
        event=event,
        order_row=_order_row(order, incoming, now),
        line_rows=_line_rows(order, incoming),
        promise_row={
            "id": promise_id,
            "order_id": order.pk,
            "kind": Promise.Kind.ARRIVES.value,
            "earliest": arrives.earliest.astimezone(UTC),
            "latest": arrives.latest.astimezone(UTC),
            "local_on": arrives.local_on,
            "zone": arrives.zone,
        },
    )


def _order(channel: SalesChannel, incoming: IncomingOrder, now: datetime) -> Order:
    order_id = new_id()
    seller = channel.seller
    country = incoming.country.upper()
    return Order(
        id=order_id,
        seller=seller,
        channel_id=channel.pk,
        reference=incoming.reference,
        number=_line(incoming.number, 60),
        customer_name=_line(incoming.customer_name, 120),
        email=incoming.email.strip()[:254],
        phone=e164(incoming.phone, country or seller.warehouse.country),
        company=_line(incoming.company, 120),
        street="\n".join(filter(None, (_line(part, 250) for part in incoming.street.split("\n"))))[
            :250
        ],
        postcode=_line(incoming.postcode, 20),
        city=_line(incoming.city, 100),
        region=_line(incoming.region, 100),
        country=country,
        language=incoming.language or seller.language,
        time_zone=zone_of(country, seller.warehouse.country, seller.warehouse.time_zone),
        currency=incoming.currency.upper(),
        note=_line(incoming.note, 500),
        is_gift=incoming.is_gift,
        priority=incoming.priority,
        token_revision=FIRST_REVISION,
        placed_at=incoming.placed_at,
        created_at=now,
    )


def _order_row(order: Order, incoming: IncomingOrder, now: datetime) -> dict[str, Any]:
    ships = any(line.ships and line.quantity for line in incoming.lines)
    return {
        **{name: getattr(order, name) for name in _COPIED},
        "tracking_hash": order.tracking_hash.hex(),
        "ships": ships,
        "hold_id": new_id(),
        "address_hold_id": new_id(),
        "lacks_address": ships and not order.has_address,
    }


_COPIED = (
    "id", "reference", "number", "customer_name", "email", "phone", "company", "street", "postcode",
    "city", "region", "country", "language", "time_zone", "currency", "note", "is_gift", "priority",
    "ship_by", "placed_at",
)  # fmt: skip


def _line_rows(order: Order, incoming: IncomingOrder) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "order_id": order.pk,
            "position": position,
            "sku": _line(line.sku, 80),
            "title": _line(line.title, 250),
            "ships": line.ships,
            "unit_price": line.unit_price,
            "ordered": line.quantity,
        }
        for position, line in enumerate(incoming.lines, start=1)
    ]


def e164(phone: str, country: str) -> str:
    """A phone number as +49301234567, or "" if it is invalid: no reason to refuse an order."""
    if E164.fullmatch(phone):
        return phone
    if not phone.strip():
        return ""
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _line(text: str, limit: int) -> str:
    """Text of one line: control characters and line breaks become single spaces."""
    return " ".join(text.translate(CONTROLS).split())[:limit]
