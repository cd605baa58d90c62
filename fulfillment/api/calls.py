"""`/api/v1/calls/`: what shops have sent, and what became of it; retry it, or dismiss it."""

from abc import abstractmethod
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.errors import NotThere
from fulfillment.api.idempotency import OFFERED, act_once
from fulfillment.api.operations import Moment, Operation, answer
from fulfillment.api.rows import ApiView, Next, Query, RowDetail, RowList, columns_of
from orders.access import Scope, Viewer
from orders.events.acting import acting_name
from orders.intake.calls import dismiss_call, retry_call
from orders.models import Call as CallRow
from orders.models import SalesChannel

TAG = "Calls of shops"


class CallProblem(msgspec.Struct):
    """What of a call was not understood."""

    field: Annotated[
        str,
        Meta(
            description="Its path in the body; empty: the call as a whole.",
            examples=["line_items[0].quantity"],
        ),
    ]
    problem: Annotated[str, Meta(examples=["expected a whole number, got “two”"])]


class CallSummary(msgspec.Struct):
    """A call of a shop as a list shows it."""

    id: UUID
    channel: str
    topic: Annotated[
        str, Meta(description="What the call says it is about.", examples=["orders/updated"])
    ]
    state: CallRow.State
    outcome: Annotated[
        str,
        Meta(
            description="What became of it; a sentence for people.",
            examples=["Order #1001 was taken in."],
        ),
    ]
    order: Annotated[UUID | None, Meta(description="The order that it made or changed.")]
    problems: Annotated[list[CallProblem], Meta(description="Why it was not understood.")]
    received_at: Moment


class Call(CallSummary):
    """A call with its body as it came; headers and signatures are not kept."""

    body: Annotated[
        str, Meta(description="Empty where it was erased; bytes that are no UTF-8 are replaced.")
    ]


class CallPage(msgspec.Struct):
    """A page of calls, the newest first."""

    calls: list[CallSummary]
    next: Next


class CallQuery(Query):
    """Filters of the list."""

    state: CallRow.State | None = None
    order: UUID | None = None


class CallList(RowList):
    """`GET /api/v1/calls/`."""

    tag = TAG
    operations = {
        "GET": Operation(
            "listCalls",
            "List calls of shops",
            {200: CallPage},
            text="Whatever a shop sends is kept as it came, and worked off a moment later. "
            "`refused` is what nobody understood: `problems` says why.",
            query=CallQuery,
        )
    }

    def select(self, viewer: Viewer, wanted: CallQuery) -> QuerySet[Any]:
        # By their channels, whose index finds them among the calls of all sellers.
        channels = SalesChannel.objects.visible_to(viewer)
        rows = CallRow.objects.visible_to(viewer).filter(channel__in=channels)
        if wanted.order:
            rows = rows.filter(order=wanted.order)
        rows = rows.filter(state=wanted.state) if wanted.state else rows
        return rows.select_related("channel").defer("body")

    def describe(self, row: CallRow) -> CallSummary:
        return CallSummary(**_summary(row))


class CallDetail(RowDetail):
    """`GET /api/v1/calls/<id>/`."""

    tag, what = TAG, "call"
    operations = {"GET": Operation("getCall", "Read a call of a shop", {200: Call}, (404,))}

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return _calls(viewer)

    def describe(self, row: CallRow) -> Call:
        return _described(row)


class CallAction(ApiView):
    """A decision about one call, once under its idempotency key, if it has one."""

    tag = TAG
    scopes = {"POST": Scope.ORDERS}

    @abstractmethod
    def act(self, call: CallRow) -> None:
        """Do it. Raises DomainError with the reason why not."""

    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        rows = _calls(request._request.viewer)
        call = rows.filter(pk=id).first()
        if call is None:
            raise NotThere("call")

        @transaction.atomic
        def act() -> None:
            self.act(call)

        if refusal := act_once(request, act):
            return refusal
        return answer(_described(rows.get(pk=id)))


class RetryCall(CallAction):
    """`POST /api/v1/calls/<id>/retry/`."""

    operations = {
        "POST": Operation(
            "retryCall",
            "Try a call again",
            {200: Call},
            (400, 404, 409, 422),
            "For one that was `refused`, after its cause was corrected. It is worked off within a "
            "minute.",
            headers=(OFFERED,),
        )
    }

    def act(self, call: CallRow) -> None:
        retry_call(call)


class DismissCall(CallAction):
    """`POST /api/v1/calls/<id>/dismiss/`."""

    operations = {
        "POST": Operation(
            "dismissCall",
            "Dismiss a call",
            {200: Call},
            (400, 404, 409, 422),
            "Leaves one that was `refused` as it is.",
            headers=(OFFERED,),
        )
    }

    def act(self, call: CallRow) -> None:
        dismiss_call(call, actor_name=acting_name())


def _calls(viewer: Viewer) -> QuerySet[Any]:
    return CallRow.objects.visible_to(viewer).select_related("channel")


def _described(row: CallRow) -> Call:
    body = bytes(row.body).decode(errors="replace")
    return Call(**_summary(row), body=body)


def _summary(row: Any) -> dict[str, Any]:
    problems = [CallProblem(field, problem) for field, problem in row.problems]
    found = columns_of(CallSummary, row, order="order_id")
    return found | {"channel": row.channel.name, "problems": problems}
