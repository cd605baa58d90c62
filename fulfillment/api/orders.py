"""`/api/v1/orders/`: create an order (idempotent), and read its state."""

import hashlib
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpResponse
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from fulfillment.api.authentication import ApiKeyAuthentication, ApiRequest
from fulfillment.api.errors import invalid
from fulfillment.api.shapes import read_order
from orders.access import Role
from orders.intake.acceptance import IdempotencyKeyReused, IdempotentRequest, accept_orders
from orders.models import Order
from orders.shops.reading import NotJson

KEY_HEADER = "HTTP_IDEMPOTENCY_KEY"
LONGEST_KEY = 200


class OrderList(APIView):
    """`POST /api/v1/orders/`: 201 for a new order, 200 for one we hold already."""

    authentication_classes = [ApiKeyAuthentication]
    roles = [Role.API_KEY]

    def post(self, request: ApiRequest) -> HttpResponse:
        body = request._request.body
        key = request.META.get(KEY_HEADER, "")
        if not 0 < len(key) <= LONGEST_KEY:
            return invalid(
                [("Idempotency-Key", f"expected a header of 1 to {LONGEST_KEY} characters")], 400
            )
        try:
            incoming = read_order(body)
        except NotJson as error:
            return invalid([("", str(error))], status.HTTP_400_BAD_REQUEST)
        idempotency = IdempotentRequest(key, hashlib.sha256(body).digest())
        try:
            (accepted,) = accept_orders(request.auth, [incoming], idempotency=idempotency)
        except IdempotencyKeyReused as error:
            return invalid([("Idempotency-Key", str(error))])
        return HttpResponse(
            msgspec.json.encode(accepted.answer),
            content_type="application/json",
            status=status.HTTP_201_CREATED if accepted.is_new else status.HTTP_200_OK,
        )


class OrderDetail(APIView):
    """`GET /api/v1/orders/<id>/`: where an order is, line by line."""

    authentication_classes = [ApiKeyAuthentication]
    roles = [Role.API_KEY]

    def get(self, request: ApiRequest, pk: UUID) -> Response:
        order = (
            Order.objects.visible_to(request._request.viewer)
            .prefetch_related("lines", "packages")
            .filter(pk=pk)
            .first()
        )
        if order is None:
            return invalid([("", "No such order.")], status.HTTP_404_NOT_FOUND)
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
