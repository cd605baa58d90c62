"""The list of warehouses from which a seller ships: ordered, paused, left, chosen for returns."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.access import Role, role_required
from orders.accounts.buildings import (
    buildings_of,
    pause_building,
    remove_building,
    shift_building,
    take_returns,
    why_not_removed,
)
from orders.accounts.requests import SignedInRequest
from orders.models import Seller, SellerWarehouse
from orders.words import say

MOST_LISTED = 200  # sellers


@require_safe
@role_required(Role.OWNER)
def buildings(request: SignedInRequest) -> HttpResponse:
    """List the warehouses of each seller, in the order in which they are asked."""
    sellers = Seller.objects.visible_to(request.viewer).order_by("name", "pk")[:MOST_LISTED]
    shown = [(seller, _listed(seller)) for seller in sellers]
    return render(request, "dashboard/buildings.html", {"shown": shown})


@require_POST
@role_required(Role.OWNER)
def shift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move a warehouse up or down by one."""
    steps = -1 if request.POST.get("to") == "up" else 1
    shift_building(_building(request, pk), steps=steps, actor=request.user)
    return redirect("dashboard_buildings")


@require_POST
@role_required(Role.OWNER)
def pause(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give new orders no units from a warehouse, or again."""
    row, is_paused = _building(request, pk), request.POST.get("to") == "off"
    pause_building(row, is_paused=is_paused, actor=request.user)
    told = "{warehouse} gets no new orders." if is_paused else "{warehouse} gets new orders again."
    messages.success(request, say(told, warehouse=row))
    return redirect("dashboard_buildings")


@require_POST
@role_required(Role.OWNER)
def remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a warehouse off the list, where nothing of the seller is left in it."""
    row = _building(request, pk)
    remove_building(row, actor=request.user)
    messages.success(request, say("You no longer ship from {warehouse}.", warehouse=row))
    return redirect("dashboard_buildings")


@require_POST
@role_required(Role.OWNER)
def returns(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let all new returns go to a warehouse, or each back to where it left."""
    row, takes = _building(request, pk), request.POST.get("to") == "on"
    take_returns(row, takes=takes, actor=request.user)
    back = say("New returns go back to the warehouse they left.")
    said = say("New returns go to {warehouse}.", warehouse=row) if takes else back
    messages.success(request, said)
    return redirect("dashboard_buildings")


def _listed(seller: Seller) -> list[tuple[SellerWarehouse, list[str]]]:
    """The warehouses of a seller, and of each what is to be done before it can be left."""
    rows = buildings_of(seller)
    return [(row, why_not_removed(row) if len(rows) > 1 else []) for row in rows]


def _building(request: SignedInRequest, pk: UUID) -> SellerWarehouse:
    rows = SellerWarehouse.objects.visible_to(request.viewer).filter(removed_at__isnull=True)
    return get_object_or_404(rows.select_related("seller", "warehouse"), pk=pk)
