"""Saved views of the order list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from fulfillment.dashboard.list_forms import ViewForm
from fulfillment.dashboard.queries.orders.views import views_of
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.decisions.views import save_view
from orders.errors import DomainError
from orders.models import Seller
from orders.words import say


@require_POST
@role_required(*SELLER_ROLES)
def save(request: SignedInRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        return _refused(request, form, status=422)
    seller = get_object_or_404(Seller.objects.visible_to(request.viewer).order_by("pk")[:1])
    query = form.cleaned_data["query"]
    try:
        save_view(
            seller,
            name=form.cleaned_data["name"],
            query=query,
            is_shared=form.cleaned_data["is_shared"],
            actor=request.user,
        )
    except DomainError as refused:
        form.add_error("name", str(refused))
        return _refused(request, form, status=409)
    return redirect(_list(query))


@require_POST
@role_required(*SELLER_ROLES)
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a view: one's own, or a shared one."""
    row = get_object_or_404(views_of(request.viewer), pk=pk)
    if not request.POST.get("sure"):
        return redirect(_list(row.query))
    row.delete()
    messages.success(request, say("The view {row} is deleted. Its orders stay.", row=row))
    return redirect("dashboard_orders")


def _refused(request: SignedInRequest, form: ViewForm, *, status: int) -> HttpResponse:
    """Ask for the name again, on a page of its own; what was typed stands in it."""
    context = {"form": form, "back": _list(form.data.get("query", ""))}
    return render(request, "dashboard/view.html", context, status=status)


def _list(query: str) -> str:
    address = reverse("dashboard_orders")
    return f"{address}?{query}" if query else address
