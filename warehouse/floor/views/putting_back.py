"""The screen of a cancelled walk: what goes back where, and the tote that is empty then."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from orders.access import role_required
from warehouse.floor.putting_back import empty_tote
from warehouse.floor.walks import stops_to_put_back
from warehouse.models import PickList
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import EVERYBODY, FloorRequest, apply, at_workplace, done, screen


@role_required(*EVERYBODY)
@at_workplace
def put_back_walk(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Show what goes back where; a POST says that all of it is done."""
    rows = PickList.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    walk = get_object_or_404(rows.select_related("shipment__order", "tote"), pk=pk)
    if request.method != "POST":
        return show_walk(request, walk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _empty(request, walk))
    if outcome.is_refused:
        return show_walk(request, walk, outcome)
    return done(request, outcome, "warehouse_home")


def show_walk(
    request: FloorRequest, walk: PickList, outcome: ScanResult | None = None
) -> HttpResponse:
    """Render a walk that was cancelled with units in its tote."""
    context = {"walk": walk, "stops": stops_to_put_back(walk)}
    return screen(request, "warehouse/put_back.html", context, outcome)


def _empty(request: FloorRequest, walk: PickList) -> str:
    return f"Tote {empty_tote(walk, actor=request.user).tote} is empty."
