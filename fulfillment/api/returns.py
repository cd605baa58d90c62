"""`/api/v1/returns/`: goods on their way back, and what came of them."""

from datetime import date
from typing import Annotated, Any
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
from orders.models import ReturnLine as ReturnLineRow
from orders.states import RefundStatus, RepairStatus, ReturnStatus
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


class Return(ReturnSummary):
    """A return with its lines."""

    lines: list[ReturnLine]
    repairs: list[ReturnRepair]
    refund: ReturnRefund | None
    exchange: Annotated[
        UUID | None, Meta(description="The order in which products are sent for it.")
    ]
    exchange_until: Annotated[
        date | None,
        Meta(description="How long these are kept; once they are sent, by when the goods come."),
    ]


class ReturnPage(msgspec.Struct):
    """A page of returns, the newest first."""

    returns: list[ReturnSummary]
    next: Next


class ReturnQuery(Query):
    """Filters of the list."""

    order: UUID | None = None
    status: ReturnStatus | None = None


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
        repairs = RepairRow.objects.visible_to(viewer).select_related("return_line")
        return rows.prefetch_related(
            Prefetch("repairs", repairs.order_by("pk")),
            Prefetch(
                "lines",
                lines.order_by("line__position").annotate(
                    read=OF_RETURN_LINE, photo_count=Count("photos")
                ),
            ),
        )

    def describe(self, row: ReturnRow) -> Return:
        lines = [_line(part) for part in row.lines.all()]
        return Return(
            **_summary(row),
            lines=lines,
            repairs=[_repair(one) for one in row.repairs.all()],
            refund=_refund(row),
            exchange=row.exchange_id,
            exchange_until=row.exchange_until,
        )


def _summary(row: ReturnRow) -> dict[str, Any]:
    return columns_of(ReturnSummary, row, order="order_id")


def _repair(row: RepairRow) -> ReturnRepair:
    return ReturnRepair(
        id=row.pk,
        line=row.return_line.line_id,
        quantity=row.quantity,
        status=RepairStatus(row.status),
        is_failed=row.is_failed,
        sent_as=row.sent_as_id,
    )


def _refund(row: ReturnRow) -> ReturnRefund | None:
    owed: RefundRow | None = getattr(row, "refund", None)
    if owed is None:
        return None
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
        grades=ReturnGrades(part.grade_a, part.grade_b, part.grade_c),
        photos=part.photo_count,
        serials=[ReturnedSerial(**one) for one in part.read],
        **counted,
    )
