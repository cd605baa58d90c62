"""The screen of a tote that was passed on: it waits for somebody of the next zone."""

from typing import Any

from django.http import HttpResponse

from warehouse.floor.zones.choosing import zone_of
from warehouse.floor.zones.passing import passed_walks
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, screen


def show_passed(
    request: FloorRequest, walk: Any, lines: list[Any], outcome: ScanResult | None
) -> HttpResponse:
    """Say for which zone the tote of a walk waits, and offer it to who picks there."""
    waiting = passed_walks(request.warehouse, "").filter(pk=walk.pk).first()
    zone = zone_of(request.user, request.warehouse)
    own = passed_walks(request.warehouse, zone).filter(pk=walk.pk, is_held=False)
    context = {
        "walk": walk,
        "lines": lines,
        "next_zone": waiting.next_zone if waiting else "",
        "is_ours": own.exists(),
    }
    return screen(request, "warehouse/pick_passed.html", context, outcome)
