"""The courier's screens: the run of the day, stop after stop, and the outcome of each."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.models import Package, Wish
from orders.wishes.at_door import wishes_at
from orders.wishes.chances import PLACES
from orders.words import say
from warehouse.couriers.ending import end_run
from warehouse.couriers.forms import (
    LONGEST_NAME,
    DeliverForm,
    FailForm,
    PickupForm,
    UnloadForm,
)
from warehouse.couriers.loading import load, unload
from warehouse.couriers.plan_checks import today_of
from warehouse.couriers.runs import deliver_stop, fail_stop, start_run, take_to_pickup_point
from warehouse.couriers.undo import undo_stop, undoable_stops
from warehouse.models import Run, Stop
from warehouse.scanning.base_forms import FloorForm, ScanForm
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import Sent, apply, done, screen
from warehouse.scanning.views import keep_unsaved
from warehouse.states import RunStatus

LATEST_RUNS = 20
COLLECT_WITHIN = timedelta(days=7)  # the default last day at a pickup point


@role_required(Role.COURIER)
@never_cache
def courier(request: SignedInRequest) -> HttpResponse:
    """Show the run under way, else the planned or finished one of today, else the next."""
    return _day(request)


@require_POST
@role_required(Role.COURIER)
@never_cache
def start(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Start the run: its parcels are out for delivery."""
    run = get_object_or_404(_runs(request), pk=pk)
    return _press(request, run, FloorForm(request.POST), lambda sent: _start(request, run))


