"""The seller of a page: URLs of texts, look and triggers contain its id."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.models import Seller
from orders.values.ids import id_of
from orders.words import say

MOST_SHOWN = 200


def seller_of(request: SignedInRequest, seller_id: UUID) -> Seller:
    """Load the seller with warehouse and settings; 404 for another tenant's."""
    sellers = Seller.objects.visible_to(request.viewer)
    rows = sellers.select_related("warehouse", "message_settings")
    return get_object_or_404(rows, pk=seller_id)


def posted_seller(request: SignedInRequest) -> Seller:
    """Load the seller that a form names; 404 for another tenant's and for what is no id."""
    pk = id_of(request.POST.get("seller"))
    return get_object_or_404(Seller.objects.visible_to(request.viewer), pk=pk)


def others(request: SignedInRequest) -> list[Seller]:
    """Load the sellers of the viewer; none where there is only one, so no choice."""
    sellers = list(Seller.objects.visible_to(request.viewer).order_by("name")[:MOST_SHOWN])
    return sellers if len(sellers) > 1 else []


@require_safe
@role_required(Role.OWNER)
def first_seller(request: SignedInRequest, page: str) -> HttpResponse:
    """Redirect to this page of the viewer's first seller."""
    seller = Seller.objects.visible_to(request.viewer).order_by("name").first()
    if seller is None:
        messages.error(request, say("No sellers yet."))
        return redirect("message_settings")
    return redirect(page, seller.pk)
