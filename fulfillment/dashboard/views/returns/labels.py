"""The label of a return: made anew, or voided."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.models import Return
from orders.returns.labels.requests import make_new_label, void_label
from orders.words import say


@require_POST
@role_required(*SELLER_ROLES)
def make(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask the carrier for another label; the one that is there is voided."""
    row = _row(request, pk)
    make_new_label(row, actor=request.user)
    messages.success(request, say("The carrier is asked for a label."))
    if request.POST.get("back") == "attention":
        return redirect("dashboard")
    return redirect("dashboard_order", row.order_id)


@require_POST
@role_required(*SELLER_ROLES)
def void(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Void the label: the customer sends the parcel without."""
    row = void_label(_row(request, pk), actor=request.user)
    messages.success(request, say("The label is voided. The tracking page does not show it now."))
    return redirect("dashboard_order", row.order_id)


def _row(request: SignedInRequest, pk: UUID) -> Return:
    return get_object_or_404(Return.objects.visible_to(request.viewer), pk=pk)