@require_POST
@role_required(Role.COURIER)
@never_cache
def load_van(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Scan a parcel of the run onto the van."""
    run = get_object_or_404(_runs(request), pk=pk)
    form = ScanForm(request.POST)
    outcome = apply(request, form, lambda sent: _load(run, sent["code"]), warehouse=run.warehouse)
    return _day(request, outcome)


@require_POST
@role_required(Role.COURIER)
@never_cache
def unload_van(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take a parcel off the van again."""
    run = get_object_or_404(_runs(request), pk=pk)

    def take_off(sent: Sent) -> str:
        unload(run, sent["package"])
        return say("Taken off the van.")

    return _press(request, run, UnloadForm(request.POST), take_off)


@require_POST
@role_required(Role.COURIER)
@never_cache
def break_off(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End the run with stops still open: their parcels come back."""
    run = get_object_or_404(_runs(request), pk=pk)

    def end(_: Sent) -> str:
        end_run(run, actor=request.user)
        return say("Run broken off: bring its parcels back.")

    return _press(request, run, FloorForm(request.POST), end)


@require_POST
@role_required(Role.COURIER)
@never_cache
def deliver(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Deliver the parcels of a stop, to a person or to a safe place."""
    stop = get_object_or_404(_stops(request), pk=pk)
    form = DeliverForm(request.POST)
    return _press(request, stop.run, form, lambda sent: _deliver(request, stop, sent))


@require_POST
@role_required(Role.COURIER)
@never_cache
def fail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Record a failed delivery attempt at a stop."""
    stop = get_object_or_404(_stops(request), pk=pk)
    form = FailForm(request.POST)
    return _press(request, stop.run, form, lambda sent: _fail(request, stop, sent))


@require_POST
@role_required(Role.COURIER)
@never_cache
def pickup(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leave the parcels of a stop at a pickup point."""
    stop = get_object_or_404(_stops(request), pk=pk)
    form = PickupForm(request.POST)
    return _press(request, stop.run, form, lambda sent: _pickup(request, stop, sent))


@require_POST
@role_required(Role.COURIER)
@never_cache
def undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Undo the outcome of a stop."""
    stop = get_object_or_404(_stops(request), pk=pk)
    return _press(request, stop.run, FloorForm(request.POST), lambda sent: _undo(request, stop))


@require_POST
@role_required(Role.COURIER)
@never_cache
def unsaved(request: SignedInRequest) -> HttpResponse:
    """Keep what the courier's device could not save, for the list of the run's warehouse."""
    run = _run_of_today(request)
    return keep_unsaved(request, run.warehouse if run else None)


def _runs(request: SignedInRequest) -> QuerySet[Run]:
    """The runs of this courier; those of others are 404, for a lead who drives too."""
    rows = Run.objects.visible_to(request.viewer).filter(courier=request.user)
    return rows.select_related("warehouse")


def _stops(request: SignedInRequest) -> QuerySet[Stop]:
    rows = Stop.objects.visible_to(request.viewer).filter(run__courier=request.user)
    return rows.select_related("run__warehouse")


def _press(
    request: SignedInRequest, run: Run, form: FloorForm, action: Callable[[Sent], str]
) -> HttpResponse:
    outcome = apply(request, form, action, warehouse=run.warehouse)
    return _day(request, outcome) if outcome.is_refused else done(request, outcome, "courier")


def _start(request: SignedInRequest, run: Run) -> str:
    start_run(run, actor=request.user)
    return say("Run started.")


def _load(run: Run, code: str) -> str:
    package, number = load(run, code)
    return say(
        "{tracking_number} is on the van ({number}).",
        tracking_number=package.tracking_number,
        number=number,
    )


def _deliver(request: SignedInRequest, stop: Stop, sent: Sent) -> str:
    taken = {name: sent[name] for name in ("handed_to", "received_by")}
    return _said(deliver_stop(stop, **taken, actor=request.user))


def _fail(request: SignedInRequest, stop: Stop, sent: Sent) -> str:
    return _said(fail_stop(stop, reason=sent["reason"], actor=request.user))


def _pickup(request: SignedInRequest, stop: Stop, sent: Sent) -> str:
    place = {name: sent[name] for name in ("place", "until")}
    return _said(take_to_pickup_point(stop, **place, actor=request.user))


def _said(stop: Stop) -> str:
    return say(
        "Stop {position}: {outcome}.",
        position=stop.position,
        outcome=say(stop.get_outcome_display()).lower(),
    )


def _undo(request: SignedInRequest, stop: Stop) -> str:
    return say(
        "Stop {position} is open again.", position=undo_stop(stop, actor=request.user).position
    )


def _day(request: SignedInRequest, outcome: ScanResult | None = None) -> HttpResponse:
    run = _run_of_today(request)
    context: dict[str, Any] = {"run": run, "reasons": Package.Failure.choices}
    if not run:
        return screen(request, "courier/day.html", context, outcome)
    stops = _loaded(run)
    left = [stop for stop in stops if not stop.finished_at]
    # The courier may choose another stop first: a road is closed, a customer is in the street.
    left.sort(key=lambda stop: str(stop.pk) != request.GET.get("stop"))
    run_before = _run_before(request, run)
    before = _loaded(run_before) if run_before else []
    context |= {
        "stop": left[0] if left else None,
        "parcels": _parcels(left[0]) if left else [],
        "later": left[1:],
        **_van(run, stops),
        "finished": [stop for stop in stops if stop.finished_at],
        "total": len(stops),
        "finished_before": before,
        "undoable": undoable_stops([*stops, *before]),
    } | _choices(request, run, left[0] if left else None)
    with timezone.override(run.warehouse.time_zone):
        return screen(request, "courier/day.html", context, outcome)


def _van(run: Run, stops: list[Stop]) -> dict[str, Any]:
    """Before the start: the parcels on the van, the last one first, and those that are not."""
    parcels = {package.pk: package for stop in stops for package in stop.parcels}
    on_van = [parcels[pk] for pk in reversed(run.loaded) if pk in parcels]
    missing = [package for package in parcels.values() if package not in on_van]
    return {"on_van": on_van, "missing": missing, "parcels_in_all": len(parcels)}


def _loaded(run: Run) -> list[Stop]:
    return list(run.stops.prefetch_related("packages__order", "packages__lines"))


def _run_before(request: SignedInRequest, run: Run) -> Run | None:
    """The last run that was finished that day, while the next one waits: its stops may be wrong."""
    if run.status != RunStatus.PLANNED:
        return None
    finished = _runs(request).filter(on=today_of(run), status=RunStatus.FINISHED)
    return finished.order_by("-pk").first()


def _choices(request: SignedInRequest, run: Run, stop: Stop | None) -> dict[str, Any]:
    """The choices of the stop's forms; after a refusal with the values that were sent.

    What the customer chose is the first choice; the name is the courier's to type where another
    one takes it.
    """
    today = today_of(run)
    wishes = wishes_at(stop.packages.all()) if stop else []
    place = _place(stop, wishes) if stop else None
    # The common case is one tap, unless somebody else was chosen or has just been typed in.
    addressee = stop.parcels[0].order.customer_name[:LONGEST_NAME] if stop else ""
    is_chosen = any(wish.kind in PLACES for wish in wishes)
    is_typed = is_chosen or "received_by" in request.POST
    point = place.point if place else None
    left = place if place and not point else None
    return {
        "today": today,
        "addressee": addressee,
        "is_one_tap": bool(addressee) and not is_typed,
        "wishes": wishes,
        "takers": Package.HandedTo.choices,
        "taker": request.POST.get("handed_to", left.kind if left else Package.HandedTo.RECEIVER),
        "taken_by": request.POST.get("received_by", left.text if left else ""),
        "point": point,
        "tomorrow": today + timedelta(days=1),
        "collect_until": today + (timedelta(days=point.days_kept) if point else COLLECT_WITHIN),
    }


def _place(stop: Stop, wishes: list[Wish]) -> Wish | None:
    """Where all parcels of the stop are wished to be left; None where only some of them are."""
    boxes = list(stop.packages.all())
    doors = [
        {box.order_id for box in boxes if parcel.pk in (box.pk, box.inside_id)}
        for parcel in stop.parcels
    ]
    places = [wish for wish in wishes if wish.kind in PLACES]
    is_one = len({(wish.kind, wish.text) for wish in places}) == 1
    if is_one and all(any(wish.order_id in door for wish in places) for door in doors):
        return places[0]
    return None


def _parcels(stop: Stop) -> list[tuple[Package, int]]:
    """[(package, units in it)] of a stop."""
    units: Counter[UUID] = Counter()
    for row in stop.packages.all():
        units[row.inside_id or row.pk] += sum(line.quantity for line in row.lines.all())
    return [(row, units[row.pk]) for row in stop.parcels]


def _run_of_today(request: SignedInRequest) -> Run | None:
    """The run under way, else today's, else the next one; None when nothing is planned."""
    runs = _runs(request).exclude(status=RunStatus.CANCELLED).order_by("-on", "-pk")
    if under_way := runs.filter(status=RunStatus.STARTED).first():
        return under_way
    latest = list(runs[:LATEST_RUNS])
    today = [run for run in latest if run.on == today_of(run)]
    waiting = [run for run in today if run.status == RunStatus.PLANNED]
    ahead = [run for run in reversed(latest) if run.on > today_of(run)]
    return next(iter([*waiting, *today, *ahead]), None)
