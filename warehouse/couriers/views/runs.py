"""The lead's screens of runs: list, plan, change, show, start, end."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.models import Package, User, Wish
from orders.states import PackageStatus
from orders.wishes.at_door import wishes_of
from orders.words import say
from warehouse.couriers.ending import cancel_run, end_run
from warehouse.couriers.forms import AS_NOW, RunForm
from warehouse.couriers.loading import not_on_van
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import change_run, plan_run, start_run
from warehouse.couriers.views.doors import Doors, doors_of
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

LATEST_RUNS = 20


@role_required(Role.LEAD)
@at_workplace
def runs(request: FloorRequest) -> HttpResponse:
    """The runs from today on, those of past days that are not over, and the parcels on no run."""
    today = _today(request)
    rows = _runs(request).exclude(status=RunStatus.CANCELLED).order_by("on", "pk")
    packages = sum(len(packages) for _, packages in doors_of(request))
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
    doors = doors_of(request)
    form = _form(request, doors)
    if not form.is_bound:
        return _plan(request, form, doors)
    outcome = apply(request, form, lambda sent: _make(request, sent, doors))
    if outcome.is_refused:
        return _plan(request, form, doors, outcome)
    return done(request, outcome, "warehouse_runs")


@role_required(Role.LEAD)
@at_workplace
def change(request: FloorRequest, pk: UUID) -> HttpResponse:
    """Change a run that has not started: its courier, its day, its stops."""
    run = get_object_or_404(_runs(request), pk=pk)
    doors = doors_of(request, run)
    form = _form(request, doors)
    form.show(run, doors)
    if not form.is_bound:
        return _plan(request, form, doors, run=run)
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
    return _end(request, pk, cancel_run, say("Run of {} cancelled: plan its parcels again."))


@require_POST
@role_required(Role.LEAD)
@at_workplace
def end(request: FloorRequest, pk: UUID) -> HttpResponse:
    """End a started run, or break it off: parcels of open stops may be planned again."""
    return _end(request, pk, end_run, say("Run of {} ended: plan its open parcels again."))


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


def _form(request: FloorRequest, doors: Doors) -> RunForm:
    return RunForm(
        request.POST if request.method == "POST" else None,
        orders=[order for order, _ in doors],
        couriers=_couriers(request),
        initial={"on": _today(request)},
    )


def _make(request: FloorRequest, sent: Sent, doors: Doors) -> str:
    planned = plan_run(
        warehouse=request.warehouse,
        courier=sent["courier"],
        on=sent["on"],
        stops=_stops(request, sent, doors),
        actor=request.user,
    )
    return say("Run of {planned} planned.", planned=planned)


def _change(request: FloorRequest, run: Run, sent: Sent, doors: Doors) -> str:
    changed = change_run(
        run,
        courier=sent["courier"],
        on=sent["on"],
        stops=_stops(request, sent, doors, run),
        actor=request.user,
    )
    return say("Run of {changed} saved.", changed=changed)


def _stops(
    request: FloorRequest, sent: Sent, doors: Doors, run: Run | None = None
) -> list[StopPlan]:
    zone = ZoneInfo(request.warehouse.time_zone)
    packages = {order.pk: rows for order, rows in doors}
    planned = list(run.stops.all()) if run else []
    before = {box.pk: stop for stop in planned for box in stop.packages.all()}
    stops = []
    for order_id, hour in sent["hours"].items():
        boxes, is_corrected = packages[order_id], order_id in sent["corrected"]
        if hour == AS_NOW and (stop := before.get(boxes[0].pk)):
            first, last = (
                datetime.combine(sent["on"], moment.astimezone(zone).time(), tzinfo=zone)
                for moment in (stop.window_starts, stop.window_ends)
            )
        else:
            first = datetime.combine(sent["on"], time(hour), tzinfo=zone)
            last = first + timedelta(hours=1)
        stops.append(StopPlan(boxes, first, last, is_corrected))
    return sorted(stops, key=lambda stop: stop.starts)


def _start(request: FloorRequest, run: Run) -> str:
    left = [package.tracking_number for package in not_on_van(run)]
    start_run(run, actor=request.user)
    stays = say("Not on the van, and still here: {names}.", names=", ".join(left)) if left else ""
    told = "{name} has started: customers have their delivery window."
    return f"{say(told, name=run.courier.first_name)} {stays}".strip()


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
    is_planned = run.status == RunStatus.PLANNED
    context = {
        "run": run,
        "stops": rows,
        "today": _today(request),
        "missing": not_on_van(run) if is_planned else [],
    }
    return screen(request, "warehouse/run.html", context, outcome)
