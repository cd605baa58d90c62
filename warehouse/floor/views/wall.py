"""The screens of the put wall: totes to sort and cells; a tote sorted unit by unit."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.catalogue.pictures import versions
from orders.errors import DomainError, WrongScan
from orders.words import say
from warehouse.floor.forms import PutForm
from warehouse.floor.picking import stands_for
from warehouse.floor.walls.cells import cells_of
from warehouse.floor.walls.sorting import (
    begin_sorting,
    find_put,
    left_in,
    lines_in,
    put_unit,
    report_not_there,
    which_put,
)
from warehouse.models import Location, PickLine
from warehouse.models.floor import in_words
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import batch_in
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import EVERYBODY, FloorRequest, Sent, apply, at_workplace, screen
from warehouse.states import PickListStatus


@role_required(*EVERYBODY)
@at_workplace
def wall(request: FloorRequest) -> HttpResponse:
    """Show the totes that are to be sorted and the cells; a scan of a tote opens it."""
    if request.method != "POST":
        return _wall(request)
    found: list[Location] = []

    def act(sent: Sent) -> str:
        found.append(_tote(request, sent["code"]))
        begin_sorting(found[0], actor=request.user)
        return say("Tote {place}", place=found[0])

    outcome = apply(request, form := ScanForm(request.POST), act)
    if outcome.is_refused:
        return _wall(request, outcome)
    # Sent again, when all of it may be sorted.
    tote = next(iter(found), None) or batch_in(form.cleaned_data["code"], request)
    return redirect("warehouse_sort", tote.pk) if tote else _wall(request, outcome)


@role_required(*EVERYBODY)
@at_workplace
def sort(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Sort a tote; a POST is a scan of a unit, or of the cell into which it was put."""
    tote = get_object_or_404(_totes(request), pk=pk)
    if request.method != "POST":
        return _sort(request, tote)
    form = PutForm(request.POST)
    in_hand: list[PickLine] = []
    outcome = apply(request, form, lambda sent: _scan(request, tote, sent, in_hand))
    if outcome.is_refused:
        # The unit of before is still in the hand, if its order still waits for it.
        line = form.cleaned_data.get("line")
        return _sort(request, tote, outcome, lines_in(tote).filter(pk=line).first())
    if outcome.is_repeated:
        return _sort(request, tote, outcome, _in_hand_again(tote, form.cleaned_data["code"]))
    return _sort(request, tote, outcome, next(iter(in_hand), None))


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def not_there(request: FloorRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Say that units are not in the tote: they are fetched once more."""
    tote = get_object_or_404(_totes(request), pk=pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _miss(request, tote, line_pk))
    return _sort(request, tote, outcome)


def _totes(request: FloorRequest) -> Any:
    here = Location.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return here.filter(kind=Location.Kind.TOTE).select_related("warehouse")


def _tote(request: FloorRequest, code: str) -> Location:
    if tote := batch_in(code, request):
        return tote
    raise WrongScan(code, say("a tote to sort"))


def _scan(request: FloorRequest, tote: Location, sent: Sent, in_hand: list[PickLine]) -> str:
    """What a scan says: the cell of a unit, that it was put there, or both."""
    held = lines_in(tote).filter(pk=sent["line"]).first() if sent["line"] else None
    if sent["line"] and held is None:
        put_unit(_line(request, tote, sent["line"]), actor=request.user)  # says what became of it
    code = sent["code"].strip()
    if held is None:
        return _into_hand(tote, code, request, in_hand)
    cell = held.pick_list.tote
    if code.upper() == cell.code.upper():
        return _put(held, request)
    # A trigger reads a unit twice: one more of its product does not say that this one was put.
    is_same = stands_for(code, held.stock.product)
    if cell.wall.scans_cells or is_same or _is_cell(request, code):
        raise WrongScan(code, in_words(cell))
    put = _put(held, request)
    return f"{put}. {_into_hand(tote, code, request, in_hand)}"


def _in_hand_again(tote: Location, code: str) -> PickLine | None:
    """The unit of a scan whose answer was lost; None where that was the scan of a cell."""
    try:
        return which_put(tote, code)
    except DomainError:
        return None


def _into_hand(tote: Location, code: str, request: FloorRequest, in_hand: list[PickLine]) -> str:
    line = find_put(tote, code, actor=request.user)
    in_hand.append(line)
    told = "{title}: put it into cell {cell}"
    return say(told, title=line.stock.product.title, cell=line.pick_list.tote)


def _put(line: PickLine, request: FloorRequest) -> str:
    put = put_unit(line, actor=request.user)
    cell, order = line.pick_list.tote, line.pick_list.shipment.order
    if put.is_complete:
        return say("Cell {cell} is complete: order {order}", cell=cell, order=order)
    return say("Put into cell {cell}", cell=cell)


def _is_cell(request: FloorRequest, code: str) -> bool:
    here = Location.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return here.filter(wall__isnull=False, code__in={code, code.upper()}).exists()


def _line(request: FloorRequest, tote: Location, pk: UUID) -> PickLine:
    rows = PickLine.objects.visible_to(request.viewer).filter(pick_list__batch_tote=tote)
    rows = rows.select_related(
        "pick_list__shipment", "pick_list__batch_tote", "pick_list__tote",
        "stock__product", "stock__location",
    )  # fmt: skip
    if line := rows.filter(pk=pk).first():
        return line
    raise DomainError(say("Nothing of it is wanted any more: leave it in the tote."))


def _miss(request: FloorRequest, tote: Location, pk: UUID) -> str:
    line = _line(request, tote, pk)
    report_not_there(line, actor=request.user)
    return say(
        "{title} is fetched once more from {location}, into cell {cell}",
        title=line.stock.product.title,
        location=line.stock.location,
        cell=line.pick_list.tote,
    )


def _wall(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    lines = PickLine.objects.visible_to(request.viewer).filter(
        to_sort__gt=0, pick_list__warehouse=request.warehouse
    )
    lines = lines.exclude(pick_list__status=PickListStatus.PUT_BACK)
    totes = lines.order_by("pick_list__batch_tote__code").values(
        "pick_list__batch_tote", "pick_list__batch_tote__code"
    )
    totes = totes.annotate(units=Sum("to_sort"), orders=Count("pick_list", distinct=True))
    context = {"totes": totes, "cells": cells_of(request.warehouse)}
    return screen(request, "warehouse/wall.html", context, outcome)


def _sort(
    request: FloorRequest,
    tote: Location,
    outcome: ScanResult | None = None,
    held: Any = None,
) -> HttpResponse:
    """Render what is in the tote; `held` is the unit in the hand, whose cell is to be seen."""
    lines = list(lines_in(tote))
    product = held.stock.product_id if held else None
    walls = {line.pick_list.tote.wall_id for line in lines}
    cells = cells_of(request.warehouse)
    context = {
        "tote": tote,
        "lines": lines,
        "left": sum(line.to_sort for line in lines),
        "held": held,
        "version": versions([product]).get(product, "") if product else "",
        # Those of another wall stand elsewhere.
        "cells": [cell for cell in cells if not walls or cell.place.wall_id in walls],
        "here": held.pick_list.tote_id if held else None,
        "cancelled": left_in(tote),
    }
    return screen(request, "warehouse/sort.html", context, outcome)
