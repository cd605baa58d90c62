"""`POST /api/v1/returns/` opens a return for a customer; `/<id>/approve/` and `/refuse/` decide."""

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.decoding import Shape
from fulfillment.api.errors import NotThere
from fulfillment.api.idempotency import NEEDED, OFFERED, act_once, idempotent_request, make_once
from fulfillment.api.operations import Operation, answer
from fulfillment.api.orders.actions import units_of_lines
from fulfillment.api.orders.shapes import Quantity
from fulfillment.api.returns import TAG, Return, ReturnDetail, ReturnList
from fulfillment.api.rows import ApiView
from orders.access import Scope
from orders.errors import InvalidInput, Refusal
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Order as OrderRow
from orders.models import Return as ReturnRow
from orders.returns.asked.by_seller import BySeller
from orders.returns.handling import approve_return, refuse_return, request_return, revise_return
from orders.states import ReturnStatus
from orders.values.counts import MOST_LINES

REFUSALS = (400, 404, 409, 422)
LONGEST_COMMENT, LONGEST_KEY = 500, 40


class UnitsToReturn(msgspec.Struct, forbid_unknown_fields=True):
    """Units of a line of the order, which is named by its id."""

    line: UUID
    quantity: Quantity
    condition: Annotated[
        Literal["", "unopened", "as_new", "used", "damaged"],
        Meta(description="In which condition the customer says it is; empty where nobody said it."),
    ] = ""


class NewReturn(msgspec.Struct, forbid_unknown_fields=True):
    """A return that you open for a customer."""

    order: UUID
    lines: Annotated[list[UnitsToReturn], Meta(min_length=1, max_length=MOST_LINES)]
    reason: Annotated[
        str,
        Meta(
            max_length=LONGEST_KEY,
            description="One of the portal's, as damaged; where you have your own, the id of one.",
        ),
    ]
    comment: Annotated[
        str, Meta(max_length=LONGEST_COMMENT, description="What the customer said.")
    ] = ""
    wish: Annotated[
        Literal["", "credit", "repair"],
        Meta(description="What they want instead of money; empty for money."),
    ] = ""
    why: Annotated[
        str,
        Meta(
            max_length=LONGEST_REASON,
            description="For your people: why you take it. Needed once returns of it have closed.",
        ),
    ] = ""
    deduct_fee: Annotated[
        bool, Meta(description="Deduct your fee, where the reason has one: you told the customer.")
    ] = False


class Approval(msgspec.Struct, forbid_unknown_fields=True):
    """Why, for your people."""

    reason: Annotated[
        str,
        Meta(
            max_length=LONGEST_REASON,
            description="Kept in the history; needed where your return policy has refused it.",
        ),
    ] = ""


class ReturnRefusal(msgspec.Struct, forbid_unknown_fields=True):
    """Why it is refused."""

    words: Annotated[
        str,
        Meta(min_length=1, max_length=LONGEST_REASON, description="The customer reads them."),
    ]


NEW = Shape(NewReturn)


class Returns(ReturnList):
    """`GET`: a page of returns; `POST`: open one for a customer."""

    scopes = {"GET": Scope.READ, "POST": Scope.ORDERS}
    operations = ReturnList.operations | {
        "POST": Operation(
            "openReturn",
            "Open a return for a customer",
            {201: Return},
            (400, 409, 422),
            "For a customer who wrote or called: it is approved at once, and the customer is told "
            "where to send the parcel. Customers open theirs on the tracking page.",
            body=NewReturn,
            headers=(NEEDED,),
            examples={
                "One unit": {
                    "order": "01a22354-0f7a-7967-9c10-6d34dc8df25a",
                    "lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25b", "quantity": 1}],
                    "reason": "damaged",
                    "comment": "It flickers.",
                },
                "With its condition": {
                    "order": "01a22354-0f7a-7967-9c10-6d34dc8df25a",
                    "lines": [
                        {
                            "line": "01a22354-0f7a-7967-9c10-6d34dc8df25b",
                            "quantity": 2,
                            "condition": "as_new",
                        }
                    ],
                    "reason": "changed_mind",
                },
            },
        )
    }

    def post(self, request: ApiRequest) -> HttpResponse:
        viewer = request._request.viewer
        idempotent_request(request, b"")  # refuses a request without a key
        given, _ = NEW.read(request._request.body)
        orders = OrderRow.objects.visible_to(viewer).select_related("seller")
        order = orders.filter(pk=given.order).first()
        if order is None:
            raise InvalidInput([("order", "expected the id of an order of yours")])
        made = make_once(request, lambda: _opened(order, given).pk)
        if isinstance(made, HttpResponse):
            return made
        return answer(_described(request, made), 201)


