"""What the tracking page knows of a return: its units, what differs, refund and exchange."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, JSONObject

from orders.models import (
    Discrepancy,
    Event,
    OrderLine,
    ProblemPhoto,
    Repair,
    Return,
    ReturnLabel,
    ReturnLine,
)
from orders.prepared import compiled, parameter
from orders.returns.due.after_all import Arrival, came_after_all, came_of
from orders.returns.due.days import WAS_FOLLOWED, is_followed, kept_until
from orders.returns.exchanged import COSTS_MORE, IS_AWAITED
from orders.returns.repairs import HOW
from orders.returns.terms import BY_REFUND, WAS_PAID
from orders.statements import run
from orders.states import OrderStatus, RefundStatus, ReturnStatus

WORN, UNANNOUNCED = Discrepancy.Kind.WORN, Discrepancy.Kind.UNANNOUNCED


class Found(msgspec.Struct, frozen=True):
    """What differs in a return, and what was decided; empty where nothing is yet."""

    kind: str
    quantity: int
    decision: str
    title: str
    line_id: UUID | None = None


class Repaired(msgspec.Struct, frozen=True):
    """Units that were set aside to be repaired, and the order with which they go back."""

    status: str
    is_failed: bool
    order_number: str | None
    order_status: str | None
    quantity: int
    title: str


class GoesBack(msgspec.Struct, frozen=True):
    """Of an order that brings units back: after which return of which order, and how."""

    end: str
    order: str
    rma: str


class ReturnedUnits(msgspec.Struct, frozen=True):
    """The units of one line of a return."""

    line_id: UUID
    requested: int
    unexpected: int
    received: int
    inspected: int
    sent_back: int
    exchanged: int  # for which something is sent in exchange
    exchanged_for: str | None = None  # what that is
    grade_b: int = 0  # came used
    grade_c: int = 0  # came damaged
    photos: list[UUID] = []  # of what came, by who inspected it


class TrackedLabel(msgspec.Struct, frozen=True):
    """How far the label of a return is, and its parcel; its number is of the second level."""

    carrier: str
    answered_at: datetime | None
    failed_at: datetime | None
    unwanted_at: datetime | None
    handed_in_at: datetime | None
    in_transit_at: datetime | None
    arrived_at: datetime | None

    @property
    def is_ready(self) -> bool:
        """It is there, and was neither given up nor voided."""
        return bool(self.answered_at) and self.failed_at is None and self.unwanted_at is None

    @property
    def is_awaited(self) -> bool:
        """Its carrier is still asked for it."""
        gone = self.failed_at or self.unwanted_at
        return self.answered_at is None and gone is None


class TrackedReturn(msgspec.Struct, frozen=True):
    """A return that the customer asked for."""

    id: UUID
    number: str
    status: str
    lines: list[ReturnedUnits]
    found: list[Found] = []
    words: str = ""  # of the shop, about its decision
    postage_by: str = ""  # who pays the way back, where that was said
    fee: int = 0  # what a refund is less, in minor units
    refund: str | None = None  # a RefundStatus, if something is owed for it, or was
    refund_by: date | None = None  # the day until which it was promised
    refund_method: str | None = None
    was_waived: bool = False  # a refund of it
    was_paid: bool = False  # a former one
    exchange_number: str | None = None  # of the order in exchange for it
    exchange_status: str | None = None
    exchange_until: date | None = None
    hand_in_by: date | None = None
    exchange_waits: bool = False  # it is kept until the return came
    costs_more: bool = False  # and waits for that
    surcharge_decision: str = ""  # of the seller, about that
    house_name: str | None = None  # to which it goes; None: to the usual one of its seller
    house_street: str | None = None
    house_postcode: str | None = None
    house_city: str | None = None
    wish: str = ""
    may_be_refunded: bool = True  # its order has prices, and something was paid
    repairs: list[Repaired] = []
    is_kept: bool = False  # by the customer: nothing of it comes, or is asked for any more
    is_expired: bool = False  # nobody handed it in by its day
    was_followed: bool = False  # as its carrier would have reported
    is_followed: bool = False  # its carrier reports when it has the parcel
    label: TrackedLabel | None = None  # the last one
    is_asked_back: bool = False  # by the shop, as its answer to a reported problem
    reason: str = ""

    @property
    def is_unopened(self) -> bool:
        """Whether nothing of an unannounced parcel that is here is recorded yet."""
        is_here = self.reason == UNANNOUNCED and self.status == ReturnStatus.RECEIVED
        return is_here and not self.found and not self.lines

    @property
    def is_undecided(self) -> bool:
        """Whether an unannounced parcel is here, of which the shop has something to decide."""
        is_here = self.reason == UNANNOUNCED and self.status == ReturnStatus.RECEIVED
        return self.is_unopened or (is_here and any(not row.decision for row in self.found))

    @property
    def is_coming(self) -> bool:
        """Whether nothing of it has come yet: then the customer may cancel it."""
        return self.status in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED)

    @property
    def kept_until(self) -> date | None:
        """Until when what it is exchanged for is kept for it."""
        is_out = bool(self.label and self.label.handed_in_at)
        return kept_until(
            self.exchange_until,
            status=self.status,
            hand_in_by=self.hand_in_by,
            is_followed=self.is_followed,
            is_out=is_out,
        )

    @property
    def is_out_ahead(self) -> bool:
        """Whether what it is exchanged for did not wait for it: that has a day of its own."""
        has_exchange = self.exchange_number and self.exchange_status != OrderStatus.CANCELLED
        return bool(has_exchange) and not self.exchange_waits

    def photos_of(self, part: ReturnedUnits) -> list[UUID]:
        """Those of a line that the customer may see: once it is told that it came otherwise."""
        is_worn = any(row.kind == WORN and row.line_id == part.line_id for row in self.found)
        is_told = self.status == ReturnStatus.CLOSED and (part.grade_b or part.grade_c or is_worn)
        return part.photos if is_told else []

    @property
    def may_end(self) -> bool:
        """Whether the customer may cancel it: nothing has come, or left in exchange for it."""
        has_left = self.exchange_number and not self.exchange_waits
        if self.label and self.label.handed_in_at:  # its parcel is on its way
            return False
        return self.is_coming and (not has_left or self.exchange_status == OrderStatus.CANCELLED)


UNWAIVED = (RefundStatus.OWED, RefundStatus.PAID)  # of these nothing, or nobody knows:
UNTOLD = Q(refund__paid=0) | Q(refund__paid=None, refund__amount=0, refund__status__in=UNWAIVED)
REFUND_OF_RETURN: dict[str, Any] = {
    "refund": Case(When(UNTOLD, then=None), default="refund__status"),
    "refund_by": Case(
        When(refund__promise__released_at__isnull=True, then=F("refund__promise__local_on"))
    ),
    "refund_method": F("refund__method"),
    **BY_REFUND,
    "was_paid": WAS_PAID,
}
EXCHANGE_OF_RETURN: dict[str, Any] = {
    "exchange_number": F("exchange__number"),
    "exchange_status": F("exchange__status"),
    "exchange_waits": IS_AWAITED,
    "costs_more": COSTS_MORE,
}
WAREHOUSE_OF_RETURN: dict[str, Any] = {
    f"house_{name}": F(f"warehouse__{name}") for name in ("name", "street", "postcode", "city")
}


def asked_for() -> QuerySet[Return]:
    """The returns that a customer knows of."""
    return Return.objects.exclude(reason=Return.Reason.UNDELIVERABLE)


def came_late(returns: Sequence[TrackedReturn]) -> dict[UUID, TrackedReturn]:
    """{return that expired: the later one in which its goods came after all}."""
    late = came_after_all([_arrival(coming) for coming in returns])
    return {returns[place].id: returns[later] for place, later in late.items()}


def undecided_units(returns: Sequence[TrackedReturn]) -> dict[UUID, int]:
    """{order line id: units} that came unannounced, and about which the shop has still to decide.

    Of a parcel that came in place of an expired return and is not unpacked yet: those of that one.
    """
    units: dict[UUID, int] = {}
    for coming in returns:
        for row in coming.found:
            if row.kind == UNANNOUNCED and not row.decision and row.line_id:
                units[row.line_id] = units.get(row.line_id, 0) + row.quantity
    late = came_late(returns)
    for expired in returns:
        if (later := late.get(expired.id)) and later.is_unopened:
            for part in expired.lines:
                units[part.line_id] = max(units.get(part.line_id, 0), part.requested)
    return units


def _arrival(coming: TrackedReturn) -> Arrival:
    came = came_of(
        [(part.line_id, part.received) for part in coming.lines],
        [(row.kind, row.line_id) for row in coming.found],
    )
    asked = {part.line_id for part in coming.lines}
    return Arrival(coming.is_expired, coming.reason, coming.status, asked, came)


def returns_of(order_id: UUID) -> list[TrackedReturn]:
    """The returns of an order as its page shows them, the oldest first."""
    rows = run(_statement(), [order_id])
    return [msgspec.json.decode(row, type=TrackedReturn) for (row,) in rows]


@cache
def _statement() -> str:
    row = row_of(
        TrackedReturn,
        lines=_back(),
        found=_differing(),
        repairs=_repaired(),
        label=_last_label(),
        was_followed=WAS_FOLLOWED,
        is_followed=is_followed(),
        is_asked_back=_asked_back(),
        **REFUND_OF_RETURN,
        **EXCHANGE_OF_RETURN,
        **WAREHOUSE_OF_RETURN,
    )
    mine = asked_for().filter(order=parameter(1)).order_by("created_at", "pk")
    return compiled(mine.values_list(row))


def _asked_back() -> Exists:
    """Whether the shop asks for it: then its request says which problem it answers."""
    requests = Event.objects.filter(order=OuterRef("order"), kind="return.requested")
    return Exists(requests.filter(subject_id=OuterRef("pk"), data__has_key="problem"))


def _back() -> ArraySubquery:
    lines = ReturnLine.objects.filter(order_return=OuterRef("pk")).order_by("line__position")
    given = OrderLine.objects.filter(
        order=OuterRef("order_return__exchange"), replaces=OuterRef("line")
    )
    units = given.order_by().values("replaces").annotate(units=Sum(F("ordered") - F("cancelled")))
    exchanged = Coalesce(Subquery(units.values("units")), 0)
    photos = ProblemPhoto.objects.filter(return_line=OuterRef("pk")).order_by("pk")
    ids = ArraySubquery(photos.values("pk"))
    title = Subquery(given.order_by("position").values("title")[:1])
    row = row_of(ReturnedUnits, exchanged=exchanged, exchanged_for=title, photos=ids)
    return ArraySubquery(lines.values(row=row))


def _differing() -> ArraySubquery:
    rows = Discrepancy.objects.filter(order_return=OuterRef("pk")).order_by("pk")
    # What was read off a label may be a name: it is shown to the seller alone.
    title = Coalesce("line__title", "product__title", Value("…"))
    return ArraySubquery(rows.values(row=row_of(Found, title=title)))


def _repaired() -> ArraySubquery:
    rows = Repair.objects.filter(order_return=OuterRef("pk")).order_by("pk")
    named = {
        "order_number": F("sent_as__number"),
        "order_status": F("sent_as__status"),
        "title": F("return_line__line__title"),
    }
    return ArraySubquery(rows.values(row=row_of(Repaired, **named)))


def going_back() -> ArraySubquery:
    """Of an order: the one repair whose units it brings back."""
    rows = Repair.objects.filter(sent_as=OuterRef("pk"))
    named = {"end": HOW, "order": F("order__number"), "rma": F("order_return__number")}
    return ArraySubquery(rows.values(row=row_of(GoesBack, **named)))


def _last_label() -> Subquery:
    rows = ReturnLabel.objects.filter(order_return=OuterRef("pk")).order_by("-pk")
    return Subquery(rows.values(row=row_of(TrackedLabel))[:1])


def row_of(kind: type[msgspec.Struct], **computed: Any) -> JSONObject:
    """The fields of a struct as a JSON object; `computed`: those that are expressions."""
    fields = [field.name for field in msgspec.structs.fields(kind)]
    return JSONObject(**{name: computed.get(name, F(name)) for name in fields})
