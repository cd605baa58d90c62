"""The screens of replenishment: refills to do, one refill by scans, and the pick faces."""

from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.errors import DomainError, WrongScan
from orders.models import Product
from orders.words import say
from warehouse.inbound.forms import FaceForm, FaceUnitsForm, ReplenishForm
from warehouse.inbound.replenishing import (
    drop_task,
    finish_task,
    free_at_source,
    lots_to_bring,
    remove_face,
    set_face,
    take_task,
)
from warehouse.models import Location, PickFace, ReplenishTask, Stock
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    EVERYBODY,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    done,
    screen,
)
from warehouse.states import ReplenishStatus

LONGEST_LIST = 50


@role_required(*EVERYBODY)
@at_workplace
def refills(request: FloorRequest) -> HttpResponse:
    """List the refills to do; a scan of a location or product opens one."""
    if request.method != "POST":
        return _list(request)
    form = ScanForm(request.POST)
    outcome = apply(
        request,
        form,
        lambda sent: say("Refill: {named_by}", named_by=_named_by(request, sent["code"])),
    )
    if outcome.is_refused:
        return _list(request, outcome)
    return redirect("warehouse_refill", _named_by(request, form.cleaned_data["code"]).pk)


@role_required(*EVERYBODY)
@at_workplace
def refill(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Bring units: scan where they lie, the product, then the pick face."""
    task = get_object_or_404(_tasks(request), pk=pk)
    if request.method != "POST":
        return _show(request, task)
    form = ReplenishForm(request.POST)
    outcome = apply(request, form, lambda sent: _step(request, task, sent))
    sent = form.cleaned_data
    step = sent.get("step") or 0
    if outcome.is_refused:
        return _show(request, task, outcome, step=step, quantity=sent.get("quantity"))
    if step == 2:
        return done(request, outcome, "warehouse_refills")
    return _show(request, task, outcome, step=step + 1, quantity=sent["quantity"] if step else None)


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def drop(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Say that the units are not there: the location is counted."""
    task = get_object_or_404(_tasks(request), pk=pk)

    def act(sent: Sent) -> str:
        if counted := drop_task(task, actor=request.user):
            return say("{counted} is to be counted.", counted=counted)
        return say(
            "Nothing is free in {source}, by the books too: this refill is dropped.",
            source=task.source,
        )

    outcome = apply(request, FloorForm(request.POST), act)
    if outcome.is_refused:
        return _show(request, task, outcome)
    return done(request, outcome, "warehouse_refills")


@role_required(Role.LEAD)
@at_workplace
def faces(request: FloorRequest) -> HttpResponse:
    """List the pick faces; scans of a location and a product begin a new one, or change one."""
    if request.method != "POST":
        return _faces(request)
    if "minimum" in request.POST:
        units = FaceUnitsForm(request.POST)
        outcome = apply(request, units, lambda sent: _set(request, sent))
        if outcome.is_refused:
            found = _known(request, units.cleaned_data)
            return _faces(request, *found, outcome=outcome, typed=units)
        return done(request, outcome, "warehouse_faces")
    form = FaceForm(request.POST)
    outcome = apply(request, form, lambda sent: _found(*_read(request, sent)))
    sent = form.cleaned_data
    found = _known(request, sent) if outcome.is_refused else _read(request, sent)
    return _faces(request, *found, outcome=outcome)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def unface(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Refill this place no more."""
    rows = PickFace.objects.visible_to(request.viewer)
    rows = rows.filter(location__warehouse=request.warehouse).select_related("product", "location")
    face = get_object_or_404(rows, pk=pk)

    def act(sent: Sent) -> str:
        remove_face(face, actor=request.user)
        return say(
            "{location} is no pick face of {title} any more.",
            location=face.location,
            title=face.product.title,
        )

    outcome = apply(request, FloorForm(request.POST), act)
    return _faces(request, outcome=outcome)


def _tasks(request: FloorRequest) -> "QuerySet[ReplenishTask]":
    rows = ReplenishTask.objects.visible_to(request.viewer)
    rows = rows.filter(source__warehouse=request.warehouse)
    return rows.select_related("face__product", "face__location", "source", "worker")


def _open_tasks(request: FloorRequest) -> "QuerySet[ReplenishTask]":
    return _tasks(request).filter(status=ReplenishStatus.OPEN)


def _named_by(request: FloorRequest, code: str) -> ReplenishTask:
    """The open refill from or to the scanned location, or of the product. Raises WrongScan."""
    rows = _open_tasks(request).order_by("source__walk_position", "pk")
    place = location_of(code, request)
    found = rows.filter(source=place).first() or rows.filter(face__location=place).first()
    if place is None:
        found = rows.filter(face__product__in=products_of(code, request)).first()
    if found is None:
        raise WrongScan(code, say("a location or a product of a refill"))
    return found


def _step(request: FloorRequest, task: ReplenishTask, sent: Sent) -> str:
    """One scan: the reserve location takes the task, the product is checked, the face ends it."""
    code, step, face = sent["code"], sent["step"] or 0, task.face
    if step == 0:
        if location_of(code, request) != task.source:
            raise WrongScan(code, say("location {source}", source=task.source))
        take_task(task, actor=request.user)
        return say("Location {source}", source=task.source)
    if step == 1:
        if face.product not in products_of(code, request):
            raise WrongScan(code, str(face.product))
        return face.product.title
    if location_of(code, request) != face.location:
        raise WrongScan(code, say("location {location}", location=face.location))
    finish_task(task, units=sent["quantity"], actor=request.user)
    return say(
        "{quantity} × {title} into {location}",
        quantity=sent["quantity"],
        title=face.product.title,
        location=face.location,
    )


def _set(request: FloorRequest, sent: Sent) -> str:
    place, product = _known(request, sent)
    if place is None or product is None:
        raise DomainError(say("Scan the location and the product first."))
    limits = {"minimum": sent["minimum"], "target": sent["target"]}
    face = set_face(product, place, **limits, actor=request.user)
    return say(
        "{place}: refilled below {minimum} up to {target} × {title}",
        place=place,
        minimum=face.minimum,
        target=face.target,
        title=product.title,
    )


def _known(request: FloorRequest, sent: Sent) -> tuple[Location | None, Product | None]:
    """(location, product) scanned before, or None; 404 for those of another warehouse."""
    places = Location.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    products = Product.objects.visible_to(request.viewer)
    place, product = sent.get("location"), sent.get("product")
    return (
        get_object_or_404(places, pk=place) if place else None,
        get_object_or_404(products.filter(seller__houses__warehouse=request.warehouse), pk=product)
        if product
        else None,
    )


def _read(request: FloorRequest, sent: Sent) -> tuple[Location, Product | None]:
    """(location, product) after this scan. Raises WrongScan."""
    place, _ = _known(request, sent)
    scanned = location_of(sent["code"], request)
    if scanned and scanned.kind != Location.Kind.TOTE:
        return scanned, None
    if place is None:
        raise WrongScan(sent["code"], say("a bin or a shelf"))
    products = products_of(sent["code"], request)
    if not products:
        raise WrongScan(sent["code"], say("the product that is picked in {place}", place=place))
    if len(products) > 1:
        raise DomainError(
            say("{code} is used by several sellers: scan another code of it.", code=sent["code"])
        )
    return place, products[0]


def _found(place: Location, product: Product | None) -> str:
    return (
        say("{title} in {place}", title=product.title, place=place)
        if product
        else say("Location {place}", place=place)
    )


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    rows = _open_tasks(request).order_by("source__walk_position", "pk")
    return screen(request, "warehouse/refills.html", {"tasks": rows[:LONGEST_LIST]}, outcome)


def _show(
    request: FloorRequest,
    task: ReplenishTask,
    outcome: ScanResult | None = None,
    *,
    step: int = 0,
    quantity: int | None = None,
) -> HttpResponse:
    task = get_object_or_404(_tasks(request), pk=task.pk)
    is_others = task.worker not in (None, request.user)
    context = {
        "task": task,
        "is_open": task.status == ReplenishStatus.OPEN,
        "is_others": is_others,
        "step": 0 if is_others else step,
        "quantity": quantity or task.units,
        "is_free": free_at_source(task) > 0,
        "lots": lots_to_bring(task),
    }
    return screen(request, "warehouse/refill.html", context, outcome)


def _faces(
    request: FloorRequest,
    place: Location | None = None,
    product: Product | None = None,
    *,
    outcome: ScanResult | None = None,
    typed: FaceUnitsForm | None = None,
) -> HttpResponse:
    rows = PickFace.objects.visible_to(request.viewer)
    rows = rows.filter(location__warehouse=request.warehouse).select_related("product", "location")
    lying = Stock.objects.visible_to(request.viewer).filter(
        product=OuterRef("product"), location=OuterRef("location")
    )
    units = lying.order_by().values("product").annotate(units=Sum("on_hand")).values("units")
    shown = rows.annotate(units=Coalesce(Subquery(units), 0))
    context: dict[str, Any] = {"place": place, "product": product}
    if place and product:
        face = rows.filter(location=place, product=product).first()
        context["units"] = typed or FaceUnitsForm(
            initial={"minimum": face.minimum, "target": face.target} if face else {}
        )
    else:
        # What lacks most comes first.
        lacking = shown.order_by(F("units") - F("minimum"), "location__code", "pk")
        context["faces"] = lacking[:LONGEST_LIST]
    return screen(request, "warehouse/faces.html", context, outcome)
