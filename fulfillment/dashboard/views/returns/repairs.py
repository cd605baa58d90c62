"""A repair of a returned unit: what the seller says of it, and what the customer reads."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Refund, Repair
from orders.returns.repairing import LONGEST, decide_repair
from orders.states import REPAIR_TO_SEND, RefundStatus, RepairStatus, ReturnStatus
from orders.words import say

REFUSED = 409
LONGEST_NUMBER = 10


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def repair(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what is to be repaired; say what became of it."""
    row, refusal = _row(request, pk), ""
    words = request.POST.get("words", "")
    if request.method == "POST":
        try:
            decision = request.POST.get("decision", "")
            units = _whole(request.POST.get("units", ""))
            decide_repair(row, decision, words=words, units=units, actor=request.user)
        except DomainError as error:
            row, refusal = _row(request, pk), str(error)
        else:
            messages.success(request, say("Decided."))
            if row.status in REPAIR_TO_SEND and not _is_listed(request, row):
                told = say("No refund is listed for it: whatever is due, settle it in the shop.")
                messages.warning(request, told)
            return redirect("dashboard_order", row.order_id)
    context = {
        "row": row,
        "refusal": refusal,
        "words": words,
        "units": request.POST.get("units", row.quantity),
        "longest": LONGEST,
        "is_open": row.status == RepairStatus.WAITING,
        "may_end": row.status in REPAIR_TO_SEND,
    }
    status = REFUSED if refusal else 200
    return render(request, "dashboard/repair.html", context, status=status)


def _whole(text: str) -> int | None:
    """The units that were entered; None for all of them, 0 for what is no number."""
    if not text.strip():
        return None
    return int(text) if text.strip().isdecimal() and len(text) < LONGEST_NUMBER else 0


def _is_listed(request: SignedInRequest, row: Repair) -> bool:
    """Whether its refund is, or will be: none of what was undelivered, or once it is ticked off."""
    rows = Refund.objects.visible_to(request.viewer).filter(order_return=row.order_return_id)
    is_owed = rows.filter(status=RefundStatus.OWED).exists()
    return row.order_return.status != ReturnStatus.CLOSED or is_owed


def _row(request: SignedInRequest, pk: UUID) -> Repair:
    rows = Repair.objects.visible_to(request.viewer)
    rows = rows.select_related("order", "order_return", "return_line__line", "sent_as")
    return get_object_or_404(rows, pk=pk)
