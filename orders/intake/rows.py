"""Turn an incoming order into rows: normalised texts, ids, promise, holds, first event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from operator import itemgetter
from typing import Any
from uuid import UUID

from orders.keys import new_id, new_ids, token_hash
from orders.models import Event, Hold, Order, SalesChannel
from orders.models.base import unsaved
from orders.promises.making import order_spans, terms_of
from orders.services.choosing import choose, is_by_country
from orders.services.reach import Place, Size
from orders.shops.base import IncomingOrder
from orders.states import OrderStatus
from orders.values.contacts import phone
from orders.values.texts import NUMBER, lines, one_line
from orders.zones import zone_of

FIRST_REVISION = 1
SELLER: Any = Order._meta.get_field("seller")
HOLD_DETAIL = Hold._meta.get_field("detail").max_length


@dataclass(slots=True)
class Rows:
    """The rows of one order: dictionaries of columns, and model objects for INTAKE_ROWS."""

    order: Order
    event: Event
    order_row: dict[str, Any]
    line_rows: list[dict[str, Any]]

    @property
    def is_stopped(self) -> bool:
        """Whether it lacks an address, or no service reaches that."""
        return bool(self.order_row["lacks_address"] or self.order_row["unreached"])


@dataclass(slots=True)
class _Way:
    """How orders to one place are sent and when they arrive, by their time zone."""

    service: dict[str, Any] | None
    refusal: str
    promised: dict[str, tuple[datetime, dict[str, Any]]]  # (ship_by, columns of a promise)


class RowMaker:
    """Makes the rows of orders of one channel that come in at one moment.

    What several of them share, such as the way to a country and its dates, is computed once.
    """

    def __init__(self, channel: SalesChannel, now: datetime) -> None:
        self.channel, self.now = channel, now
        self._ways: dict[object, _Way] = {}

    @cached_property
    def _is_by_country(self) -> bool:
        """Whether nothing but the country decides which service takes an order."""
        return is_by_country(self.channel.seller)

    def rows_of(self, incoming: IncomingOrder, grams: int = 0) -> Rows:
        """The rows of an order that `problems_of` found valid; no query once services are known.

        `grams`: what it weighs, where a service asks for it.
        """
        country = incoming.country.upper()
        place = Place(country, one_line(incoming.postcode), one_line(incoming.city))
        street = lines(incoming.street)
        ships = any(line.ships and line.quantity for line in incoming.lines)
        is_sent = ships and not incoming.is_pickup
        lacks_address = is_sent and not (street and place.city and place.country)
        way = self._way(incoming, place, grams) if is_sent and not lacks_address else self._no_way()
        is_held = incoming.is_held or lacks_address or bool(way.refusal)
        order_id, event_id, promise_id, hold_id, *line_ids = new_ids(4 + len(incoming.lines))
        status = _first_status(ships=ships, is_held=is_held)
        order = self._order(incoming, place, id=order_id, street=street, status=status)
        order.service = way.service
        order.ship_by, promised = self._promised(way, order)
        order.tracking_hash = token_hash(order.token)
        return Rows(
            order=order,
            event=_event(order, incoming, event_id, promise_id),
            order_row={
                **_copied(order),
                "tracking_hash": order.tracking_hash.hex(),
                "ships": ships,
                "is_held": incoming.is_held,
                "hold_id": hold_id,
                "address_hold_id": new_id() if lacks_address else None,
                "lacks_address": lacks_address,
                "service_hold_id": new_id() if way.refusal else None,
                "unreached": way.refusal[:HOLD_DETAIL],
                "promise_id": promise_id,
                **promised,
            },
            line_rows=_line_rows(order, incoming, line_ids),
        )

    def _order(
        self,
        incoming: IncomingOrder,
        place: Place,
        *,
        id: UUID,
        street: str,
        status: OrderStatus,
    ) -> Order:
        seller = self.channel.seller
        country = place.country
        order = unsaved(
            Order,
            id=id,
            seller_id=seller.pk,
            channel_id=self.channel.pk,
            status=status,
            reference=incoming.reference,
            number=one_line(incoming.number) or one_line(incoming.reference)[:NUMBER],
            customer_name=one_line(incoming.customer_name),
            buyer_name=one_line(incoming.buyer_name),
            email=one_line(incoming.email),
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
            created_at=self.now,
        )
        SELLER.set_cached_value(order, seller)
        return order

    def _way(self, incoming: IncomingOrder, place: Place, grams: int) -> _Way:
        key = place.country if self._is_by_country else None
        if key is not None and (known := self._ways.get(key)):
            return known
        service, refusal = choose(self.channel.seller, place, _size(incoming, grams))
        way = _Way(service, refusal, {})
        if key is not None and not refusal:  # a refusal names the address
            self._ways[key] = way
        return way

    def _no_way(self) -> _Way:
        return self._ways.setdefault(None, _Way(None, "", {}))

    def _promised(self, way: _Way, order: Order) -> tuple[datetime, dict[str, Any]]:
        if (known := way.promised.get(order.time_zone)) is None:
            leaves, arrives = order_spans(self.now, terms_of(order), order.time_zone)
            columns = {
                "earliest": arrives.earliest.astimezone(UTC),
                "latest": arrives.latest.astimezone(UTC),
                "local_on": arrives.local_on,
                "zone": arrives.zone,
            }
            known = way.promised[order.time_zone] = (leaves.latest, columns)
        return known


def _event(order: Order, incoming: IncomingOrder, event_id: UUID, promise_id: UUID) -> Event:
    return unsaved(
        Event,
        id=event_id,
        seller_id=order.seller_id,
        order_id=order.pk,
        kind="order.received",
        subject_id=order.pk,
        data={"promise": str(promise_id)}
        | ({"replaces": incoming.replaces} if incoming.replaces else {})
        | ({"problem": incoming.problem} if incoming.problem else {})
        | ({"exchange": incoming.exchange} if incoming.exchange else {})
        | ({"repair": incoming.repair} if incoming.repair else {}),
    )


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


_columns_of = itemgetter(*_COPIED)


def _copied(order: Order) -> dict[str, Any]:
    return dict(zip(_COPIED, _columns_of(vars(order)), strict=True))


def _line_rows(order: Order, incoming: IncomingOrder, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    order_id = order.pk
    return [
        {
            "id": line_id,
            "order_id": order_id,
            "position": position,
            "shop_line": line.shop_line,
            "sku": one_line(line.sku),
            "title": one_line(line.title),
            "ships": line.ships,
            "unit_price": line.unit_price,
            "ordered": line.quantity,
        }
        for position, (line_id, line) in enumerate(zip(ids, incoming.lines, strict=True), start=1)
    ]
