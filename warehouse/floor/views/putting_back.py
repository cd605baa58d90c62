"""The screen of a cancelled walk: each product from its tote, then the place it goes back to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import Truncator
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.catalogue.pictures import versions
from orders.errors import DomainError, WrongScan
from orders.words import say
from warehouse.floor.forms import PutBackForm
from warehouse.floor.picking import stands_for
from warehouse.floor.putting_back import empty_tote, put_in_place, report_not_in_tote
from warehouse.floor.totes import holders_of, is_boxed, lies_in
from warehouse.floor.walks import STOPS_NAMED, TITLE, stops_to_put_back
from warehouse.models import PickLine, PickList
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.codes import location_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import EVERYBODY, FloorRequest, Sent, apply, at_workplace, screen


@role_required(*EVERYBODY)
@at_workplace
def put_back_walk(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Show what goes back where; a POST is a scan of a product, or of the place it was put into."""
    walk = _walk(request, pk)
    if request.method != "POST":
        return show_walk(request, walk)
    form = PutBackForm(request.POST)
    outcome = apply(request, form, lambda sent: _scan(request, walk, sent))
    sent = form.cleaned_data
    line = sent.get("line")
    if not line and not outcome.is_refused:
        line = _stop_of(stops_to_put_back(walk), sent["code"]).pk
    elif not outcome.is_refused:
        line = None
    typed = sent.get("quantity") if outcome.is_refused else None
    return show_walk(request, walk, outcome, line=line, typed=typed)


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def not_in_tote(request: FloorRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
    """Say that units are not in the tote: where they were picked is counted."""
    return _press(request, pk, lambda walk: _missing(request, walk, line_pk))


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def emptied(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Say that the tote is empty, where the books have nothing in it any more."""
    return _press(request, pk, lambda walk: _empty(request, walk))


def show_walk(
    request: FloorRequest,
    walk: PickList,
    outcome: ScanResult | None = None,
    *,
    line: UUID | None = None,
    typed: int | None = None,
) -> HttpResponse:
    """Render a walk that was cancelled with units in its tote.

    `line` is the one in hand; of a refused scan the `typed` units stay.
    """
    walk.refresh_from_db(fields=["status"])
    stops = stops_to_put_back(walk)
    inside = next((stop for stop in stops if stop.pk == line), None)
    holder, *others = holders_of(walk)
    context: dict[str, Any] = {
        "walk": walk,
        "stops": stops,
        "inside": inside,
        "is_boxed": is_boxed(walk),
        "holder": holder,
        "kind": "cell" if holder.wall_id else "slot" if holder.cart_id else "tote",
        "also": next(iter(others), None),
    }
    if inside:
        product = inside.stock.product_id
        left = inside.to_put_back
        context["units"] = typed if typed in range(1, left) else left
        context["version"] = versions([product]).get(product, "")
    return screen(request, "warehouse/put_back.html", context, outcome)


def _walk(request: FloorRequest, pk: UUID) -> PickList:
    rows = PickList.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return get_object_or_404(rows.select_related("shipment__order", "tote", "batch_tote"), pk=pk)


def _press(request: FloorRequest, pk: UUID, action: Callable[[PickList], str]) -> HttpResponse:
    walk = _walk(request, pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: action(walk))
    return show_walk(request, walk, outcome)


def _scan(request: FloorRequest, walk: PickList, sent: Sent) -> str:
    stops = stops_to_put_back(walk)
    if not sent["line"]:
        stop = _stop_of(stops, sent["code"])
        return say("{title} to {location}", title=_title(stop), location=stop.stock.location)
    stop = _chosen(stops, sent["line"])
    place = location_of(sent["code"], request)
    if place is None:
        raise WrongScan(sent["code"], say("location {location}", location=stop.stock.location))
    put_in_place(stop, units=sent["quantity"], place=place, actor=request.user)
    return say(
        "Put back {quantity} × {title} to {place}",
        quantity=sent["quantity"],
        title=_title(stop),
        place=place,
    )


def _stop_of(stops: list[PickLine], code: str) -> PickLine:
    """The stop whose product was scanned out of the tote."""
    if not stops:
        raise DomainError(say("Everything is put back already."))
    for stop in stops:
        if stands_for(code.strip(), stop.stock.product):
            return stop
    raise WrongScan(code, ", ".join(stop.stock.product.sku for stop in stops[:STOPS_NAMED]))


def _chosen(stops: list[PickLine], pk: UUID) -> PickLine:
    for stop in stops:
        if stop.pk == pk:
            return stop
    raise DomainError(say("This is put back already."))


def _missing(request: FloorRequest, walk: PickList, pk: UUID) -> str:
    stop = _chosen(stops_to_put_back(walk), pk)
    report_not_in_tote(stop, actor=request.user)
    units = say("{location} is to be counted", location=stop.stock.location)
    return say(
        "{title} is not in {lies_in}: {units}.",
        title=_title(stop),
        lies_in=lies_in(walk),
        units=units,
    )


def _empty(request: FloorRequest, walk: PickList) -> str:
    holder = empty_tote(walk, actor=request.user).holder
    return say("{holder} is empty.", holder=f"{holder[0].upper()}{holder[1:]}")


def _title(stop: PickLine) -> str:
    return Truncator(stop.stock.product.title).chars(TITLE)
