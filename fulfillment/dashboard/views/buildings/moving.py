"""A shipment that nobody picks yet leaves another warehouse."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Shipment, Warehouse
from orders.words import say
from warehouse.stock.moving import send_from

LONGEST_SEEN = 64


class MoveForm(forms.Form):
    """To which warehouse, why, and what the page had shown."""

    warehouse = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)
    seen = forms.CharField(required=False, max_length=LONGEST_SEEN)


@require_POST
@role_required(*SELLER_ROLES)
def move(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Reserve the units of a shipment in another warehouse instead."""
    row = get_object_or_404(Shipment.objects.visible_to(request.viewer), pk=pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise DomainError(
            say("Open the order of {shipment} again, and choose a warehouse there.", shipment=row)
        )
    given = form.cleaned_data
    places = Warehouse.objects.visible_to(request.viewer).distinct()
    goal = get_object_or_404(places, pk=given["warehouse"])
    send_from(row, goal, actor=request.user, reason=given["reason"], seen=given["seen"])
    done = say("Shipment {shipment} leaves {warehouse}.", shipment=row, warehouse=goal)
    messages.success(request, done)
    return redirect("dashboard_order", row.order_id)
