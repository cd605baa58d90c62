"""`/api/v1/orders/`: create an order (idempotent), and read its state."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpResponse
from rest_framework.response import Response
from rest_framework.views import APIView

from fulfillment.api.authentication import ApiKeyAuthentication, ApiRequest
from fulfillment.api.errors import NotThere, invalid
from fulfillment.api.shapes import read_order
from fulfillment.serving.problems import answer_problem
from orders.access import Role, Scope
from orders.errors import InvalidInput
from orders.intake.acceptance import accept_orders
from orders.intake.idempotency import (
    CREATED,
    KNOWN,
    REFUSED,
    IdempotencyKeyReused,
    IdempotentRequest,
    KeptAnswer,
    RefusedBefore,
    keep_answer,
)
from orders.models import Order, SalesChannel
from orders.shops.reading import NotJson
from orders.values.texts import is_storable

KEY_HEADER = "HTTP_IDEMPOTENCY_KEY"
LONGEST_KEY = 200


class OrderList(APIView):
    """`POST /api/v1/orders/`: 201 for a new order, 200 for one we hold already.

    A key belongs to one request, also where that was refused: a repeat gets the answer again.
    """

    authentication_classes = [ApiKeyAuthentication]
    roles = [Role.API_KEY]
    scopes = {"POST": Scope.ORDERS}

    def post(self, request: ApiRequest) -> HttpResponse:
        body = request._request.body
        key = request.META.get(KEY_HEADER, "")
        if not 0 < len(key) <= LONGEST_KEY or not is_storable(key):
            return invalid(
                [("Idempotency-Key", f"expected a header of 1 to {LONGEST_KEY} characters")], 400
            )
        idempotency = IdempotentRequest(key, hashlib.sha256(body).digest())
        try:
            return _answer(_answered(request.auth, body, idempotency))
        except IdempotencyKeyReused as error:
            return invalid([("Idempotency-Key", str(error))])


def _answered(channel: SalesChannel, body: bytes, request: IdempotentRequest) -> KeptAnswer:
    """The answer to a request, a refusal as well; the same again to its repeat."""
    try:
        (accepted,) = accept_orders(channel, [read_order(body)], idempotency=request)
    except NotJson as error:
        return keep_answer(channel, request, _refusal(400, [("", str(error))]))
    except InvalidInput as error:
        return keep_answer(channel, request, _refusal(422, error.problems))
    except RefusedBefore as error:
        return error.kept
    return KeptAnswer(CREATED if accepted.is_new else KNOWN, accepted.answer)


def _refusal(status_code: int, problems: Iterable[tuple[str, str]]) -> KeptAnswer:
    errors = [{"field": field, "problem": problem} for field, problem in problems]
    return KeptAnswer(status_code, {"errors": errors})


def _answer(kept: KeptAnswer) -> HttpResponse:
    if kept.status >= REFUSED:
        told = [(one["field"], one["problem"]) for one in kept.answer["errors"]]
        return answer_problem(kept.status, told)
    return HttpResponse(
        msgspec.json.encode(kept.answer), content_type="application/json", status=kept.status
    )


class OrderDetail(APIView):
    """`GET /api/v1/orders/<id>/`: where an order is, line by line."""

    authentication_classes = [ApiKeyAuthentication]
    roles = [Role.API_KEY]
    scopes = {"GET": Scope.READ}

    def get(self, request: ApiRequest, pk: UUID) -> Response:
        order = (
            Order.objects.visible_to(request._request.viewer)
            .prefetch_related("lines", "packages")
            .filter(pk=pk)
            .first()
        )
        if order is None:
            raise NotThere("order")
        return Response(_described(order))


COUNTED = (
    "ordered",
    "allocated",
    "backordered",
    "cancelled",
    "packed",
    "shipped",
    "delivered",
    "returned",
)


def _described(order: Order) -> dict[str, Any]:
    return {
        "id": str(order.pk),
        "number": order.number,
        "reference": order.reference,
        "status": order.status,
        "tracking_url": f"{settings.SITE_URL}/track/{order.token}/",
        "lines": [
            {
                "sku": line.sku,
                "title": line.title,
                **{name: getattr(line, name) for name in COUNTED},
            }
            for line in order.lines.all()
        ],
        "packages": [
            {
                "number": box.number,
                "status": box.status,
                "carrier": box.carrier,
                "tracking_number": box.tracking_number,
            }
            for box in order.packages.all()
        ],
    }
