"""`/api/v1/inbound/`: goods that a seller announces, and what of them arrived."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.catalogue.products import REFUSALS, Sku
from fulfillment.api.decoding import Shape
from fulfillment.api.errors import NotThere
from fulfillment.api.idempotency import OFFERED, make_once
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import ApiView, Next, Query, RowDetail, RowList, columns_of
from orders.access import Scope, Viewer
from orders.values.counts import MOST_UNITS
from orders.values.moments import day
from orders.values.texts import REFERENCE, one_line
from warehouse.inbound.announcing import (
    MOST_LINES,
    Announced,
    announce_inbound,
    cancel_inbound,
)
from warehouse.models import Inbound as InboundRow
from warehouse.models import InboundLine as InboundLineRow
from warehouse.states import InboundStatus

TAG = "Inbound"
Reference = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=REFERENCE,
        description="Yours; it names one inbound that is not cancelled.",
    ),
]


class NewInboundLine(msgspec.Struct, forbid_unknown_fields=True):
    """Units of a product that are to come."""

    sku: Sku
    quantity: Annotated[int, Meta(ge=1, le=MOST_UNITS)]


class NewInbound(msgspec.Struct, forbid_unknown_fields=True):
    """Goods as `POST /api/v1/inbound/` takes them."""

    reference: Reference
    expected_on: Annotated[date, Meta(description="The day in the warehouse, like 2026-11-24.")]
    lines: Annotated[list[NewInboundLine], Meta(min_length=1, max_length=MOST_LINES)]
    warehouse: Annotated[
        str,
        Meta(max_length=12, description="Its code, where you have several; else the usual one."),
    ] = ""


class InboundSummary(msgspec.Struct):
    """Goods that were announced; `number` is ours: write it on them."""

    id: UUID
    number: str
    reference: str
    expected_on: date
    warehouse: Annotated[str, Meta(description="The code of that to which they go.")]
    status: InboundStatus
    announced_at: Moment
    closed_at: Moment | None
    differs: Annotated[bool, Meta(description="More, fewer or damaged units came.")]


class InboundLine(msgspec.Struct):
    """Units of a product; `announced` is 0 where nobody announced it."""

    sku: str
    product: UUID
    announced: int
    received: Annotated[int, Meta(description="Sound units, in stock.")]
    damaged: Annotated[int, Meta(description="They arrived, and were not put into stock.")]


class Inbound(InboundSummary):
    """Announced goods with their lines."""

    lines: list[InboundLine]


class InboundPage(msgspec.Struct):
    """A page of announced goods, the newest first."""

    inbound: list[InboundSummary]
    next: Next


class InboundQuery(Query):
    """Filters of the list."""

    status: InboundStatus | None = None
    reference: Reference | None = None


NEW = Shape(NewInbound, {"expected_on": day})
EXAMPLE = {
    "reference": "PO-77", "expected_on": "2026-11-24",
    "lines": [{"sku": "LAMP-BRASS", "quantity": 48}],
}  # fmt: skip


class InboundList(RowList):
    """`GET`: a page of announced goods; `POST`: announce some."""

    tag = TAG
    scopes = {"GET": Scope.READ, "POST": Scope.STOCK}
    operations = {
        "GET": Operation(
            "listInbound", "List announced goods", {200: InboundPage}, query=InboundQuery
        ),
        "POST": Operation(
            "announceInbound",
            "Announce goods",
            {201: Inbound},
            REFUSALS,
            "The warehouse counts them against this. A kit is announced as its parts.",
            body=NewInbound,
            headers=(OFFERED,),
            examples={"48 lamps": EXAMPLE},
        ),
    }

    def select(self, viewer: Viewer, wanted: InboundQuery) -> QuerySet[Any]:
        rows = InboundRow.objects.visible_to(viewer).select_related("warehouse")
        if wanted.reference:
            rows = rows.filter(reference=wanted.reference)
        return rows.filter(status=wanted.status) if wanted.status else rows

    def describe(self, row: InboundRow) -> InboundSummary:
        return InboundSummary(**_summary(row))

    def post(self, request: ApiRequest) -> HttpResponse:
        seller = request.auth.seller
        given, _ = NEW.read(request._request.body)

        def make() -> UUID:
            return announce_inbound(
                seller,
                reference=given.reference,
                expected_on=given.expected_on,
                lines=[Announced(line.sku, line.quantity) for line in given.lines],
                warehouse=given.warehouse,
                actor=None,
            ).pk

        made = make_once(request, make)
        if isinstance(made, HttpResponse):
            return made
        rows = _with_lines(request._request.viewer).filter(seller=seller)
        if made is None:  # a repeat of a request to a former version
            rows = rows.filter(reference=one_line(given.reference)).order_by("-pk")
        else:
            rows = rows.filter(pk=made)
        return answer(_describe(rows[0]), 201)


class InboundDetail(RowDetail):
    """`GET /api/v1/inbound/<id>/`."""

    tag, what = TAG, "inbound"
    operations = {
        "GET": Operation("getInbound", "Read announced goods", {200: Inbound}, refusals=(404,))
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _with_lines(viewer)

    def describe(self, row: InboundRow) -> Inbound:
        return _describe(row)


class CancelInbound(ApiView):
    """`POST /api/v1/inbound/<id>/cancel/`."""

    tag = TAG
    scopes = {"POST": Scope.STOCK}
    operations = {
        "POST": Operation(
            "cancelInbound",
            "Call announced goods off",
            {200: Inbound},
            (404, 409),
            "Refused once something of it has arrived.",
        )
    }

    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        rows = _with_lines(request._request.viewer).filter(pk=id)
        row = rows.first()
        if row is None:
            raise NotThere("inbound")
        cancel_inbound(row, actor=None)
        return answer(_describe(rows.get()))


def _with_lines(viewer: Viewer) -> QuerySet[InboundRow]:
    lines = InboundLineRow.objects.visible_to(viewer).select_related("product")
    rows = InboundRow.objects.visible_to(viewer).select_related("warehouse")
    return rows.prefetch_related(Prefetch("lines", lines.order_by("position")))


def _describe(row: InboundRow) -> Inbound:
    lines = [
        InboundLine(
            sku=line.product.sku,
            product=line.product_id,
            announced=line.announced,
            received=line.received,
            damaged=line.damaged,
        )
        for line in row.lines.all()
    ]
    return Inbound(**_summary(row), lines=lines)


def _summary(row: InboundRow) -> dict[str, Any]:
    return columns_of(InboundSummary, row) | {"warehouse": row.warehouse.code}
