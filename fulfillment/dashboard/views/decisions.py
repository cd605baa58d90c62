"""Decisions about an order that reach over many rows: undo of a cancellation, split, one box."""

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.dashboard.edit_forms import OUTDATED, decide, split_form
from orders.access import SELLER_ROLES, role_required
from orders.accounts.requests import SignedInRequest
from orders.decisions.merge import (
    MOST,
    companions,
    open_shipment,
    others_to_address,
    send_apart,
    send_together,
    why_not_merged,
)
from orders.decisions.split import contents, join_shipment, split_shipment
from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError
from orders.lifecycle.changes import LONGEST_REASON
from orders.models import Order, Shipment
from orders.words import say


class UndoForm(forms.Form):
    """Which cancellation to undo, and why."""

    cancellation = forms.UUIDField()
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)


class TogetherForm(forms.Form):
    """Which orders go out in one box with another one, and why."""

    order = forms.TypedMultipleChoiceField(coerce=UUID)
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)

    def __init__(self, given: QueryDict) -> None:
        super().__init__(given)
        known = given.getlist("order")[:MOST]
        field = cast(forms.TypedMultipleChoiceField, self.fields["order"])
        field.choices = [(pk, pk) for pk in known]


@require_POST
@role_required(*SELLER_ROLES)
def uncancel(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Undo the cancellation that the page had shown."""
    row = _order(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise DomainError(say("Open order {row} again, and choose what to undo there.", row=row))
    undo_cancellation(
        row,
        cancellation=form.cleaned_data["cancellation"],
        actor=request.user,
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, say("The cancellation of order {row} is undone.", row=row))
    return redirect("dashboard_order", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def split(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send units of a shipment apart; what is refused is shown on a page of its own."""
    shipment = _shipment(request, pk)
    form = split_form(shipment, request.POST)

    def act() -> None:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        split_shipment(shipment, form.units(), actor=request.user, reason=reason, seen=seen)

    if status := decide(form, act):
        seen = contents(shipment) if status == OUTDATED else request.POST.get("seen", "")
        context = {"shipment": shipment, "order": shipment.order, "form": form, "seen": seen}
        return render(request, "dashboard/split.html", context, status=status)
    messages.success(
        request, say("These units of shipment {shipment} leave apart.", shipment=shipment)
    )
    return redirect("dashboard_order", shipment.order_id)


@require_POST
@role_required(*SELLER_ROLES)
def join(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a shipment into another of its order that nobody picks yet."""
    shipment = _shipment(request, pk)
    target = join_shipment(shipment, actor=request.user)
    messages.success(
        request,
        say("Shipment {shipment} is now part of {target}.", shipment=shipment, target=target),
    )
    return redirect("dashboard_order", shipment.order_id)


@require_http_methods(["GET", "POST"])
@role_required(*SELLER_ROLES)
def together(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say what happens when open orders of one receiver go out in one box; a POST does it."""
    row = _order(request, pk)
    others = others_to_address(row)
    if request.method != "POST":
        shipment = open_shipment(row.shipments.all())
        dates = [order.ship_by for order in (row, *others)]
        context = {
            "order": row,
            "others": others,
            "refusal": "" if others else why_not_merged(row, list(row.shipments.all())),
            "ship_by": min(dates),
            "mine": companions([shipment]).get(shipment.pk, []) if shipment else [],
        }
        return render(request, "dashboard/together.html", context)
    form = TogetherForm(request.POST)
    if not form.is_valid():
        raise DomainError(say("Choose the orders that go out in one box with {row}.", row=row))
    orders = Order.objects.visible_to(request.viewer).filter(pk__in=form.cleaned_data["order"])
    chosen = list(orders.exclude(pk=row.pk).order_by("number", "pk"))
    send_together([row, *chosen], actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(
        request,
        say(
            "Order {row} goes out in one box with {names}.",
            row=row,
            names=", ".join(map(str, chosen)),
        ),
    )
    return redirect("dashboard_order", row.pk)


@require_POST
@role_required(*SELLER_ROLES)
def apart(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Send a shipment in a box of its own again."""
    shipment = send_apart(_shipment(request, pk), actor=request.user)
    messages.success(
        request, say("Shipment {shipment} goes out in a box of its own.", shipment=shipment)
    )
    return redirect("dashboard_order", shipment.order_id)


def _shipment(request: SignedInRequest, pk: UUID) -> Shipment:
    rows = Shipment.objects.visible_to(request.viewer).select_related("order")
    return get_object_or_404(rows.prefetch_related("lines__line__product"), pk=pk)


def _order(request: SignedInRequest, pk: UUID) -> Order:
    orders = Order.objects.visible_to(request.viewer)
    return get_object_or_404(orders.select_related("seller__warehouse", "channel"), pk=pk)
