"""`/api/v1/orders/`: list and create; `/api/v1/orders/<id>/`: read."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from msgspec import Meta

from fulfillment.api.authentication import ApiRequest
from fulfillment.api.idempotency import NEEDED, idempotent_request
from fulfillment.api.operations import Moment, Operation
from fulfillment.api.orders.accepting import AcceptedOrder, accept_one
from fulfillment.api.orders.described import (
    Order,
    OrderSummary,
    describe_order,
    orders_to_describe,
    summarize_order,
)
from fulfillment.api.orders.shapes import EXAMPLES, NewOrder, Reference
from fulfillment.api.rows import Next, Query, RowDetail, RowList
from fulfillment.lists.order_search import ways_to_find
from orders.access import Scope, Viewer
from orders.models import Order as OrderRow
from orders.models import SalesChannel
from orders.states import OrderStatus
from orders.values.moments import moment
from orders.values.texts import NUMBER, asked_for

TAG = "Orders"
LONGEST_SEARCH = 120


class OrderPage(msgspec.Struct):
    """A page of orders, the newest first."""

    orders: list[OrderSummary]
    next: Next


class OrderQuery(Query):
    """Filters of the list."""

    status: OrderStatus | None = None
    reference: Annotated[Reference, Meta(description="Your own id of the order.")] | None = None
    number: Annotated[str, Meta(min_length=1, max_length=NUMBER)] | None = None
    created_since: Moment | None = None
    q: Annotated[
        str,
        Meta(
            max_length=LONGEST_SEARCH,
            description="A number or its beginning, a reference, an e-mail address, a SKU, a "
            "tracking number, or a part of the customer's name.",
        ),
    ] = ""


class OrderList(RowList):
    """`POST`: 201 for a new order, 200 for one we hold already. `GET`: a page of orders.

    A key belongs to one request, also where that was refused: a repeat gets the answer again.
    """

    tag, key = TAG, "-created_at"
    scopes = {"GET": Scope.READ, "POST": Scope.ORDERS}
    checks = {"created_since": moment}
    operations = {
        "GET": Operation("listOrders", "List orders", {200: OrderPage}, query=OrderQuery),
        "POST": Operation(
            "createOrder",
            "Create an order",
            {201: AcceptedOrder, 200: AcceptedOrder},
            refusals=(400, 413, 422),
            text="The same `reference` is the same order, whenever it comes: 201 for a new order, "
            "200 for one that we hold already. An unknown SKU or a missing address puts the order "
            "on hold.",
            body=NewOrder,
            headers=(NEEDED,),
            examples=EXAMPLES,
        ),
    }

    def select(self, viewer: Viewer, wanted: OrderQuery) -> QuerySet[Any]:
        rows = OrderRow.objects.visible_to(viewer).select_related("channel")
        if wanted.status:
            rows = rows.filter(status=wanted.status)
        if wanted.reference is not None:  # the index of references begins with the channel
            channels = SalesChannel.objects.visible_to(viewer)
            rows = rows.filter(channel__in=channels, reference=wanted.reference)
        if wanted.number is not None:
            rows = rows.filter(number=wanted.number)
        if wanted.created_since:
            rows = rows.filter(created_at__gte=wanted.created_since)
        return rows

    def ways(self, viewer: Viewer, wanted: OrderQuery) -> Sequence[Q]:
        text = asked_for(wanted.q, most=LONGEST_SEARCH)
        return ways_to_find(viewer, text) if text else ()

    def describe(self, row: OrderRow) -> OrderSummary:
        return summarize_order(row)

    def post(self, request: ApiRequest) -> HttpResponse:
        body = request._request.body
        return accept_one(request.auth, body, idempotent_request(request, body))


class OrderDetail(RowDetail):
    """`GET`: where an order is, line by line."""

    tag, what = TAG, "order"
    operations = {
        "GET": Operation(
            "getOrder",
            "Read an order",
            {200: Order},
            refusals=(404,),
            text="`allowed_actions` says what can be done now, and why the rest cannot.",
        )
    }

    def select(self, viewer: Viewer) -> QuerySet[Any]:
        return orders_to_describe(viewer)

    def describe(self, row: OrderRow) -> Order:
        return describe_order(row)
