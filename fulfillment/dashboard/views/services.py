"""Services: listed, added, changed, ordered, switched, deleted, and tried with an address."""

from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fulfillment.dashboard.edit_forms import CONFLICT, INVALID
from fulfillment.dashboard.queries.services import shown_services, tried_address
from fulfillment.dashboard.service_forms import Destinations, ServiceForm, TryForm, rows_of
from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError, InvalidInput
from orders.models import Seller, Service
from orders.services.editing import (
    add_service,
    adopt_services,
    change_service,
    delete_service,
    shift_service,
    switch_service,
)
from orders.services.reach import Place, Size
from orders.words import say

MOST_LISTED = 200  # sellers
MORNING = time(9)
Form = ServiceForm
Rows = Any  # a formset


@require_safe
@role_required(Role.OWNER)
def services(request: SignedInRequest) -> HttpResponse:
    """List the services of the seller, in the order in which they are asked."""
    sellers = Seller.objects.visible_to(request.viewer).select_related("warehouse")
    shown = shown_services(request.viewer, sellers.order_by("name")[:MOST_LISTED])
    return render(request, "dashboard/services/list.html", {"sellers": shown})


@require_POST
@role_required(Role.OWNER)
def adopt(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make a row of the service with which a seller begins, so that it can be changed."""
    for first in adopt_services(_seller(request, pk))[:1]:
        return redirect("dashboard_edit_service", first.pk)
    return redirect("dashboard_services")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def new(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Add a service of a seller."""
    return _edited(request, _seller(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a service."""
    service = _service(request, pk)
    return _edited(request, service.seller, service)


@require_POST
@role_required(Role.OWNER)
def shift(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Move a service up or down by one."""
    steps = -1 if request.POST.get("to") == "up" else 1
    shift_service(_service(request, pk), steps=steps, actor=request.user)
    return redirect("dashboard_services")


@require_POST
@role_required(Role.OWNER)
def switch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Switch a service on or off."""
    is_active = request.POST.get("to") == "on"
    service = switch_service(_service(request, pk), is_active=is_active, actor=request.user)
    told = "The service “{name}” is on." if service.is_active else "The service “{name}” is off."
    messages.success(request, say(told, name=service))
    return redirect("dashboard_services")


@require_POST
@role_required(Role.OWNER)
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a service."""
    service = _service(request, pk)
    delete_service(service, actor=request.user)
    messages.success(request, say("The service “{name}” is deleted.", name=service))
    return redirect("dashboard_services")


@require_safe
@role_required(Role.OWNER)
def try_it(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say what an order to an address would be promised, and why."""
    seller = _seller(request, pk)
    form = TryForm(request.GET if request.GET.get("country") is not None else None)
    context: dict[str, Any] = {"seller": seller, "form": form}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        place = Place(given["country"], given["postcode"])
        size = Size(units=given["units"] or 1, grams=given["grams"] or 0)
        moment = _moment(seller, given)
        context["tried"] = tried_address(seller, place, size, moment)
    status = INVALID if form.is_bound and form.errors else 200
    return render(request, "dashboard/services/try.html", context, status=status)


def _moment(seller: Seller, given: dict[str, Any]) -> datetime:
    """When the order comes, at the warehouse: a day without an hour is its morning."""
    zone = ZoneInfo(seller.warehouse.time_zone)
    now = timezone.now().astimezone(zone)
    if given["on"] is None and given["at"] is None:
        return now
    return datetime.combine(given["on"] or now.date(), given["at"] or MORNING, tzinfo=zone)


def _seller(request: SignedInRequest, pk: UUID) -> Seller:
    sellers = Seller.objects.visible_to(request.viewer).select_related("warehouse")
    return get_object_or_404(sellers, pk=pk)


def _service(request: SignedInRequest, pk: UUID) -> Service:
    mine = Service.objects.visible_to(request.viewer).filter(deleted_at__isnull=True)
    return get_object_or_404(mine.select_related("seller__warehouse"), pk=pk)


def _edited(request: SignedInRequest, seller: Seller, service: Service | None) -> HttpResponse:
    if request.method != "POST":
        rows = Destinations(initial=rows_of(service))
        return _page(request, seller, service, ServiceForm(service=service), rows)
    form, rows = ServiceForm(request.POST, service=service), Destinations(request.POST)
    if status := _decided(request, seller, service, form, rows):
        return _page(request, seller, service, form, rows, status)
    name = form.cleaned_data["name"]
    messages.success(
        request,
        say("The service “{name}” is saved, for orders that come or wait from now on.", name=name),
    )
    return redirect("dashboard_services")


def _decided(
    request: SignedInRequest, seller: Seller, service: Service | None, form: Form, rows: Rows
) -> int:
    """Write what the forms say; 0, or the status of the refusal, whose words are in them."""
    if not (form.is_valid() & rows.is_valid()):
        return INVALID
    try:
        if service:
            change_service(service, form.cleaned_data, rows.given(), actor=request.user)
        else:
            add_service(seller, form.cleaned_data, rows.given(), actor=request.user)
    except InvalidInput as error:
        rows.take(error, form)
        return INVALID
    except DomainError as error:
        form.add_error(None, str(error))
        return CONFLICT
    return 0


def _page(
    request: SignedInRequest,
    seller: Seller,
    service: Service | None,
    form: Form,
    rows: Rows,
    status: int = 200,
) -> HttpResponse:
    context = {"seller": seller, "service": service, "form": form, "rows": rows}
    return render(request, "dashboard/services/edit.html", context, status=status)
