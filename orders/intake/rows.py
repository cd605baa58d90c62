"""Turn an incoming order into rows: normalised texts, ids, promise, holds, first event."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orders.keys import new_id, token_hash
from orders.models import Event, Hold, Order, Promise, SalesChannel
from orders.models.base import unsaved
from orders.promises.making import order_spans, terms_of
from orders.services.choosing import choose
from orders.services.reach import Place, Size
from orders.shops.base import IncomingOrder
from orders.states import OrderStatus
from orders.values.contacts import phone
from orders.values.texts import NUMBER, lines, one_line
from orders.zones import zone_of

FIRST_REVISION = 1
HOLD_DETAIL = Hold._meta.get_field("detail").max_length


@dataclass(slots=True)
class Rows:
    """The rows of one order: dictionaries of columns, and model objects for INTAKE_ROWS."""

    order: Order
    event: Event
    order_row: dict[str, Any]
    line_rows: list[dict[str, Any]]
    promise_row: dict[str, Any]


def rows_of(channel: SalesChannel, incoming: IncomingOrder, now: datetime, grams: int = 0) -> Rows:
    """The rows of an order that `problems_of` found valid; no query once services are known.

    `grams`: what it weighs, where a service asks for it.
    """
    seller = channel.seller
    place = Place(incoming.country.upper(), one_line(incoming.postcode), one_line(incoming.city))
    street = lines(incoming.street)
    ships = any(line.ships and line.quantity for line in incoming.lines)
    is_sent = ships and not incoming.is_pickup
    lacks_address = is_sent and not (street and place.city and place.country)
    service: dict[str, Any] | None = None
    refusal = ""
    if is_sent and not lacks_address:
        service, refusal = choose(seller, place, _size(incoming, grams))
    is_held = incoming.is_held or lacks_address or bool(refusal)
    status = _first_status(ships=ships, is_held=is_held)
    order = _order(channel, incoming, place, street=street, status=status, now=now)
    order.service = service
    terms = terms_of(order)
    leaves, arrives = order_spans(now, terms, order.time_zone)
    order.ship_by = leaves.latest
    order.tracking_hash = token_hash(order.token)
    promise_id = new_id()
    event = unsaved(
        Event,
        seller_id=seller.pk,
        order_id=order.pk,
        kind="order.received",
        subject_id=order.pk,
        data={"promise": str(promise_id)}
        | ({"replaces": incoming.replaces} if incoming.replaces else {})
        | ({"exchange": incoming.exchange} if incoming.exchange else {}),
    )
    return Rows(
        order=order,
        event=event,
        order_row={
            **_copied(order),
            "tracking_hash": order.tracking_hash.hex(),
            "ships": ships,
            "is_held": incoming.is_held,
            "hold_id": new_id(),
            "address_hold_id": new_id() if lacks_address else None,
            "lacks_address": lacks_address,
            "service_hold_id": new_id() if refusal else None,
            "unreached": refusal[:HOLD_DETAIL],
        },
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


def _order(
    channel: SalesChannel,
    incoming: IncomingOrder,
    place: Place,
    *,
    street: str,
    status: OrderStatus,
    now: datetime,
) -> Order:
    seller = channel.seller
    country = place.country
    order = unsaved(
        Order,
        id=new_id(),
        seller_id=seller.pk,
        channel_id=channel.pk,
        status=status,
        reference=incoming.reference,
        number=one_line(incoming.number) or one_line(incoming.reference)[:NUMBER],
        customer_name=one_line(incoming.customer_name),
        buyer_name=one_line(incoming.buyer_name),
        email=incoming.email.strip(),
        phone=phone(incoming.phone, country or seller.warehouse.country),
        company=one_line(incoming.company),
        street=street,
        postcode=place.postcode,
        city=place.city,
        region=one_line(incoming.region),
        country=country,
        language=incoming.language or seller.language,
        time_zone=zone_of(country, seller.warehouse.country, seller.warehouse.time_zone),
        currency=incoming.currency.upper(),
        note=one_line(incoming.note),
        is_gift=incoming.is_gift,
        priority=incoming.priority,
        ships_as=incoming.ships_as or seller.ships_as,
        token_revision=FIRST_REVISION,
        placed_at=incoming.placed_at,
        created_at=now,
    )
    order.seller = seller
    return order


def _size(incoming: IncomingOrder, grams: int) -> Size:
    return Size(
        units=sum(line.quantity for line in incoming.lines if line.ships),
        value=sum(line.unit_price * line.quantity for line in incoming.lines),
        currency=incoming.currency.upper(),
        grams=grams,
    )


def _first_status(*, ships: bool, is_held: bool) -> OrderStatus:
    """As far as it is known without the database: an unknown SKU holds an order too."""
    if not ships:
        return OrderStatus.NOTHING_TO_SHIP
    return OrderStatus.ON_HOLD if is_held else OrderStatus.RECEIVED


_COPIED = (
    "id", "reference", "number", "customer_name", "buyer_name", "email", "phone", "company",
    "street", "postcode", "city", "region", "country", "language", "time_zone", "currency", "note",
    "is_gift", "priority", "ships_as", "service", "ship_by", "placed_at",
)  # fmt: skip


def _copied(order: Order) -> dict[str, Any]:
    values = vars(order)
    return {name: values[name] for name in _COPIED}


def _line_rows(order: Order, incoming: IncomingOrder) -> list[dict[str, Any]]:
    order_id = order.pk
    return [
        {
            "id": new_id(),
            "order_id": order_id,
            "position": position,
            "shop_line": line.shop_line,
            "sku": one_line(line.sku),
            "title": one_line(line.title),
            "ships": line.ships,
            "unit_price": line.unit_price,
            "ordered": line.quantity,
        }
        for position, line in enumerate(incoming.lines, start=1)
    ]
