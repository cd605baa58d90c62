"""The lead's screens of lots: what is kept from orders, and one lot with the orders that got it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orders.access import Role, role_required
from orders.words import say, say_count
from warehouse.lots.forms import LotForm, LotSearch, PlaceForm
from warehouse.lots.keeping import block_lot, block_place, correct_date, release_lot, release_place
from warehouse.lots.queries import kept_or_soon, lots_in, places_with, shipments_with, why_kept
from warehouse.models import Location
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen

LONGEST_LIST = 50


@require_safe
@role_required(Role.LEAD)
@at_workplace
def lots(request: FloorRequest) -> HttpResponse:
    """List the lots that no order gets, or soon none; or those with a code."""
    form = LotSearch(request.GET)
    code = form.cleaned_data["lot"].strip() if form.is_valid() else ""
    today = timezone.localdate()
    rows = lots_in(request.viewer, request.warehouse)
    found = rows.filter(code__iexact=code).order_by("product__sku") if code else None
    shown = list((kept_or_soon(rows, today) if found is None else found)[:LONGEST_LIST])
    for lot in shown:
        lot.why = why_kept(lot, today)
    return screen(request, "warehouse/lots.html", {"lots": shown, "code": code})


@role_required(Role.LEAD)
@at_workplace
def lot(request: FloorRequest, pk: UUID) -> HttpResponse:
    """One lot: where it lies and which orders got it; block it, release it, correct its date."""
    row = get_object_or_404(lots_in(request.viewer, request.warehouse), pk=pk)
    if request.method != "POST":
        return _show(request, row)
    outcome = apply(request, LotForm(request.POST), lambda sent: _change(request, row, sent))
    if outcome.is_refused:
        return _show(request, row, outcome)
    return done(request, outcome, "warehouse_lot", row.pk)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def block(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Keep what lies at a location from orders, or let them have it again."""
    here = Location.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    place = get_object_or_404(here, pk=pk)

    def act(sent: Sent) -> str:
        if sent["blocked"]:
            block_place(place, note=sent["note"], actor=request.user)
            return say("{place} is blocked: no order gets what lies there.", place=place)
        release_place(place)
        return say("{place} is released: orders get what is good there.", place=place)

    outcome = apply(request, PlaceForm(request.POST), act)
    if outcome.is_refused:
        context = {"place": place, "note": request.POST.get("note", "")}
        return screen(request, "warehouse/block_refused.html", context, outcome)
    return done(request, outcome, "warehouse_location", place.pk)


def _change(request: FloorRequest, row: Any, sent: Sent) -> str:
    given = {"note": sent["note"], "actor": request.user}
    if sent["act"] == "block":
        block_lot(row, **given)
        got = shipments_with(request.viewer, row.product_id, row.code).filter(is_here=True)
        if (here := got.count()) == 0:
            return say("Lot {lot} is blocked: no order gets it.", lot=row)
        return say_count(
            here,
            "Lot {lot} is blocked: no order gets more of it. "
            "It is in {n} shipment that has not left.",
            "Lot {lot} is blocked: no order gets more of it. "
            "It is in {n} shipments that have not left.",
            lot=row,
            n=here,
        )
    if sent["act"] == "release":
        release_lot(row, **given)
        return say("Lot {lot} is released.", lot=row)
    correct_date(row, sent["expires_on"], **given)
    return say("The date of lot {lot} is corrected.", lot=row)


def _show(request: FloorRequest, row: Any, outcome: ScanResult | None = None) -> HttpResponse:
    got = shipments_with(request.viewer, row.product_id, row.code)
    context = {
        "lot": row,
        "why": why_kept(row, timezone.localdate()),
        "places": places_with(row, request.warehouse)[:LONGEST_LIST],
        "got": got[:LONGEST_LIST],
        "number": got.count(),
        "here": got.filter(is_here=True).count(),
        "most": LONGEST_LIST,
        "typed": request.POST if outcome else {},
    }
    return screen(request, "warehouse/lot.html", context, outcome)
