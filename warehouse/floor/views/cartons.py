"""The page of a lead with the boxes in which the warehouse packs."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.words import say
from warehouse.floor.cartons import close_carton, save_carton
from warehouse.floor.forms import CartonForm, OfferForm
from warehouse.models import Carton
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen


@role_required(Role.LEAD)
@at_workplace
def cartons(request: FloorRequest) -> HttpResponse:
    """List the boxes; a POST adds one, or changes that with the same code."""
    if request.method != "POST":
        return _list(request)

    def act(sent: Sent) -> str:
        carton = save_carton(
            request.warehouse,
            code=sent["code"],
            name=sent["name"],
            grams=sent["grams"],
            varies_grams=sent["varies_grams"] or 0,
        )
        return say("Saved: {carton}, {grams} g.", carton=carton, grams=carton.grams)

    outcome = apply(request, form := CartonForm(request.POST), act)
    if outcome.is_refused:
        return _list(request, outcome, form)
    return done(request, outcome, "warehouse_cartons")


@require_POST
@role_required(Role.LEAD)
@at_workplace
def close(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Offer a box no longer, or again, as the button said."""
    carton = get_object_or_404(_cartons(request), pk=pk)

    def act(sent: Sent) -> str:
        if carton.closed_at is None or sent["offered"]:
            close_carton(carton, None if sent["offered"] else timezone.now())
        told = "{carton} is offered." if sent["offered"] else "{carton} is offered no longer."
        return say(told, carton=carton)

    outcome = apply(request, OfferForm(request.POST), act)
    if outcome.is_refused:
        return _list(request, outcome)
    return done(request, outcome, "warehouse_cartons")


def _cartons(request: FloorRequest) -> "QuerySet[Carton]":
    return Carton.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)


def _list(
    request: FloorRequest, outcome: ScanResult | None = None, form: CartonForm | None = None
) -> HttpResponse:
    rows = _cartons(request).order_by("closed_at", "grams", "code")
    return screen(request, "warehouse/cartons.html", {"cartons": rows, "form": form}, outcome)
