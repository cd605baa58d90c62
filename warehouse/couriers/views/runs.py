"""The lead's screens of runs: list, plan, change, show, start, end."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.carriers import OWN
from orders.models import Order, Package, User, Wish
from orders.states import PACKAGE_TO_GO_OUT, PackageStatus
from orders.wishes.at_door import wishes_of
from orders.wishes.choosing import wished_days
from warehouse.couriers.ending import cancel_run, end_run
from warehouse.couriers.forms import RunForm
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import change_run, plan_run, start_run
from warehouse.couriers.views.undelivered import (
    returning_packages,
    undelivered_packages,
    waiting_packages,
)
from warehouse.models import Run, Stop
from warehouse.scanning.base_forms import FloorForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import FloorRequest, Sent, apply, at_workplace, done, screen
from warehouse.states import RUN_OPEN, RunStatus

MOST_DOORS = 100
LATEST_RUNS = 20

Doors = list[tuple[Order, list[Package]]]  # an order is one door: one address, one stop


@role_required(Role.LEAD)
@at_workplace
def runs(request: FloorRequest) -> HttpResponse:
    """The runs from today on, those of past days that are not over, and the parcels on no run."""
    today = _today(request)
    rows = _runs(request).exclude(status=RunStatus.CANCELLED).order_by("on", "pk")
    packages = sum(len(packages) for _, packages in _doors(request))
    stops = Stop.objects.visible_to(request.viewer).filter(run=OuterRef("pk"))
    late = stops.filter(window_ends__lt=timezone.now())
    context = {
        "runs": rows.filter(on__gte=today).annotate(is_late=Exists(late))[:LATEST_RUNS],
        # All of them: their parcels are on no other list.
        "overdue": rows.filter(on__lt=today, status__in=RUN_OPEN),
        "waiting": packages,
        "today": today,
    }
    context |= {
        "failed": undelivered_packages(request).count(),
        "at_pickup_points": waiting_packages(request).count(),
        "returning": returning_packages(request).count(),
    }
    return screen(request, "warehouse/runs.html", context)


@role_required(Role.LEAD)
@at_workplace
def plan(request: FloorRequest) -> HttpResponse:
    """Plan a run: choose the hour of each door; the stops go by hour, then by postcode."""
    doors = _doors(request)
    given: dict[str, Any] = {
        "orders": [order for order, _ in doors],
        "couriers": _couriers(request),
    }
    if request.method != "POST":
        return _plan(request, RunForm(**given, initial={"on": _today(request)}), doors)
    form = RunForm(request.POST, **given)
    outcome = apply(request, form, lambda sent: _make(request, sent, doors))
    if outcome.is_refused:
        return _plan(request, form, doors, outcome)
    return done(request, outcome, "warehouse_runs")


@role_required(Role.LEAD)
@at_workplace
def change(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Change a run that has not started: its courier, its day, its stops."""
    run = get_object_or_404(_runs(request), pk=pk)
    doors = _doors(request, run)
    given: dict[str, Any] = {
        "orders": [order for order, _ in doors],
        "couriers": _couriers(request),
    }
    if request.method != "POST":
        return _plan(request, RunForm(**given, initial=RunForm.of(run, doors)), doors, run=run)
    form = RunForm(request.POST, **given)
    outcome = apply(request, form, lambda sent: _change(request, run, sent, doors))
    if outcome.is_refused:
        return _plan(request, form, doors, outcome, run=run)
    return done(request, outcome, "warehouse_run", run.pk)


@role_required(Role.LEAD)
@at_workplace
def run(request: FloorRequest, pk: UUID) -> HttpResponse:
    """A run: its stops and, once it has started, their outcomes."""
    return _run(request, get_object_or_404(_runs(request), pk=pk))


