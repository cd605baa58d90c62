"""The lead's page of waves: what waits for one, a wave to release, and the last ones."""

from datetime import datetime, time

from django.http import HttpResponse
from django.utils import timezone

from orders.access import Role, role_required
from orders.carriers import carrier_of
from orders.models import Shipment
from orders.words import say_count
from warehouse.floor.forms import WaveForm
from warehouse.floor.leading.waves import (
    MOST_IN_A_WAVE,
    by_deadline,
    carriers_of,
    for_wave,
    latest_waves,
    release_wave,
)
from warehouse.models import Wave
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen


@role_required(Role.LEAD)
@at_workplace
def waves(request: FloorRequest) -> HttpResponse:
    """Show what waits for a wave; a POST releases one."""
    if request.method != "POST":
        return _show(request)
    outcome = apply(request, form := WaveForm(request.POST), lambda sent: _release(request, sent))
    if outcome.is_refused:
        return _show(request, outcome, form)
    return done(request, outcome, "warehouse_waves")


def _release(request: FloorRequest, sent: Sent) -> str:
    end_of_day = datetime.combine(sent["until"], time.max, timezone.get_current_timezone())
    wave = release_wave(
        request.warehouse,
        until=end_of_day,
        carrier=sent["carrier"],
        most=sent["most"] or MOST_IN_A_WAVE,
        actor=request.user,
    )
    return say_count(
        wave.shipments,
        "Released: {n} shipment to pick.",
        "Released: {n} shipments to pick.",
        n=wave.shipments,
    )


def _show(
    request: FloorRequest, outcome: ScanResult | None = None, form: WaveForm | None = None
) -> HttpResponse:
    waiting = for_wave(request.warehouse) & Shipment.objects.visible_to(request.viewer)
    deadlines = by_deadline(waiting)
    context = {
        "form": form,
        "number": sum(number for _, number in deadlines),
        "deadlines": deadlines,
        "until": timezone.localdate(deadlines[0][0]) if deadlines else "",
        "carriers": [(code, carrier_of(code).name) for code in carriers_of(waiting)],
        "waves": latest_waves(
            Wave.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
        ),
        "most": MOST_IN_A_WAVE,
    }
    return screen(request, "warehouse/waves.html", context, outcome)
