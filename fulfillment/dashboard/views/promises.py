"""Promise KPIs, the orders behind each count, and the form for a new date."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fulfillment.dashboard.forms import PromisesForm, ReviseForm
from fulfillment.dashboard.queries.promise_outcomes import promise_counts, promises_of
from fulfillment.dashboard.queries.timeline import promised_for
from fulfillment.keyset import page_of
from fulfillment.serving.replica import may_lag
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Promise
from orders.promises.revisions import revise_promise
from orders.words import say

TITLES = {
    "kind": "By type",
    "carrier": "By carrier",
    "courier": "By courier",
    "warehouse": "By warehouse",
}
OUTCOME_TITLES = {
    "kept": "Kept",
    "early": "Early",
    "moved": "Rescheduled",
    "broken": "Broken",
    "missed": "Not delivered",
    "withdrawn": "Withdrawn",
}
HEADS = {
    "kind": "Promise",
    "carrier": "Carrier",
    "courier": "Courier",
    "warehouse": "Warehouse",
}
NOTES = {
    "kind": "Dates and delivery windows given to customers.",
    "carrier": "Arrival dates and delivery windows of parcels that have shipped.",
    "courier": "Delivery windows of our own couriers.",
    "warehouse": "Ship-by dates of packed parcels.",
}


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def promises(request: SignedInRequest) -> HttpResponse:
    """Show counts of the promises settled in the last days."""
    days = PromisesForm(request.GET).days()
    found = promise_counts(request.viewer, timezone.now() - timedelta(days=days))
    context = {
        "days": days,
        "choices": PromisesForm.DAYS,
        "groups": [
            (group, TITLES[group], NOTES[group], HEADS[group], rows)
            for group, rows in found.items()
            if rows
        ],
    }
    return render(request, "dashboard/promises.html", context)


@require_safe
@role_required(*SELLER_ROLES)
@may_lag
def promise_orders(request: SignedInRequest) -> HttpResponse:
    """Show the orders behind one count."""
    form = PromisesForm(request.GET)
    wanted = form.number()
    if wanted is None:
        return redirect("dashboard_promises")
    since = timezone.now() - timedelta(days=form.days())
    rows = promises_of(request.viewer, since, **wanted)
    page = page_of(rows, key="-settled_at", cursor=request.GET.get("page", ""))
    context = {
        "page": page,
        "rows": [(promise, promised_for(promise), _label(promise)) for promise in page.rows],
        "days": form.days(),
        "title": OUTCOME_TITLES[wanted["outcome"]],
    }
    return render(request, "dashboard/promise_orders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SELLER_ROLES)
def revise(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move a promise to a new date, with a reason; the customer gets a message."""
    row = get_object_or_404(
        Promise.objects.visible_to(request.viewer).select_related("order"), pk=pk
    )
    form = ReviseForm(request.POST or None, promise=row)
    if request.method == "POST" and form.is_valid():
        try:
            revise_promise(row, actor=request.user, **form.window())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, say("Order {order} has a new date.", order=row.order))
            return redirect("dashboard_order", row.order_id)
    context = {
        "promise": row,
        "promised": promised_for(row),
        "form": form,
        "outcome": _label(row),
        "by_hour": row.kind == Promise.Kind.AT_DOOR,
    }
    status = 422 if form.is_bound else 200
    return render(request, "dashboard/revise_promise.html", context, status=status)


def _label(promise: Promise) -> str:
    return Promise.Outcome(promise.outcome).label
