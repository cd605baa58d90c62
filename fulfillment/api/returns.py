"""`/api/v1/returns/`: goods on their way back, and what came of them."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db.models import Count, Prefetch, QuerySet
from msgspec import Meta

from fulfillment.api.operations import Moment, Operation
from fulfillment.api.rows import Next, Query, RowDetail, RowList, columns_of
from orders.access import Viewer
from orders.models import Refund as RefundRow
from orders.models import Repair as RepairRow
from orders.models import Return as ReturnRow
from orders.models import ReturnLabel as LabelRow
from orders.models import ReturnLine as ReturnLineRow
from orders.returns.asked.limits import why_not_decided
from orders.returns.due.days import is_followed, kept_until
from orders.returns.exchanged import IS_AWAITED
from orders.returns.repairs import IS_BACK
from orders.states import RefundStatus, RepairStatus, ReturnLabelState, ReturnStatus
from warehouse.serials.returned import OF_RETURN_LINE

TAG = "Returns"
COUNTED = (
    "requested", "approved", "refused", "received", "inspected", "restocked", "refurbished",
    "written_off", "sent_back",
)  # fmt: skip


class ReturnSummary(msgspec.Struct):
    """Goods of one order that come back; `number` is the RMA number on the parcel."""

    id: UUID
    number: str
    order: UUID
    status: ReturnStatus
    reason: Annotated[
        str, Meta(description="Its meaning, as too_large; undeliverable: it came unopened.")
    ]
    reason_words: Annotated[
        dict[str, str],
        Meta(
            description="The seller's words of the reason as the customer chose it, by language, "
            "whatever the seller calls it since; empty where it is one of the portal's.",
            examples=[{"en": "The glass is cracked", "de": "Das Glas hat einen Sprung"}],
        ),
    ]
    comment: str
    words: Annotated[
        str,
        Meta(
            description="Why it was refused, or what is said of a repair: the customer reads it.",
            examples=["It was worn."],
        ),
    ]
    wish: Annotated[
        str,
        Meta(
            description="What the customer wants instead of money: exchange, credit, both (credit "
            "for what is not exchanged), or repair; empty for money.",
            examples=["credit"],
        ),
    ]
    is_kept: Annotated[bool, Meta(description="The customer keeps the goods: nothing comes.")]
    is_expired: Annotated[
        bool,
        Meta(
            description="It is cancelled since nobody handed it in by its day: no customer has "
            "cancelled it."
        ),
    ]
    created_at: Moment


class ReturnedSerial(msgspec.Struct):
    """A serial number that was read on a returned unit."""

    number: str
    was_sent: Annotated[bool, Meta(description="It is of a unit that was packed for the order.")]


class ReturnGrades(msgspec.Struct):
    """Units by the condition in which they came, as the worker graded them."""

    a: Annotated[int, Meta(description="As new.")]
    b: Annotated[int, Meta(description="Used.")]
    c: Annotated[int, Meta(description="Damaged.")]


class ReturnLine(msgspec.Struct):
    """Units of an order line in a return, by decision and by outcome of the inspection."""

    line: UUID
    sku: str
    title: str
    condition: Annotated[
        str,
        Meta(
            description="In which condition the customer says it is: unopened, as_new, used or "
            "damaged; empty where nobody was asked.",
            examples=["as_new"],
        ),
    ]
    requested: int
    approved: int
    refused: int
    received: int
    inspected: int
    restocked: int
    refurbished: Annotated[
        int, Meta(description="Used units that were made good, and are in stock again.")
    ]
    written_off: int
    sent_back: Annotated[
        int, Meta(description="Units that go back to the customer: to be repaired, or as they are.")
    ]
    grades: Annotated[
        ReturnGrades, Meta(description="Of the inspected units, those that were graded.")
    ]
    photos: Annotated[int, Meta(description="Photos of its units by who inspected them.")]
    serials: list[ReturnedSerial]


class ReturnRepair(msgspec.Struct):
    """Units that are repaired for the customer, and go back; they are in no stock."""

    id: UUID
    line: UUID
    quantity: int
    status: RepairStatus
    is_failed: Annotated[bool, Meta(description="They could not be repaired.")]
    sent_as: Annotated[UUID | None, Meta(description="The order with which they go back.")]
    is_back: Annotated[bool, Meta(description="That order is delivered: the customer has them.")]


class ReturnRefund(msgspec.Struct):
    """What is owed for a return, or was paid; amounts in minor units."""

    status: RefundStatus
    amount: Annotated[int, Meta(description="What is owed for it.")]
    currency: str
    is_exact: Annotated[bool, Meta(description="All that the order cost is known.")]
    due_on: Annotated[
        date | None, Meta(description="The day until which it was to be paid; null once waived.")
    ]
    paid: Annotated[int | None, Meta(description="What was paid, where that is known.")]
    paid_at: Moment | None


class ReturnDecision(msgspec.Struct):
    """A decision about a return: `POST /api/v1/returns/<id>/<action>/`."""

    action: Literal["approve", "refuse"]
    allowed: bool
    reason: Annotated[str, Meta(description="Why not; empty where it is allowed.")]


class ReturnLabel(msgspec.Struct):
    """What the customer has for the way back, and where the parcel is by its carrier."""

    status: ReturnLabelState
    carrier: Annotated[str, Meta(description="Code of the carrier.")]
    tracking_number: Annotated[str, Meta(description="Empty until the carrier has answered.")]
    handed_in_at: Moment | None
    in_transit_since: Moment | None
    arrived_at: Annotated[
        Moment | None,
        Meta(description="When the carrier delivered it; received says what was counted of it."),
    ]


class Return(ReturnSummary):
    """A return with its lines."""

    label: Annotated[
        ReturnLabel | None, Meta(description="The last one; null where none was asked for.")
    ]
    lines: list[ReturnLine]
    repairs: list[ReturnRepair]
    refund: Annotated[ReturnRefund | None, Meta(description="The last of `refunds`.")]
    refunds: Annotated[
        list[ReturnRefund],
        Meta(description="All, the first first: more may be owed once one was paid or waived."),
    ]
    allowed_actions: list[ReturnDecision]
    hand_in_by: Annotated[
        date | None,
        Meta(
            description="The last day to hand the parcel in, once it is approved; null where it "
            "was approved before there was one."
        ),
    ]
    exchange: Annotated[
        UUID | None, Meta(description="The order in which products are sent for it.")
    ]
    exchange_until: Annotated[
        date | None,
        Meta(
            description="The last day on which these are kept; once they are sent, by when the "
            "goods come."
        ),
    ]


class ReturnPage(msgspec.Struct):
    """A page of returns, the newest first."""

    returns: list[ReturnSummary]
    next: Next


class ReturnQuery(Query):
    """Filters of the list."""

    order: UUID | None = None
    status: ReturnStatus | None = None
    is_expired: Literal["true", "false"] | None = None


class ReturnList(RowList):
    """`GET /api/v1/returns/`."""

    tag = TAG
    operations = {
        "GET": Operation("listReturns", "List returns", {200: ReturnPage}, query=ReturnQuery)
    }

    def select(self, viewer: Viewer, wanted: ReturnQuery) -> QuerySet[Any]:
        rows = ReturnRow.objects.visible_to(viewer)
        if wanted.order:
            rows = rows.filter(order=wanted.order)
        if wanted.is_expired:
            rows = rows.filter(is_expired=wanted.is_expired == "true")
        return rows.filter(status=wanted.status) if wanted.status else rows

    def describe(self, row: ReturnRow) -> ReturnSummary:
        return ReturnSummary(**_summary(row))


class ReturnDetail(RowDetail):
    """`GET /api/v1/returns/<id>/`."""

    tag, what = TAG, "return"
    operations = {"GET": Operation("getReturn", "Read a return", {200: Return}, refusals=(404,))}

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        lines = ReturnLineRow.objects.visible_to(viewer).select_related("line")
        rows = ReturnRow.objects.visible_to(viewer).select_related("refund__promise")
        former = RefundRow.objects.visible_to(viewer).select_related("promise")
        labels = LabelRow.objects.visible_to(viewer)
        repairs = RepairRow.objects.visible_to(viewer).select_related("return_line", "sent_as")
        rows = rows.annotate(is_awaited=IS_AWAITED, is_followed=is_followed())
        return rows.prefetch_related(
            Prefetch("labels", labels.defer("file").order_by("-pk")),
            Prefetch("repairs", repairs.order_by("pk")),
            Prefetch("former_refunds", former.order_by("owed_at", "pk")),
            Prefetch(
                "lines",
                lines.order_by("line__position").annotate(
                    read=OF_RETURN_LINE, photo_count=Count("photos")
                ),
            ),
        )

    def describe(self, row: ReturnRow) -> Return:
        lines = [_line(part) for part in row.lines.all()]
        last = [row.refund] if hasattr(row, "refund") else []
        refunds = [_refund(one) for one in (*row.former_refunds.all(), *last)]
        return Return(
            **_summary(row),
            label=_label(row),
            lines=lines,
            repairs=[_repair(one) for one in row.repairs.all()],
            refund=refunds[-1] if hasattr(row, "refund") else None,
            refunds=refunds,
            allowed_actions=_decisions(row),
            hand_in_by=row.hand_in_by,
            exchange=row.exchange_id,
            exchange_until=_exchange_until(row),
        )


def _summary(row: ReturnRow) -> dict[str, Any]:
    return columns_of(ReturnSummary, row, order="order_id")


def _label(row: ReturnRow) -> ReturnLabel | None:
    label = next(iter(row.labels.all()), None)
    if label is None:
        return None
    return ReturnLabel(
        status=label.state,
        carrier=label.carrier,
        tracking_number=label.tracking_number,
        handed_in_at=label.handed_in_at,
        in_transit_since=label.in_transit_at,
        arrived_at=label.arrived_at,
    )


def _exchange_until(row: Any) -> date | None:
    """As both pages say it: while the goods of an exchange wait, until when they are kept."""
    if not row.is_awaited:
        until: date | None = row.exchange_until
        return until
    return kept_until(
        row.exchange_until,
        status=row.status,
        hand_in_by=row.hand_in_by,
        is_followed=row.is_followed,
        is_out=any(label.handed_in_at for label in row.labels.all()),
    )


def _repair(row: RepairRow) -> ReturnRepair:
    return ReturnRepair(
        id=row.pk,
        line=row.return_line.line_id,
        quantity=row.quantity,
        status=RepairStatus(row.status),
        is_failed=row.is_failed,
        sent_as=row.sent_as_id,
        is_back=bool(row.sent_as and row.sent_as.status in IS_BACK),
    )


def _decisions(row: ReturnRow) -> list[ReturnDecision]:
    unapproved = why_not_decided(row, ReturnStatus.APPROVED)
    unrefused = why_not_decided(row, ReturnStatus.REFUSED)
    return [
        ReturnDecision("approve", not unapproved, unapproved),
        ReturnDecision("refuse", not unrefused, unrefused),
    ]


def _refund(owed: RefundRow) -> ReturnRefund:
    is_waived = owed.status == RefundStatus.WAIVED
    return ReturnRefund(
        status=RefundStatus(owed.status),
        amount=owed.amount,
        currency=owed.currency,
        is_exact=owed.is_exact,
        due_on=owed.promise.local_on if owed.promise and not is_waived else None,
        paid=owed.paid,
        paid_at=owed.paid_at,
    )


def _line(part: Any) -> ReturnLine:
    counted = {name: getattr(part, name) for name in COUNTED}
    return ReturnLine(
        line=part.line_id,
        sku=part.line.sku,
        title=part.line.title,
        condition=part.condition,
        grades=ReturnGrades(part.grade_a, part.grade_b, part.grade_c),
        photos=part.photo_count,
        serials=[ReturnedSerial(**one) for one in part.read],
        **counted,
    )
