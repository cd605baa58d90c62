"""What a tracking link leads to: an order with its parcels, promises and history, one statement.

Only what the page may show is read: no name, street, phone, e-mail or price is even loaded.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import JSONObject

from orders.event_kinds import event_kinds
from orders.keys import token_hash
from orders.models import (
    Event,
    Hold,
    Order,
    OrderLine,
    Package,
    PackageLine,
    Promise,
    Return,
    ReturnLine,
    Shipment,
)  # fmt: skip
from orders.states import PackageStatus

LINK_LIVES = timedelta(days=90)  # after the last delivery
LONGEST_HISTORY = 60
# What a customer may read of an order's history; the rest is our own affair.
TOLD = tuple(kind.name for kind in event_kinds().values() if kind.customer)
SHOWN = (
    "number", "status", "city", "time_zone", "is_gift", "seller__name", "seller__support_email",
    "seller__return_days", "seller__warehouse__name", "seller__warehouse__street",
    "seller__warehouse__postcode", "seller__warehouse__city",
)  # fmt: skip
NO_BOXES_YET = (PackageStatus.PACKING, PackageStatus.CANCELLED)


class TrackedLine(msgspec.Struct, frozen=True):
    """A product of the order, and how far its units have come."""

    id: UUID
    title: str
    ordered: int
    cancelled: int
    backordered: int
    shipped: int
    delivered: int
    lost: int
    came_back: int
    returned: int

    @property
    def wanted(self) -> int:
        return self.ordered - self.cancelled


class Part(msgspec.Struct, frozen=True):
    """So many units of a line."""

    line_id: UUID
    quantity: int


class Box(msgspec.Struct, frozen=True):
    """A closed parcel."""

    id: UUID
    shipment_id: UUID
    status: str
    courier_name: str
    stops_before: int | None
    failure: str
    handed_to: str
    pickup_point: str
    pickup_until: date | None
    delivered_at: datetime | None
    parts: list[Part]


class Work(msgspec.Struct, frozen=True):
    """What leaves a warehouse together."""

    id: UUID
    status: str


class Promised(msgspec.Struct, frozen=True):
    """A promise we gave and did not withdraw, newest first."""

    kind: str
    shipment_id: UUID | None
    package_id: UUID | None
    earliest: datetime
    latest: datetime
    local_on: date
    id: UUID | None = None
    replaces_id: UUID | None = None
    zone: str = "UTC"
    reason: str = ""
    broken_at: datetime | None = None


class Happened(msgspec.Struct, frozen=True):
    """Something that happened, newest first."""

    kind: str
    at: datetime
    subject_id: UUID | None
    reason: str | None
    to: str | None


class Back(msgspec.Struct, frozen=True):
    """Units of a line on their way back."""

    line_id: UUID
    requested: int
    received: int
    inspected: int


class Coming(msgspec.Struct, frozen=True):
    """A return of the customer."""

    id: UUID
    number: str
    status: str
    lines: list[Back]


class Tracked(msgspec.Struct, frozen=True):
    """An order as its tracking link shows it; `order` has few fields loaded."""

    order: Order
    lines: list[TrackedLine]
    boxes: list[Box]
    works: list[Work]
    promises: list[Promised]
    history: list[Happened]
    returns: list[Coming]
    holds: list[str]

    @property
    def is_done(self) -> bool:
        """Nothing is still to come."""
        return all(
            line.wanted == line.delivered + line.lost + line.came_back for line in self.lines
        )

    @property
    def delivered_at(self) -> datetime | None:
        """The last delivery."""
        return max((box.delivered_at for box in self.boxes if box.delivered_at), default=None)


def find_tracked(token: str, now: datetime) -> Tracked | None:
    """The order of a tracking token; None for a wrong one and for one that has died."""
    order = _orders().filter(tracking_hash=token_hash(token)).first()
    if order is None:
        return None
    tracked = Tracked(
        order=order,
        lines=msgspec.convert(order.line_rows, list[TrackedLine]),
        boxes=msgspec.convert(order.box_rows, list[Box]),
        works=msgspec.convert(order.work_rows, list[Work]),
        promises=msgspec.convert(order.promise_rows, list[Promised]),
        history=msgspec.convert(order.event_rows, list[Happened]),
        returns=msgspec.convert(order.return_rows, list[Coming]),
        holds=order.hold_reasons,
    )
    last = tracked.delivered_at
    is_dead = tracked.is_done and last is not None and last + LINK_LIVES < now
    return None if is_dead else tracked


def _orders() -> QuerySet[Any]:
    happened = Event.objects.filter(kind__in=TOLD).order_by("-at", "-id")
    said = {name: KeyTextTransform(name, "data") for name in ("reason", "to")}
    asked = Return.objects.exclude(reason=Return.Reason.UNDELIVERABLE).order_by("created_at")
    closed = Package.objects.exclude(status__in=NO_BOXES_YET).order_by("created_at", "number")
    promised = Promise.objects.filter(released_at__isnull=True).order_by("-made_at", "-id")
    held = Hold.objects.filter(order=OuterRef("pk"), released_at__isnull=True)
    orders = Order.objects.select_related("seller__warehouse").only(*SHOWN)
    return orders.annotate(
        line_rows=_rows(TrackedLine, OrderLine.objects.filter(ships=True).order_by("position")),
        box_rows=_rows(Box, closed, parts=_parts()),
        work_rows=_rows(Work, Shipment.objects.order_by("created_at")),
        promise_rows=_rows(Promised, promised),
        event_rows=_rows(Happened, happened, most=LONGEST_HISTORY, **said),
        return_rows=_rows(Coming, asked, lines=_back()),
        hold_reasons=ArraySubquery(held.values("reason")),
    )


def _rows(
    kind: type[msgspec.Struct], rows: QuerySet[Any], *, most: int | None = None, **other: Any
) -> ArraySubquery:
    """The order's rows as an array of objects with the fields of a struct; `other` are computed."""
    mine = rows.filter(order=OuterRef("pk"))
    return ArraySubquery(mine.values(row=_object(kind, **other))[:most])


def _parts() -> ArraySubquery:
    lines = PackageLine.objects.filter(package=OuterRef("pk"))
    ordered = lines.order_by("shipment_line__line__position")
    return ArraySubquery(ordered.values(row=_object(Part, line_id=F("shipment_line__line_id"))))


def _back() -> ArraySubquery:
    lines = ReturnLine.objects.filter(order_return=OuterRef("pk")).order_by("line__position")
    return ArraySubquery(lines.values(row=_object(Back)))


def _object(kind: type[msgspec.Struct], **computed: Any) -> JSONObject:
    fields = [field.name for field in msgspec.structs.fields(kind)]
    return JSONObject(**{name: computed.get(name, F(name)) for name in fields})