@require_POST
@role_required(Role.LEAD)
@at_workplace
def start(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Start a run: customers are notified of their delivery windows."""
    run = get_object_or_404(_runs(request), pk=pk)
    outcome = apply(request, FloorForm(request.POST), lambda sent: _start(request, run))
    if outcome.is_refused:
        return _run(request, run, outcome)
    return done(request, outcome, "warehouse_run", run.pk)


@require_POST
@role_required(Role.LEAD)
@at_workplace
def cancel(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Cancel a run that has not started: its parcels may be planned again."""
    return _end(request, pk, cancel_run, "Run of {} cancelled: plan its parcels again.")


@require_POST
@role_required(Role.LEAD)
@at_workplace
def end(request: FloorRequest, pk: UUID) -> HttpResponse:
    """End a started run, or break it off: parcels of open stops may be planned again."""
    return _end(request, pk, end_run, "Run of {} ended: plan its open parcels again.")


def _end(request: FloorRequest, pk: UUID, action: Callable[..., Run], text: str) -> HttpResponse:
    run = get_object_or_404(_runs(request), pk=pk)

    def apply_it(_: Sent) -> str:
        return text.format(action(run, actor=request.user))

    outcome = apply(request, FloorForm(request.POST), apply_it)
    if outcome.is_refused:
        return _run(request, run, outcome)
    return done(request, outcome, "warehouse_runs")


def _today(request: FloorRequest) -> date:
    return timezone.localdate(timezone=ZoneInfo(request.warehouse.time_zone))


def _runs(request: FloorRequest) -> QuerySet[Run]:
    rows = Run.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    rows = rows.select_related("courier", "warehouse")
    return rows.prefetch_related("stops__packages__order")


def _couriers(request: FloorRequest) -> QuerySet[User]:
    """The active couriers of this warehouse."""
    people = User.objects.visible_to(request.viewer).filter(
        members__role=Role.COURIER, members__warehouse=request.warehouse, is_active=True
    )
    return people.distinct().order_by("name", "email")


def _doors(request: FloorRequest, run: Run | None = None) -> Doors:
    """[(order, packages)] for our own couriers that are on no run, or on this one."""
    on_tour = Stop.packages.through.objects.filter(stop__finished_at__isnull=True)
    if run:
        on_tour = on_tour.exclude(stop__run=run)
    packages = Package.objects.visible_to(request.viewer).filter(
        shipment__warehouse=request.warehouse,
        carrier=OWN,
        status__in=PACKAGE_TO_GO_OUT,
        inside__isnull=True,
    )
    # The customers of damaged parcels were told that these will not be delivered.
    damaged = Q(status=PackageStatus.ATTEMPT_FAILED, failure=Package.Failure.DAMAGED)
    free = packages.exclude(damaged).exclude(pk__in=on_tour.values("package"))
    waiting = free.select_related("order")
    ordered = list(
        waiting.order_by("order__postcode", "order__number", "order", "number")[:MOST_DOORS]
    )
    doors = _doors_of(ordered, request, run)
    found: dict[Order, list[Package]] = {}
    for package in ordered:
        found.setdefault(doors[package.order_id], []).append(package)
    return list(found.items())


def _doors_of(packages: list[Package], request: FloorRequest, run: Run | None) -> dict[UUID, Order]:
    """{order id: the order that its parcels are planned by}.

    Orders of one receiver at one address are one door, and so are those in one box, and those of
    one stop of a run that is changed.
    """
    planned = _stops_of(run) if run else {}
    later = wished_days(packages)
    doors: dict[UUID, Order] = {}
    first: dict[object, Order] = {}
    for package in packages:
        order = package.order
        # Whoever chose a day waits for it alone.
        alone = order.pk if str(order.pk) in later else None
        one = planned.get(order.pk) or alone or _door_of(order)
        doors[order.pk] = first.setdefault(one, order)
    ids = [package.pk for package in packages]
    inner = Package.objects.visible_to(request.viewer).filter(inside__in=ids)
    for order_id, outer_id in inner.values_list("order", "inside__order"):
        same = doors.get(order_id)
        for pk in [pk for pk, door in doors.items() if same and door == same]:
            doors[pk] = doors[outer_id]
    return doors


def _stops_of(run: Run) -> dict[UUID, UUID]:
    """{order id: its stop} of a run."""
    return {box.order_id: stop.pk for stop in run.stops.all() for box in stop.packages.all()}


def _door_of(order: Order) -> tuple[str, ...]:
    """Who lives where, however it was typed."""
    lines = (order.customer_name, order.company, order.street, order.postcode, order.city)
    return (*(" ".join(line.split()).casefold() for line in lines), order.country)


def _make(request: FloorRequest, sent: Sent, doors: Doors) -> str:
    planned = plan_run(
        warehouse=request.warehouse,
        courier=sent["courier"],
        on=sent["on"],
        stops=_stops(request, sent, doors),
        actor=request.user,
    )
    return f"Run of {planned} planned."


def _change(request: FloorRequest, run: Run, sent: Sent, doors: Doors) -> str:
    changed = change_run(
        run,
        courier=sent["courier"],
        on=sent["on"],
        stops=_stops(request, sent, doors),
        actor=request.user,
    )
    return f"Run of {changed} saved."


def _stops(request: FloorRequest, sent: Sent, doors: Doors) -> list[StopPlan]:
    zone = ZoneInfo(request.warehouse.time_zone)
    packages = {order.pk: rows for order, rows in doors}
    stops = []
    for order_id, hour in sorted(sent["hours"].items(), key=lambda pair: pair[1]):
        starts = datetime.combine(sent["on"], time(hour), tzinfo=zone)
        ends, is_corrected = starts + timedelta(hours=1), order_id in sent["corrected"]
        stops.append(StopPlan(packages[order_id], starts, ends, is_corrected))
    return stops


def _start(request: FloorRequest, run: Run) -> str:
    start_run(run, actor=request.user)
    return f"{run.courier.first_name} has started: customers have their delivery window."


def _plan(
    request: FloorRequest,
    form: RunForm,
    doors: Doors,
    outcome: ScanResult | None = None,
    *,
    run: Run | None = None,
) -> HttpResponse:
    wishes = wishes_of(package.order_id for _, packages in doors for package in packages)
    rows = [
        (
            order,
            packages,
            form.hour_of(order),
            form.corrected(order),
            _failures(packages),
            _wishes(packages, wishes),
        )
        for order, packages in doors
    ]
    context = {
        "run": run,
        "form": form,
        "doors": rows,
        "address_wrong": Package.Failure.ADDRESS_WRONG,
    }
    return screen(request, "warehouse/plan_run.html", context, outcome)


def _wishes(packages: Iterable[Package], wishes: Mapping[UUID, list[Wish]]) -> list[Wish]:
    """What the customers of these parcels chose."""
    orders = dict.fromkeys(package.order_id for package in packages)
    return [wish for order_id in orders for wish in wishes.get(order_id, [])]


def _failures(packages: list[Package]) -> dict[str, str]:
    """{reason: its words} of the failed attempts at these parcels."""
    failed = [row for row in packages if row.status == PackageStatus.ATTEMPT_FAILED]
    return {row.failure: row.get_failure_display() for row in failed if row.failure}


def _run(request: FloorRequest, run: Run, outcome: ScanResult | None = None) -> HttpResponse:
    stops = list(run.stops.all())
    wishes = wishes_of(box.order_id for stop in stops for box in stop.packages.all())
    rows = [(stop, _wishes(stop.packages.all(), wishes)) for stop in stops]
    context = {"run": run, "stops": rows, "today": _today(request)}
    return screen(request, "warehouse/run.html", context, outcome)
