"""The lead's screens of pickup points: list, add, change and close."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from orders.access import Role, role_required
from orders.models import PickupPoint
from orders.wishes.points import open_hours
from orders.words import say
from warehouse.couriers.point_form import PointForm
from warehouse.couriers.points import add_point, change_point, close_point
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen


@require_safe
@role_required(Role.LEAD)
@at_workplace
def points(request: FloorRequest) -> HttpResponse:
    """The pickup points of this warehouse, the open ones first."""
    return _list(request)


@role_required(Role.LEAD)
@at_workplace
def add(request: FloorRequest) -> HttpResponse:
    """Add a pickup point."""
    form = PointForm(request.POST or None, initial={"country": request.warehouse.country})
    if not form.is_bound:
        return _form(request, form)

    def act(sent: Sent) -> str:
        added = add_point(request.warehouse, sent, actor=request.user)
        return say("{point} is offered to customers.", point=added)

    outcome = apply(request, form, act)
    if outcome.is_refused:
        return _form(request, form, outcome)
    return done(request, outcome, "warehouse_points")


@role_required(Role.LEAD)
@at_workplace
def change(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Change a pickup point."""
    point = get_object_or_404(_points(request), pk=pk)
    form = PointForm(request.POST or None, point=point)
    if not form.is_bound:
        return _form(request, form, point=point)

    def act(sent: Sent) -> str:
        changed = change_point(point, sent, actor=request.user)
        return say("{name} is saved.", name=changed)

    outcome = apply(request, form, act)
    if outcome.is_refused:
        return _form(request, form, outcome, point=point)
    return done(request, outcome, "warehouse_points")


@require_POST
@role_required(Role.LEAD)
@at_workplace
def close(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Offer a pickup point no more."""
    point = get_object_or_404(_points(request), pk=pk)

    def act(_: Sent) -> str:
        closed = close_point(point, actor=request.user)
        return say("{point} is closed: no customer can choose it.", point=closed)

    outcome = apply(request, FloorForm(request.POST), act)
    if outcome.is_refused:
        return _list(request, outcome)
    return done(request, outcome, "warehouse_points")


def _points(request: FloorRequest) -> QuerySet[PickupPoint]:
    rows = PickupPoint.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return rows.order_by("-is_active", "postcode", "name", "pk")


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    rows = [(point, open_hours(point.hours, get_language() or "en")) for point in _points(request)]
    return screen(request, "warehouse/points.html", {"points": rows}, outcome)


def _form(
    request: FloorRequest,
    form: PointForm,
    outcome: ScanResult | None = None,
    *,
    point: PickupPoint | None = None,
) -> HttpResponse:
    context = {"form": form, "point": point}
    return screen(request, "warehouse/point.html", context, outcome)