def _opened(order: OrderRow, given: NewReturn) -> ReturnRow:
    try:
        return request_return(
            order,
            units=units_of_lines(order, given.lines),
            reason=given.reason,
            comment=given.comment,
            wish=given.wish,
            by=BySeller(None, given.why, given.deduct_fee),
            conditions={part.line: part.condition for part in given.lines},
        )
    except Refusal as error:
        if error.code == "no_reason":
            told = "expected a reason of the portal's, or the id of one of yours"
            raise InvalidInput([("reason", told)]) from error
        raise


class ReturnAction(ApiView):
    """A decision about one return, once under its idempotency key, if it has one."""

    tag = TAG
    scopes = {"POST": Scope.ORDERS}
    shape: ClassVar[Shape[Any]]

    @abstractmethod
    def act(self, row: ReturnRow, given: Any) -> object:
        """Do it. Raises DomainError with the reason why not."""

    def post(self, request: ApiRequest, id: UUID) -> HttpResponse:
        row = ReturnRow.objects.visible_to(request._request.viewer).filter(pk=id).first()
        if row is None:
            raise NotThere("return")

        @transaction.atomic
        def act() -> None:
            given, _ = self.shape.read(request._request.body.strip() or b"{}")
            self.act(row, given)

        if refusal := act_once(request, act):
            return refusal
        return answer(_described(request, id))


class ApproveReturn(ReturnAction):
    """`POST /api/v1/returns/<id>/approve/`."""

    shape = Shape(Approval)
    operations = {
        "POST": Operation(
            "approveReturn",
            "Approve a return",
            {200: Return},
            REFUSALS,
            "Also one that was refused, until something of it has come: then the customer is told "
            "of that. `allowed_actions` says whether it may be.",
            body=Approval,
            headers=(OFFERED,),
            examples={"An exception": {"reason": "A good customer."}},
        )
    }

    def act(self, row: ReturnRow, given: Approval) -> object:
        if row.status == ReturnStatus.REFUSED:
            return revise_return(row, reason=given.reason, seen=row.status, actor=None)
        return approve_return(row, reason=given.reason, actor=None)


class RefuseReturn(ReturnAction):
    """`POST /api/v1/returns/<id>/refuse/`."""

    shape = Shape(ReturnRefusal)
    operations = {
        "POST": Operation(
            "refuseReturn",
            "Refuse a return",
            {200: Return},
            REFUSALS,
            "Also one that was approved, until its parcel is on its way. The customer reads "
            "`words` in the message and on the tracking page.",
            body=ReturnRefusal,
            headers=(OFFERED,),
            examples={"Why": {"words": "The lamp was used."}},
        )
    }

    def act(self, row: ReturnRow, given: ReturnRefusal) -> object:
        decide = revise_return if row.status == ReturnStatus.APPROVED else refuse_return
        return decide(row, words=given.words, seen=row.status, actor=None)


def _described(request: ApiRequest, id: UUID | None) -> Return:
    shown = ReturnDetail()
    return shown.describe(shown.select(request._request.viewer).get(pk=id))
