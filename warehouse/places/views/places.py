"""The lead's screens of locations: list, make a range, change, close, delete, as a file."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_POST, require_safe

from orders.access import Role, role_required
from orders.errors import DomainError
from orders.files.formats.csv_files import lines_of
from orders.row_security import Reach, seeing
from orders.words import say, say_count
from warehouse.models import Location, Stock
from warehouse.places.changing import change_place, close_place, delete_place, open_place
from warehouse.places.forms import CloseForm, FilterForm, MakeForm, PlaceForm, RangeForm
from warehouse.places.making import begin_of, make_places, preview
from warehouse.places.queries import chosen_places, page_of, rows_of_file
from warehouse.places.scheme import Scheme
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen

MOST_GOODS = 20
CSV = "text/csv; charset=utf-8"


@require_safe
@role_required(Role.LEAD)
@at_workplace
def places(request: FloorRequest) -> HttpResponse:
    """List the locations, a page at a time, by filter."""
    return _list(request)


@require_safe
@role_required(Role.LEAD)
@at_workplace
def export(request: FloorRequest) -> HttpResponseBase:
    """The locations of the filter as a file that can be imported again, so without totes."""
    form = FilterForm(request.GET)
    rows = chosen_places(_places(request), form.cleaned_data if form.is_valid() else {})
    rows = rows.exclude(kind=Location.Kind.TOTE)
    answer = StreamingHttpResponse(_sent(rows, request.viewer.reach), content_type=CSV)
    name = f"locations-{timezone.localdate().isoformat()}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


@role_required(Role.LEAD)
@at_workplace
def make(request: FloorRequest) -> HttpResponse:
    """Show what a range would make; a POST makes it."""
    if request.method != "POST":
        form = RangeForm(request.GET if "zone" in request.GET else None)
        return _range(request, form)
    form = MakeForm(request.POST)

    def act(sent: Sent) -> str:
        made, left = make_places(
            request.warehouse,
            _scheme(request, form),
            kind=sent["kind"],
            is_staging=sent["use"] == "waits",
            zone=sent["zone"] if sent["pickers"] == "zone" else "",
        )
        said = say_count(made, "{n} location made.", "{n} locations made.", n=made)
        if not left:
            return said
        stays = say_count(left, "{n} left as it was.", "{n} left as they were.", n=left)
        return f"{said} {stays}"

    outcome = apply(request, form, act)
    if outcome.is_refused:
        return _range(request, form, outcome)
    return done(request, outcome, "warehouse_locations")


@role_required(Role.LEAD)
@at_workplace
def place(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Show a location with what lies there; a POST changes it."""
    row = get_object_or_404(_places(request), pk=pk)
    if request.method != "POST":
        return _show(request, row, PlaceForm(place=row))
    form = PlaceForm(request.POST, place=row)

    def act(sent: Sent) -> str:
        changed = change_place(
            row,
            kind=sent["kind"],
            is_staging=sent["use"] == "waits",
            walk_position=sent["walk_position"],
            zone=sent["zone"],
        )
        return say("{name} is saved.", name=changed)

    outcome = apply(request, form, act)
    if outcome.is_refused:
        return _show(request, row, form, outcome)
    return done(request, outcome, "warehouse_location", pk)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def close(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Close a location, or open it again, as the button said."""
    row = get_object_or_404(_places(request), pk=pk)

    def act(sent: Sent) -> str:
        if sent["closed"]:
            return say("{place} is closed: nobody puts goods there.", place=close_place(row))
        return say("{place} is open again.", place=open_place(row))

    outcome = apply(request, CloseForm(request.POST), act)
    if outcome.is_refused:
        return _show(request, row, PlaceForm(place=row), outcome)
    return done(request, outcome, "warehouse_location", pk)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def delete(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Delete a location at which nothing ever lay."""
    row = get_object_or_404(_places(request), pk=pk)

    def act(_: Sent) -> str:
        delete_place(row)
        return say("{place} is deleted.", place=row.code)

    outcome = apply(request, FloorForm(request.POST), act)
    if outcome.is_refused:
        return _show(request, row, PlaceForm(place=row), outcome)
    return done(request, outcome, "warehouse_locations")


def _places(request: FloorRequest) -> "QuerySet[Location]":
    return Location.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)


def _sent(rows: "QuerySet[Location]", reach: Reach) -> Iterator[bytes]:
    """The request is over before its last row is read, so the reach is taken along."""
    with seeing(reach):
        yield from lines_of(rows_of_file(rows))


def _list(request: FloorRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = chosen_places(_places(request), asked)
    page = page_of(rows, asked.get("after", ""))
    filters = {name: asked[name] for name in ("begins", "kind", "state") if asked.get(name)}
    context = {
        "form": form,
        "page": page,
        "number": rows.count(),
        "filters": urlencode(filters),
        "further": urlencode(filters | {"after": page.after}),
        "is_filtered": bool(filters),
        "has_file": asked.get("kind") != Location.Kind.TOTE,
    }
    return screen(request, "warehouse/locations.html", context)


def _scheme(request: FloorRequest, form: RangeForm) -> Scheme:
    zone = form.cleaned_data["zone"]
    return form.scheme(begin_of(request.warehouse, zone))


def _range(
    request: FloorRequest, form: RangeForm, outcome: ScanResult | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        scheme = _scheme(request, form)
        try:
            context |= {"preview": preview(request.warehouse, scheme), "scheme": scheme}
        except DomainError as refusal:
            outcome = outcome or ScanResult(str(refusal), is_refused=True)
    return screen(request, "warehouse/make_locations.html", context, outcome)


def _show(
    request: FloorRequest, row: Location, form: PlaceForm, outcome: ScanResult | None = None
) -> HttpResponse:
    lying = Stock.objects.visible_to(request.viewer).filter(location=row, on_hand__gt=0)
    goods = lying.select_related("product").order_by("product__sku", "lot")[:MOST_GOODS]
    context = {"place": row, "form": form, "goods": goods}
    return screen(request, "warehouse/location.html", context, outcome)
