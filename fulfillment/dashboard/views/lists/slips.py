"""Packing slips of the closed boxes of chosen orders, in one PDF."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from fulfillment.dashboard.list_forms import OrderFilterForm
from fulfillment.keyset import PAGE_SIZE
from orders.access import SELLER_ROLES, Viewer, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Order, Package
from orders.states import PackageStatus
from orders.words import say
from warehouse.documents.slip import packing_slips

MOST_ORDERS = PAGE_SIZE  # a PDF is made while somebody waits


def offer_slips(request: HttpRequest, viewer: Viewer, pks: list[UUID], back: str) -> HttpResponse:
    """Lead to the slips; to a page that says so where an order has no closed box, so no slip."""
    if len(pks) > MOST_ORDERS:
        raise DomainError(
            say("Slips are printed for {most} orders at most: choose fewer.", most=MOST_ORDERS)
        )
    if not pks:  # all that matched are gone
        raise DomainError(say("Choose at least one order, and what to do with it."))
    packed = set(_boxes(viewer, pks).values_list("order", flat=True))
    query = ",".join(str(pk) for pk in pks if pk in packed)
    address = f"{reverse('dashboard_slips')}?ids={query}"
    if len(packed) == len(pks):
        return redirect(address)
    unpacked = Order.objects.visible_to(viewer).filter(pk__in=set(pks) - packed)
    context = {
        "unpacked": unpacked.order_by("-created_at"),
        "number": len(packed),
        "address": address,
        "back": back,
    }
    return render(request, "dashboard/bulk/slips.html", context)


@require_safe
@role_required(*SELLER_ROLES)
@fresh_sign_in_required
def slips(request: SignedInRequest) -> HttpResponseBase:
    """Send one PDF with a slip for each closed box of these orders."""
    pks = list(OrderFilterForm(request.GET).wanted().ids)[:MOST_ORDERS]
    boxes = _boxes(request.viewer, pks).select_related("order__seller", "shipment__warehouse")
    if not (found := list(boxes)):
        raise DomainError(say("None of these orders has a closed box yet, so there is no slip."))
    place = {pk: number for number, pk in enumerate(pks)}
    found.sort(key=lambda box: (place[box.order_id], box.pk))
    answer = HttpResponse(packing_slips(found), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="slips.pdf"'
    return answer


def _boxes(viewer: Viewer, pks: list[UUID]) -> QuerySet[Package]:
    boxes: QuerySet[Package] = Package.objects.visible_to(viewer).filter(order__in=pks)
    return boxes.exclude(status__in=(PackageStatus.PACKING, PackageStatus.CANCELLED))
