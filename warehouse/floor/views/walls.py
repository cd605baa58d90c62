"""The lead's page of put walls: how full they are, new ones, and for which orders they are."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.words import say
from warehouse.floor.forms import OfferForm, WallForm, WallRuleForm
from warehouse.floor.walls.rows import add_wall, change_wall, free_of, retire_wall
from warehouse.models import PutWall
from warehouse.models.walls import MOST_CELLS, MOST_UNITS
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen

LONGEST_LIST = 50


@role_required(Role.LEAD)
@at_workplace
def walls(request: FloorRequest) -> HttpResponse:
    """List the put walls; a POST adds one."""
    if request.method != "POST":
        return _list(request)

    def act(sent: Sent) -> str:
        wall = add_wall(request.warehouse, code=sent["code"], cells=sent["cells"])
        told = "Added: put wall {wall} with cells {wall}-1 to {wall}-{cells}."
        return say(told, wall=wall, cells=wall.cells)

    outcome = apply(request, form := WallForm(request.POST), act)
    if outcome.is_refused:
        return _list(request, outcome, form)
    return done(request, outcome, "warehouse_walls")


@require_POST
@role_required(Role.LEAD)
@at_workplace
def change(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Say which orders a wall gets, and how a put is confirmed."""
    wall = _wall(request, pk)

    def act(sent: Sent) -> str:
        changes = {"most_units": sent["most_units"], "scans_cells": sent["scans_cells"]}
        change_wall(wall, **changes)
        return say("Put wall {wall} is changed.", wall=wall)

    return _press(request, WallRuleForm(request.POST), act)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def retire(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Begin no batch walks for a wall any more, or again, as the button said."""
    wall = _wall(request, pk)

    def act(sent: Sent) -> str:
        retire_wall(wall, None if sent["offered"] else timezone.now())
        told = "Batch walks to put wall {wall} are off."
        if sent["offered"]:
            told = "Batch walks to put wall {wall} are on."
        return say(told, wall=wall)

    return _press(request, OfferForm(request.POST), act)


def _wall(request: FloorRequest, pk: UUID) -> PutWall:
    here = PutWall.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return get_object_or_404(here, pk=pk)


def _press(request: FloorRequest, form: FloorForm, act: Callable[[Sent], str]) -> HttpResponse:
    outcome = apply(request, form, act)
    if outcome.is_refused:
        return _list(request, outcome)
    return done(request, outcome, "warehouse_walls")


def _list(
    request: FloorRequest, outcome: ScanResult | None = None, form: WallForm | None = None
) -> HttpResponse:
    here = PutWall.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    rows = list(here.order_by("retired_at", "code")[:LONGEST_LIST])
    free = free_of(rows)
    for row in rows:
        row.free = free.get(row.pk, 0)  # type: ignore[attr-defined]
    context = {"walls": rows, "form": form, "most": MOST_CELLS, "most_units": MOST_UNITS}
    return screen(request, "warehouse/walls.html", context, outcome)
