"""What customers report or call off: the problem, its photos, and the seller's answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.catalogue.views import HEADERS
from orders.errors import DomainError
from orders.models import Order, Problem, ProblemPhoto
from orders.problems.answering import REASONS, answer_problem, settle_refund
from orders.wishes.called_off import settle_call_off
from orders.words import say

INVALID = 422


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def problem(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Show the report; answer it."""
    found = _problem(request, pk)
    refusal = ""
    if request.method == "POST":
        answer, words = request.POST.get("answer", ""), request.POST.get("words", "")
        try:
            answer_problem(found, answer, words=words, actor=request.user)
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, say("Answered: the customer sees it on the tracking page."))
            return redirect("dashboard_problem", pk)
    context = {
        "problem": _problem(request, pk),
        "refusal": refusal,
        "can_come_back": found.kind in REASONS,
        "words": request.POST.get("words", ""),
        "photos": found.photos.only("pk", "width", "height").order_by("pk"),
        "most": Problem.LONGEST,
    }
    status = INVALID if refusal else 200
    return render(request, "dashboard/problem.html", context, status=status)


@require_POST
@role_required(*SELLER_ROLES)
def settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tick off a refund that was paid in the shop."""
    settle_refund(_problem(request, pk), actor=request.user)
    messages.success(request, say("Refund ticked off."))
    return redirect("dashboard")


@require_POST
@role_required(*SELLER_ROLES)
def settle_cancellation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tick off an order that its customer called off."""
    row = get_object_or_404(Order.objects.visible_to(request.viewer), pk=pk)
    settle_call_off(row, actor=request.user)
    messages.success(request, say("Order {row} ticked off.", row=row))
    return redirect("dashboard")


@require_safe
@role_required(*SELLER_ROLES)
def photo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A photo of a report, for its seller only."""
    row = get_object_or_404(ProblemPhoto.objects.visible_to(request.viewer), pk=pk)
    return HttpResponse(bytes(row.image), content_type="image/webp", headers=HEADERS)


def _problem(request: SignedInRequest, pk: UUID) -> Problem:
    rows = Problem.objects.visible_to(request.viewer)
    rows = rows.select_related("order", "line", "package", "answered_by", "replacement")
    return get_object_or_404(rows, pk=pk)
