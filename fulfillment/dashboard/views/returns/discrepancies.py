"""A discrepancy of a return: what was found, and what the seller decides about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.queries.orders.returned import expired_before
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Discrepancy, ReturnLine
from orders.returns.discrepancies import (
    choices_of,
    claiming,
    decide_discrepancy,
    is_refunded,
    is_waived,
    lacks_exchanged,
    of_refund,
    settle_credit,
    sold_return,
    why_not_taken_in,
)
from orders.states import DiscrepancyStatus, ReturnStatus
from orders.words import say

REFUSED = 409
Decision = Discrepancy.Decision
# What follows from each choice, as the seller reads it beside the button.
FOLLOWS = {
    Decision.ACCEPT: "It is inspected like the rest, and counts as returned.",
    Decision.KEEP: "The warehouse puts it into your stock. Nothing counts as returned.",
    Decision.SEND_BACK: "The warehouse sends it back to the customer.",
    Decision.DISCARD: "The warehouse discards it. Nothing counts as returned.",
    Decision.CREDIT: "You refund it in the shop, and tick it off here: we move no money.",
    Decision.NO_CREDIT: "Nothing is refunded for it.",
    Decision.FREE: "Nothing is refunded, and the customer pays nothing for the exchange.",
    Decision.SOLD: "Nothing is refunded, and the customer keeps the exchange as a purchase. "
    "We charge nobody: settle its price with the customer yourself.",
    Decision.EXCHANGED: "It is inspected like the rest, and the customer keeps the exchange for "
    "it. If you have charged for that, give the money back in the shop: we move none.",
}
# The same where an order was sent in exchange for it before it came.
FOLLOWS_AHEAD = {
    **FOLLOWS,
    Decision.CREDIT: "You refund what was paid for it in the shop, and tick it off here. "
    "The customer keeps the exchange as a purchase: settle its price with the customer yourself.",
    Decision.SEND_BACK: "The warehouse sends it back to the customer, who keeps the exchange "
    "as a purchase: settle its price with the customer yourself.",
}
# And where that was closed as sold, and it came later in another parcel.
FOLLOWS_SOLD = {
    **FOLLOWS,
    Decision.ACCEPT: "It is inspected like the rest, counts as another unit of the order, and is "
    "refunded. Nothing changes for the exchange.",
    Decision.SEND_BACK: "The warehouse sends it back to the customer. "
    "Nothing changes for the exchange.",
}
SELLS = (Decision.SOLD, Decision.CREDIT, Decision.SEND_BACK)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def discrepancy(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show what was found; decide about it."""
    row, refusal = _row(request, pk), ""
    if request.method == "POST":
        try:
            decide_discrepancy(row, request.POST.get("decision", ""), actor=request.user)
        except DomainError as error:
            row, refusal = _row(request, pk), str(error)
        else:
            messages.success(request, say("Decided."))
            return redirect("dashboard_discrepancy", pk)
    is_open = row.status == DiscrepancyStatus.OPEN
    choices = choices_of(row) if is_open else []
    hindrance = why_not_taken_in(row) if is_open else ""
    exchanged = _exchanged(row)
    context = {
        "row": row,
        "refusal": refusal,
        "hindrance": "" if hindrance == refusal else hindrance,
        "other": claiming(row) if hindrance else None,
        "requested": ReturnStatus.REQUESTED,
        "said": _said(request, row),
        "expired": expired_before(row) if row.kind == Discrepancy.Kind.UNANNOUNCED else None,
        "is_refunded": is_refunded(row),
        "is_waived": is_waived(row),
        **exchanged,
        "choices": [(one, one.label, exchanged["follows"][one]) for one in choices],
        "refund": of_refund([row.order_return_id]).first(),
        "is_to_refund": row.decision == Decision.CREDIT and row.status == DiscrepancyStatus.DECIDED,
    }
    status = REFUSED if refusal else 200
    return render(request, "dashboard/discrepancy.html", context, status=status)


@require_POST
@role_required(*SELLER_ROLES)
def settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tick off a refund that was paid in the shop."""
    settle_credit(_row(request, pk), actor=request.user)
    messages.success(request, say("Refund ticked off."))
    return redirect("dashboard")


def _exchanged(row: Discrepancy) -> dict[str, Any]:
    """The order sent in exchange for such units, and whether it stays with the customer as sold."""
    if sold := sold_return(row):
        return {"exchange": sold.exchange, "sold": sold, "follows": FOLLOWS_SOLD}
    if row.order_return and lacks_exchanged(row):
        is_sold = row.decision in SELLS
        exchange = row.order_return.exchange
        return {"exchange": exchange, "is_sold": is_sold, "follows": FOLLOWS_AHEAD}
    return {"follows": FOLLOWS}


def _said(request: SignedInRequest, row: Discrepancy) -> str:
    """The condition in which it is by its customer, where the worker found it used or damaged."""
    if row.kind != Discrepancy.Kind.WORN:
        return ""
    parts = ReturnLine.objects.visible_to(request.viewer)
    part = parts.filter(order_return=row.order_return_id, line=row.line_id).first()
    return part.condition_said if part else ""


def _row(request: SignedInRequest, pk: UUID) -> Discrepancy:
    rows = Discrepancy.objects.visible_to(request.viewer)
    rows = rows.select_related("order", "order_return", "line", "product", "decided_by")
    return get_object_or_404(rows, pk=pk)
