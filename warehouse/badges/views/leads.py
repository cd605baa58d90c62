"""The lead's screen of people and devices: issue badges, give PINs, unlock, enrol, revoke."""

import base64
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from orders.access import WAREHOUSE_ROLES, Role, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.models import User
from orders.words import say
from warehouse.badges.badges import give_pin, issue_badge, unlock_badge, withdraw_badge
from warehouse.badges.devices import enrol_device, revoke_device
from warehouse.badges.forms import DeviceForm, SureForm
from warehouse.badges.seats import by_password, remember_device
from warehouse.documents.rendering import code_128
from warehouse.models import Badge, Device
from warehouse.scanning.screens import FloorRequest, at_workplace

MOST_SHOWN = 200


@require_safe
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def badges(request: FloorRequest) -> HttpResponse:
    """Show who works here with the state of each badge, and the devices."""
    return _page(request)


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def issue(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Issue a badge; only this response shows its barcode and the PIN."""
    user = get_object_or_404(_workers(request), pk=pk)
    if not SureForm(request.POST).is_valid():
        return _page(request, status=422)
    badge, code, pin = issue_badge(user, warehouse=request.warehouse, actor=request.user)
    svg = base64.b64encode(code_128(code)["svg"].encode()).decode()
    context = {"badge": badge, "code": code, "pin": pin, "barcode": svg}
    return render(request, "warehouse/badge_issued.html", context, status=201)


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def new_pin(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Give another PIN; only this response shows it."""
    found = get_object_or_404(_badges(request), user__pk=pk)
    if not SureForm(request.POST).is_valid():
        return _page(request, status=422)
    badge, pin = give_pin(found, actor=request.user)
    context = {"badge": badge, "pin": pin}
    return render(request, "warehouse/badge_issued.html", context, status=201)


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def unlock(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Unlock the badge of a person who has proved who they are."""
    badge = unlock_badge(get_object_or_404(_badges(request), user__pk=pk), actor=request.user)
    messages.success(request, say("{name} may try again.", name=badge.user))
    return redirect("warehouse_badges")


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def withdraw(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Withdraw a badge."""
    badge = withdraw_badge(get_object_or_404(_badges(request), user__pk=pk), actor=request.user)
    messages.success(request, say("The badge of {name} no longer works.", name=badge.user))
    return redirect("warehouse_badges")


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def enrol(request: FloorRequest) -> HttpResponse:
    """Enrol the device on which this is pressed; the lead is signed out of it."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    name = form.cleaned_data["name"]
    _, token = enrol_device(request.warehouse, name=name, actor=request.user)
    logout(request)  # the next person has this device in hand
    response = redirect("warehouse_badge")
    remember_device(response, token)
    return response


@require_POST
@role_required(Role.LEAD)
@at_workplace
@by_password
@fresh_sign_in_required
def revoke(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Revoke a device, as one that was lost."""
    devices = Device.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    device = revoke_device(get_object_or_404(devices, pk=pk), actor=request.user)
    messages.success(request, say("{device} takes no badges any more.", device=device))
    return redirect("warehouse_badges")


def _workers(request: FloorRequest) -> QuerySet[User]:
    """Who has a role on the floor of this warehouse."""
    here = User.objects.visible_to(request.viewer).filter(
        is_active=True, members__warehouse=request.warehouse, members__role__in=WAREHOUSE_ROLES
    )
    return here.distinct()


def _badges(request: FloorRequest) -> QuerySet[Badge]:
    mine = Badge.objects.visible_to(request.viewer).select_related("user")
    return mine.filter(user__in=_workers(request)).distinct()


def _page(request: FloorRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    devices = Device.objects.visible_to(request.viewer).filter(
        warehouse=request.warehouse, revoked_at__isnull=True
    )
    workers = _workers(request).select_related("badge")
    context |= {
        "workers": workers.prefetch_related("badge__devices__device").order_by("name")[:MOST_SHOWN],
        "devices": devices.select_related("worker").order_by("name")[:MOST_SHOWN],
    }
    return render(request, "warehouse/badges.html", context, status=status)
