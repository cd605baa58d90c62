"""The counting screens: locations to count, and one count, which never shows the books."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orders.access import role_required
from orders.errors import DomainError, WrongScan
from orders.models import Product
from orders.words import say
from warehouse.corrections.counting import count_anew, count_units, finish_count
from warehouse.corrections.differences import lots_to_count
from warehouse.corrections.forms import CountScanForm
from warehouse.corrections.tasks_to_count import task_at
from warehouse.models import CountTask, Stock
from warehouse.models.lots import WITHOUT_LOT
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.cases import units_of, units_scanned
from warehouse.scanning.codes import location_of, products_of
from warehouse.scanning.lot_codes import lot_in
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
from warehouse.states import COUNT_OPEN, CountStatus
from warehouse.stock.limits import ask_back

LONGEST_LIST = 50


@role_required(*EVERYBODY)
@at_workplace
def counts(request: FloorRequest) -> HttpResponse:
    """List the locations to count; a scan of any location opens its count, or begins one."""
    if request.method != "POST":
        return _list(request)
    outcome = apply(request, form := ScanForm(request.POST), lambda sent: _begin(request, sent))
    if outcome.is_refused:
        return _list(request, outcome)
    place = location_of(form.cleaned_data["code"], request)
    task = get_object_or_404(_tasks(request), location=place, status__in=COUNT_OPEN)
    return redirect("warehouse_count", task.pk)


@role_required(*EVERYBODY)
@at_workplace
def count(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Count one location: its code first, then every unit or a number of them."""
    task = get_object_or_404(_tasks(request), pk=pk)
    if request.method != "POST":
        return _show(request, task)
    form = CountScanForm(request.POST)
    outcome = apply(request, form, lambda sent: _scan(request, task, sent))
    sent = form.cleaned_data
    is_there = bool(sent.get("there")) or not outcome.is_refused
    asked = _lot_field(request, task, sent)
    return _show(request, task, outcome, is_there=is_there, asked=asked)


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def finish(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Say that everything at the location is counted."""
    task = get_object_or_404(_tasks(request), pk=pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _finish(request, task))
    if outcome.is_refused:
        return _show(request, task, outcome, is_there=True)
    return done(request, outcome, "warehouse_counts")


@require_POST
@role_required(*EVERYBODY)
@at_workplace
def anew(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Forget what this person has counted so far."""
    task = get_object_or_404(_tasks(request), pk=pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _anew(request, task))
    return _show(request, task, outcome, is_there=True)


def _tasks(request: FloorRequest) -> "QuerySet[CountTask]":
    rows = CountTask.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    return rows.select_related("location", "counter")


def _begin(request: FloorRequest, sent: Sent) -> str:
    place = location_of(sent["code"], request)
    if not place:
        raise WrongScan(sent["code"], say("a bin, a shelf or a dock"))
    return say("Count {location}", location=task_at(place, actor=request.user).location)


def _scan(request: FloorRequest, task: CountTask, sent: Sent) -> str:
    place = location_of(sent["code"], request)
    if not sent["there"]:
        if place != task.location:
            raise WrongScan(sent["code"], say("location {location}", location=task.location))
        return say("Location {place}", place=place)
    if place:
        raise WrongScan(sent["code"], say("a product: say first that this location is counted"))
    product = _product(request, task, sent["code"])
    case, number = units_of(sent["code"], product.seller_id), sent["quantity"]
    units = units_scanned(sent["code"], case, number, is_entered=number > 1)
    ask_back(units, product.title, sure=sent["sure"], warehouse=request.warehouse)
    lot = _lot(product, sent)
    row = count_units(task, product=product, units=units, lot=lot, actor=request.user)
    if row.lot == WITHOUT_LOT:
        return f"{row.units} × {product.title}, {say('no lot')}"
    if row.lot:
        told = "{units} × {title}, lot {lot}"
        return say(told, units=row.units, title=product.title, lot=row.lot)
    return f"{row.units} × {product.title}"


def _lot(product: Product, sent: Sent) -> str:
    """The lot in the code, else the one that was chosen for the product."""
    return lot_in(sent["code"]) or (sent["lot"] if sent["lot_of"] == product.pk else "")


def _lot_field(request: FloorRequest, task: CountTask, sent: Sent) -> dict[str, Any]:
    """What the screen needs to ask for the lot of the product that was scanned last."""
    if not sent.get("there"):
        return {}
    try:
        product = _product(request, task, sent["code"])
    except DomainError:
        return {}
    if not product.is_lot_tracked:
        return {}
    lots = lots_to_count(product, task.location)
    return {"lot_of": product, "lots": lots, "lot": _lot(product, sent)}


def _product(request: FloorRequest, task: CountTask, code: str) -> Product:
    """The product; of several sellers' the one that lies there or is counted already."""
    products = products_of(code, request)
    if not products:
        raise WrongScan(code, say("a product"))
    if len(products) > 1:
        here = task.location.stocks.filter(product__in=products, on_hand__gt=0)
        lying = set(here.values_list("product", flat=True))
        products = [product for product in products if product.pk in lying]
    if len(products) != 1:
        raise DomainError(
            say("{code} is used by several sellers: scan another code of it.", code=code)
        )
    return products[0]


def _finish(request: FloorRequest, task: CountTask) -> str:
    finished = finish_count(task, actor=request.user)
    if finished.status == CountStatus.DONE:
        return say("{location} is counted.", location=task.location)
    return say("{location} is counted. Somebody else counts it once more.", location=task.location)


def _anew(request: FloorRequest, task: CountTask) -> str:
    count_anew(task, actor=request.user)
    return say("Count {location} from the beginning.", location=task.location)


def _list(request: FloorRequest, outcome: ScanResult | None = None) -> HttpResponse:
    lying = Stock.objects.visible_to(request.viewer).filter(location=OuterRef("location"))
    closed = lying.filter(closed_at__isnull=False)
    rows = _tasks(request).filter(status__in=COUNT_OPEN).annotate(holds_up=Exists(closed))
    # What holds orders up first.
    due = rows.order_by("-holds_up", "created_at", "pk")[:LONGEST_LIST]
    return screen(request, "warehouse/counts.html", {"tasks": due}, outcome)


def _show(
    request: FloorRequest,
    task: CountTask,
    outcome: ScanResult | None = None,
    *,
    is_there: bool = False,
    asked: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse:
    task.refresh_from_db(fields=["status", "counter"])
    counting = task.units.filter(counter=request.user, books__isnull=True)
    own = counting.select_related("product").order_by("pk")
    context = {
        "task": task,
        "is_there": is_there,
        "is_over": task.status == CountStatus.DONE,
        "is_others": task.counter == request.user,
        "own": own,
        "total": own.aggregate(units=Sum("units", default=0))["units"],
        **asked,
    }
    return screen(request, "warehouse/count.html", context, outcome)
