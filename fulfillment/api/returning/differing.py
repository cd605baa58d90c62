"""`/api/v1/discrepancies/`: what came in returns and should not, or lacks; and what is decided."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.errors import NotThere
from fulfillment.api.idempotency import OFFERED, act_once
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.returns import TAG
from fulfillment.api.rows import ApiView, Next, Query, RowDetail, RowList, columns_of
from orders.access import Scope, Viewer
from orders.models import Discrepancy as DiscrepancyRow
from orders.returns.discrepancies import choices_of, decide_discrepancy
from orders.states import DiscrepancyStatus


class DiscrepancySummary(msgspec.Struct):
    """Units that came and were not announced, or are missing."""

    id: UUID
    returned_in: Annotated[
        UUID | None, Meta(description="The return; null for a parcel of no order that we know.")
    ]
    order: UUID | None
    line: Annotated[UUID | None, Meta(description="The order's line, where it has such units.")]
    product: UUID | None
    title: str
    code: Annotated[str, Meta(description="What was read on it.")]
    kind: DiscrepancyRow.Kind
    quantity: int
    status: Annotated[
        DiscrepancyStatus, Meta(description="`decided`: somebody has still to do it.")
    ]
    decision: Annotated[str, Meta(description="What was decided; empty while it is open.")]
    found_at: Moment


class Discrepancy(DiscrepancySummary):
    """One of them, with what may be decided of it."""

    choices: Annotated[
        list[DiscrepancyRow.Decision], Meta(description="Of which one is decided; none once it is.")
    ]


class DiscrepancyPage(msgspec.Struct):
    """A page of discrepancies, the newest first."""

    discrepancies: list[DiscrepancySummary]
    next: Next


class DiscrepancyQuery(Query):
    """Filters of the list."""

    order: UUID | None = None
    status: DiscrepancyStatus | None = None


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    """What is decided."""

    decision: Annotated[DiscrepancyRow.Decision, Meta(description="One of its `choices`.")]


class DiscrepancyList(RowList):
    """`GET /api/v1/discrepancies/`."""

    tag = TAG
    operations = {
        "GET": Operation(
            "listDiscrepancies",
            "List what differs from returns",
            {200: DiscrepancyPage},
            query=DiscrepancyQuery,
        )
    }

    def select(self, viewer: Viewer, wanted: DiscrepancyQuery) -> QuerySet[Any]:
        rows = _rows(viewer)
        if wanted.order:
            rows = rows.filter(order=wanted.order)
        return rows.filter(status=wanted.status) if wanted.status else rows

    def describe(self, row: DiscrepancyRow) -> DiscrepancySummary:
        return DiscrepancySummary(**_summary(row))


class DiscrepancyDetail(RowDetail):
    """`GET /api/v1/discrepancies/<id>/`."""

    tag, what = TAG, "discrepancy"
    operations = {
        "GET": Operation(
            "getDiscrepancy", "Read what differs from a return", {200: Discrepancy}, (404,)
        )
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _rows(viewer)

    def describe(self, row: DiscrepancyRow) -> Discrepancy:
        return _described(row)


class DecideDiscrepancy(ApiView):
    """`POST /api/v1/discrepancies/<id>/decide/`, once under its idempotency key, if it has one."""

    tag = TAG
    scopes = {"POST": Scope.ORDERS}
    shape = Shape(Verdict)
    operations = {
        "POST": Operation(
            "decideDiscrepancy",
            "Decide what differs from a return",
            {200: Discrepancy},
            (400, 404, 409, 422),
            "`decision` is one of its `choices`. What is kept, sent back or discarded the "
            "warehouse does then; what is credited you refund in the shop.",
            body=Verdict,
            headers=(OFFERED,),
            examples={"Take it in": {"decision": "accept"}},
        )
    }

    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        rows = _rows(request._request.viewer)
        row = rows.filter(pk=id).first()
        if row is None:
            raise NotThere("discrepancy")

        @transaction.atomic
        def act() -> None:
            given, _ = self.shape.read(request._request.body)
            decide_discrepancy(row, given.decision, actor=None)

        if refusal := act_once(request, act):
            return refusal
        return answer(_described(rows.get(pk=id)))


def _rows(viewer: Viewer) -> QuerySet[Any]:
    rows = DiscrepancyRow.objects.visible_to(viewer)
    return rows.select_related("order", "order_return", "line", "product")


def _described(row: DiscrepancyRow) -> Discrepancy:
    is_open = row.status == DiscrepancyStatus.OPEN
    return Discrepancy(**_summary(row), choices=choices_of(row) if is_open else [])


def _summary(row: DiscrepancyRow) -> dict[str, Any]:
    return columns_of(
        DiscrepancySummary,
        row,
        returned_in="order_return_id",
        order="order_id",
        line="line_id",
        product="product_id",
    )
