"""Find the return of a parcel: by RMA or tracking number of either way, order number or name."""

from django.db.models import Q, QuerySet

from orders.models import Order, Package, Return
from orders.states import ReturnStatus
from warehouse.scanning.codes import returns_of, spellings
from warehouse.scanning.screens import FloorRequest

COMING = (ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.RECEIVED)
MOST = 20
SHORTEST_NAME = 3


def returns_named(code: str, request: FloorRequest) -> list[Return]:
    """The returns that a code or a sender's name may mean, the oldest first; the number first."""
    exact = list(returns_of(code, request).select_related("order", "seller"))
    if exact:
        return exact
    coming = _here(request).filter(status__in=COMING).select_related("order", "seller")
    named = Q(order__in=_orders(code, request))
    if len(code) >= SHORTEST_NAME:
        # A label may have the surname alone.
        named |= Q(order__customer_name__icontains=code) | Q(order__buyer_name__icontains=code)
    return list(coming.filter(named).order_by("created_at", "pk")[:MOST])


def orders_named(code: str, request: FloorRequest) -> list[Order]:
    """The orders with this number or tracking number, or that of one of their returns."""
    orders = list(_orders(code, request).select_related("seller")[:MOST])
    return orders or [
        row.order for row in returns_of(code, request).select_related("order__seller")
    ]


def _orders(code: str, request: FloorRequest) -> QuerySet[Order]:
    orders = Order.objects.visible_to(request.viewer).filter(
        seller__houses__warehouse=request.warehouse
    )
    boxes = Package.objects.visible_to(request.viewer).filter(tracking_number__in=spellings(code))
    return orders.filter(Q(number__in=spellings(code)) | Q(pk__in=boxes.values("order")))


def _here(request: FloorRequest) -> QuerySet[Return]:
    rows = Return.objects.visible_to(request.viewer)
    return rows.filter(seller__houses__warehouse=request.warehouse)
