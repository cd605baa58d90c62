"""A repair of a returned unit: what the seller says of it, and what the customer reads."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Repair
from orders.returns.repairing import LONGEST, decide_repair
from orders.states import RepairStatus
from orders.words import say

REFUSED = 409


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def repair(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what is to be repaired; say what became of it."""
    row, refusal = _row(request, pk), ""
    words = request.POST.get("words", "")
    if request.method == "POST":
        try:
            decision = request.POST.get("decision", "")
            decide_repair(row, decision, words=words, actor=request.user)
        except DomainError as error:
            row, refusal = _row(request, pk), str(error)
        else:
            messages.success(request, say("Decided."))
            return redirect("dashboard_order", row.order_id)
    context = {
        "row": row,
        "refusal": refusal,
        "words": words,
        "longest": LONGEST,
        "is_open": row.status == RepairStatus.WAITING,
    }
    status = REFUSED if refusal else 200
    return render(request, "dashboard/repair.html", context, status=status)


def _row(request: SignedInRequest, pk: UUID) -> Repair:
    rows = Repair.objects.visible_to(request.viewer)
    rows = rows.select_related("order", "order_return", "return_line__line", "sent_as")
    return get_object_or_404(rows, pk=pk)
