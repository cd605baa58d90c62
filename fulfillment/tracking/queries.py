"""Loads the order of a tracking link with parcels, promises and history, in one statement.

The returns are one of their own, for the few orders that have some: to begin it costs as much as
all of the rest.

Only what the page may show is read: no name, street, phone, e-mail or price is even loaded.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from fulfillment.tracking.others import (
    former_number,
    is_corrected,
    replacements_of,
    sent_again,
)
from fulfillment.tracking.returned import (
    GoesBack,
    TrackedReturn,
    asked_for,
    going_back,
    returns_of,
    row_of,
    undecided_units,
)
from orders.event_kinds import UNDONE, event_kinds
from orders.keys import token_hash
from orders.models import (
    Event,
    Hold,
    Order,
    OrderLine,
    Package,
    PackageLine,
    Problem,
    Promise,
    Return,
    Seller,
    Shipment,
    Warehouse,
    Wish,
)  # fmt: skip
from orders.prepared import compiled, parameter
from orders.returns.left import returnable_units
from orders.statements import narrow_to_found, run
from orders.states import PackageStatus, ReturnStatus
from orders.wishes.points import points_called

Row = TypeVar("Row", bound=msgspec.Struct)
Loaded = TypeVar("Loaded", bound=Model)
SELLER = "portal_seller_of($1)"
LINK_VALID_FOR = timedelta(days=90)  # after the last delivery
LONGEST_HISTORY = 60
# Event kinds that a customer may see; all others are internal.
CUSTOMER_KINDS = tuple(
    name
    for kind in event_kinds().values()
    if kind.customer
    for name in (kind.name, *([kind.name + UNDONE] if kind.is_undoable else []))
)
# In the order of the columns of the model, as `from_db` takes them.
SHOWN = (
    "id", "number", "status", "ships_as", "city", "language", "time_zone", "currency", "is_gift",
    "seller__id", "seller__name", "seller__warehouse__id", "seller__support_email",
    "seller__return_days", "seller__exchange_days",
    "seller__return_fee", "seller__return_fee_currency",
    "seller__warehouse__name", "seller__warehouse__street",
    "seller__warehouse__postcode", "seller__warehouse__city",
)  # fmt: skip
NAMES = (
    *SHOWN, "line_rows", "box_rows", "work_rows", "promise_rows", "event_rows", "has_returns",
    "hold_reasons", "service_name", "service_carrier", "back_rows", "to_point",
)  # fmt: skip
NO_BOXES_YET = (PackageStatus.PACKING, PackageStatus.CANCELLED)


class TrackedLine(msgspec.Struct, frozen=True):
    """An order line with the counters that the page needs."""

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
    is_kit: bool = False
    kit_line_id: UUID | None = None
    units_per_kit: int = 0
    kit_title: str | None = None  # of a part
    picture: str | None = None  # the version of that of its product
    replaced: int = 0
    replaces_id: UUID | None = None

    @property
    def wanted(self) -> int:
        return self.ordered - self.cancelled


class Part(msgspec.Struct, frozen=True):
    """A quantity of an order line in a parcel."""

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
    carrier: str = ""
    tracking_number: str = ""
    is_missed: bool = False  # the customer says that it has not arrived, and waits for an answer
    shared_with: list[str] = []  # numbers of orders of the same buyer in the same parcel


class TrackedShipment(msgspec.Struct, frozen=True):
    """A shipment, its status, and the warehouse that it leaves."""

    id: UUID
    status: str
    warehouse_id: UUID | None = None


class TrackedPromise(msgspec.Struct, frozen=True):
    """A promise that was not withdrawn; lists of them are newest first."""

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
    revised_at: datetime | None = None


class HistoryEvent(msgspec.Struct, frozen=True):
    """An event that customers may see, or its undo; lists of them are newest first."""

    kind: str
    at: datetime
    subject_id: UUID | None
    reason: str | None
    to: str | None
    problem: str | None = None  # that the customer reported, and that this answers
    id: UUID | None = None


class Tracked(msgspec.Struct, frozen=True):
    """An order with all rows of its tracking page; `order` has few fields loaded.

    `lines` are those that are sent, with the parts of `kits`.
    """

    order: Order
    lines: list[TrackedLine]
    boxes: list[Box]
    works: list[TrackedShipment]
    promises: list[TrackedPromise]
    history: list[HistoryEvent]
    returns: list[TrackedReturn]
    holds: list[str]
    kits: list[TrackedLine] = []
    open_hours: dict[UUID, list[str]] = {}  # {parcel: by weekday}, of pickup points where one waits
    service: str = ""  # as it was called when it was promised
    service_carrier: str = ""
    goes_back: GoesBack | None = None  # it brings units of another order back
    sent_again: list[str] = []  # the numbers of the orders with which what never came is sent
    replaces: str = ""  # the number of the order of which units are sent again with this one
    replacements: dict[str, str] = {}  # {problem with a found parcel: the order sent for it}
    to_point: bool = False  # the customer chose a pickup point that is open
    is_corrected: bool = False  # its address, since a courier did not find it

    @property
    def is_done(self) -> bool:
        """All units are delivered, lost or came back."""
        return all(
            line.wanted == line.delivered + line.lost + line.came_back for line in self.lines
        )

    @property
    def delivered_at(self) -> datetime | None:
        """The time of the last delivery."""
        return max((box.delivered_at for box in self.boxes if box.delivered_at), default=None)


def find_tracked(token: str, now: datetime) -> Tracked | None:
    """Load the order of a tracking token; None for an unknown or expired one.

    From here on, the request sees the rows of the seller of this order.
    """
    hashed = token_hash(token)
    found = run(_statement(), [hashed]) if narrow_to_found(SELLER, [hashed]) else []
    if not found:
        return None
    tracked = _tracked(dict(zip(NAMES, found[0], strict=True)))
    last = tracked.delivered_at
    is_expired = tracked.is_done and last is not None and last + LINK_VALID_FOR < now
    return None if is_expired else tracked


def requestable_units(tracked: Tracked) -> dict[UUID, int]:
    """{order line id: units} that can be returned and are in no return that still comes, nor here
    already, for the shop to decide; nor in a parcel that is reported as not arrived.
    """
    coming = {part.line_id for row in tracked.returns if row.is_coming for part in row.lines}
    left = returnable_units(tracked.order)
    waits = Counter(undecided_units(tracked.returns))
    for box in tracked.boxes:
        if box.is_missed:
            waits.update({part.line_id: part.quantity for part in box.parts})
    left = {pk: units - waits[pk] for pk, units in left.items() if pk not in coming}
    return {pk: units for pk, units in left.items() if units > 0}


def approved_return(tracked: Tracked, number: str) -> Return | None:
    """The return of this order with this number, where it is approved."""
    rows = Return.objects.filter(order=tracked.order.pk, status=ReturnStatus.APPROVED)
    found = rows.select_related("order__seller__warehouse", "warehouse")
    return next((row for row in found if row.number == number), None)


def placed_at(tracked: Tracked) -> datetime:
    """When the customer ordered."""
    return Order.objects.values_list("placed_at", flat=True).get(pk=tracked.order.pk)


def _tracked(row: dict[str, Any]) -> Tracked:
    order, boxes = _order(row), _read(row["box_rows"], Box)
    works = _read(row["work_rows"], TrackedShipment)
    lines = _read(row["line_rows"], TrackedLine)
    history = _read(row["event_rows"], HistoryEvent)
    return Tracked(
        order=order,
        lines=[line for line in lines if not line.is_kit],
        kits=[line for line in lines if line.is_kit],
        boxes=boxes,
        open_hours=_open_hours(boxes, works),
        works=works,
        promises=_read(row["promise_rows"], TrackedPromise),
        history=history,
        replacements=replacements_of(
            row.problem or "" for row in history if row.kind == "package.found"
        ),
        returns=returns_of(order.pk) if row["has_returns"] else [],
        holds=row["hold_reasons"],
        service=row["service_name"] or "",
        service_carrier=row["service_carrier"] or "",
        goes_back=next(iter(_read(row["back_rows"], GoesBack)), None),
        sent_again=sent_again(order) if any(line.replaced for line in lines) else [],
        replaces=former_number(order) if any(line.replaces_id for line in lines) else "",
        to_point=row["to_point"],
        is_corrected=is_corrected(order.pk, [(box.status, box.failure) for box in boxes]),
    )


def _open_hours(boxes: Sequence[Box], works: Sequence[TrackedShipment]) -> dict[UUID, list[str]]:
    """A statement of its own, only where a parcel waits. Of a closed point nobody knows them."""
    houses = {work.id: work.warehouse_id for work in works}
    places = {
        box.id: (house, box.pickup_point)
        for box in boxes
        if box.status == PackageStatus.AT_PICKUP_POINT and (house := houses.get(box.shipment_id))
    }
    found = points_called(places)
    return {pk: list(point.hours) for pk, point in found.items() if point.is_active}


def _read(rows: list[str], kind: type[Row]) -> list[Row]:
    return [msgspec.json.decode(row, type=kind) for row in rows]


def _order(row: dict[str, Any]) -> Order:
    """The order with its seller and its warehouse; fields that were not read stay deferred."""
    order = _loaded(Order, row, "")
    order.seller = _loaded(Seller, row, "seller__")
    order.seller.warehouse = _loaded(Warehouse, row, "seller__warehouse__")
    return order


def _loaded(model: type[Loaded], row: dict[str, Any], path: str) -> Loaded:
    """What was read of one row: the fields behind `path`, in the order of the model."""
    names = _shown_of(model, path)
    return model.from_db(DEFAULT_DB_ALIAS, names, [row[f"{path}{name}"] for name in names])


@cache
def _shown_of(model: type[Model], path: str) -> list[str]:
    columns = [field.attname for field in model._meta.concrete_fields]
    return [name for name in columns if f"{path}{name}" in SHOWN]


@cache
def _statement() -> str:
    """The statement of every page: to make it takes ten times as long as to run it."""
    return compiled(_orders().filter(tracking_hash=parameter(1)).values_list(*NAMES))


def _orders() -> QuerySet[Any]:
    happened = Event.objects.filter(kind__in=CUSTOMER_KINDS).order_by("-at", "-id")
    data = {name: KeyTextTransform(name, "data") for name in ("reason", "to", "problem")}
    closed = Package.objects.exclude(status__in=NO_BOXES_YET).order_by("created_at", "number")
    promised = Promise.objects.filter(released_at__isnull=True).order_by("-made_at", "-id")
    held = Hold.objects.filter(order=OuterRef("pk"), released_at__isnull=True)
    missed = Problem.objects.filter(
        package=OuterRef("pk"), kind=Problem.Kind.NOT_ARRIVED, answered_at=None
    )
    chosen = Q(kind=Wish.Kind.PICKUP, ended_at__isnull=True, point__is_active=True)
    shown = OrderLine.objects.filter(Q(ships=True) | Q(is_kit=True))
    return Order.objects.annotate(
        line_rows=_rows(
            TrackedLine,
            shown.order_by("position"),
            kit_title=F("kit_line__title"),
            picture=F("product__picture__version"),
        ),
        box_rows=_rows(
            Box, closed, parts=_parts(), shared_with=_shared_with(), is_missed=Exists(missed)
        ),
        work_rows=_rows(TrackedShipment, Shipment.objects.order_by("created_at")),
        promise_rows=_rows(TrackedPromise, promised),
        event_rows=_rows(HistoryEvent, happened, most=LONGEST_HISTORY, **data),
        has_returns=Exists(asked_for().filter(order=OuterRef("pk"))),
        service_name=KeyTextTransform("name", "service"),
        service_carrier=KeyTextTransform("carrier", "service"),
        hold_reasons=ArraySubquery(held.values("reason")),
        back_rows=going_back(),
        to_point=Exists(Wish.objects.filter(chosen, order=OuterRef("pk"))),
    )


def _rows(
    kind: type[msgspec.Struct], rows: QuerySet[Any], *, most: int | None = None, **other: Any
) -> ArraySubquery:
    """Return a subquery: rows of the order as a JSON array with the fields of a struct.

    `other`: fields that are expressions.
    """
    mine = rows.filter(order=OuterRef("pk"))
    return ArraySubquery(mine.values(row=row_of(kind, **other))[:most])


def _parts() -> ArraySubquery:
    lines = PackageLine.objects.filter(package=OuterRef("pk"))
    ordered = lines.order_by("shipment_line__line__position")
    return ArraySubquery(ordered.values(row=row_of(Part, line_id=F("shipment_line__line_id"))))


def _shared_with() -> ArraySubquery:
    """Orders in the same parcel whose messages go to the same address: no other one is named."""
    same = Q(inside=OuterRef("inside")) | Q(pk=OuterRef("inside")) | Q(inside=OuterRef("pk"))
    others = Package.objects.filter(same, order__email=OuterRef("order__email"))
    others = others.exclude(pk=OuterRef("pk")).exclude(order__email="")
    return ArraySubquery(others.order_by("order__number").values("order__number"))
