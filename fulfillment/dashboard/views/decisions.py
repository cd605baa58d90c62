"""Decisions about an order that reach over many of its rows: undo of a cancellation."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Order


class UndoForm(forms.Form):
    """Which cancellation to undo, and why."""

    cancellation = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)


@require_POST
@role_required(*SELLER_ROLES)
def uncancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Undo the cancellation that the page had shown."""
    row = _order(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise DomainError(f"Open order {row} again, and choose what to undo there.")
    undo_cancellation(
        row,
        cancellation=form.cleaned_data["cancellation"],
        actor=request.user,
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, f"The cancellation of order {row} is undone.")
    return redirect("dashboard_order", row.pk)


def _order(request: SignedInRequest, pk: UUID) -> Order:
    orders = Order.objects.visible_to(request.viewer)
    return get_object_or_404(orders.select_related("seller__warehouse", "channel"), pk=pk)
