"""Runs of our own couriers: plan and change a run, start it, finish its stops."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from orders.carriers import CARRIERS, OWN
from orders.errors import DomainError, status_of
from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities, lock_orders, move
from orders.models import Event, Package, User, Warehouse
from orders.promises.making import promise_delivery_windows
from orders.promises.postponing import postpone_planned
from orders.states import PackageStatus
from orders.words import say
from warehouse.couriers.apart import part_by_point
from warehouse.couriers.loading import leave_out
from warehouse.couriers.plan_checks import (
    StopPlan,
    check_courier,
    check_day_and_hours,
    check_is_free,
    check_packages,
    check_stops,
)
from warehouse.couriers.stop_order import count_stops_before
from warehouse.floor.hand_over import units_in
from warehouse.models import Run, Stop
from warehouse.states import RunStatus

# Cleared with the stop: the customer sees the courier's name on the day of delivery only.
CLEARED_AFTER_STOP = {"courier_name": "", "stops_before": None}


LONGEST_NAME = Package._meta.get_field("received_by").max_length


LONGEST_PLACE = Package._meta.get_field("pickup_point").max_length


@transaction.atomic(savepoint=False)
def plan_run(
    *,
    warehouse: Warehouse,
    courier: User,
    on: date,
    stops: Sequence[StopPlan],
    actor: User | None,
) -> Run:
    """Plan a run; the stops are driven in the given order. Raises DomainError for invalid ones.

    What is inside a box is at its stop too.
    """
    run = Run(warehouse=warehouse, courier=courier, on=on)
    stops = _checked(run, stops)
    run.save(force_insert=True)
    _add_stops(run, stops)
    record([Event.of(run, "planned", actor=actor)])
    return run


@transaction.atomic(savepoint=False)
def change_run(
    run: Run, *, courier: User, on: date, stops: Sequence[StopPlan], actor: User | None
) -> Run:
    """Give a run that has not started another courier, another day or other stops.

    Raises DomainError as `plan_run` does, and once it has started.
    """
    before = Package.objects.filter(stops__run=run).values_list("order", flat=True)
    lock_orders({*before, *(row.order_id for stop in stops for row in stop.packages)})
    current = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
    if current.status != RunStatus.PLANNED:
        raise DomainError(
            say(
                "The run of {current} {status_of}: it cannot be changed.",
                current=current,
                status_of=status_of(current),
            )
        )
    is_same_van = (current.courier, current.on) == (courier, on)
    was_on, boxes = current.on, list(Package.objects.filter(stops__run=current))
    current.stops.all().delete()
    current.courier, current.on = courier, on
    stops = _checked(current, stops)
    kept = {package.pk for stop in stops for package in stop.packages}
    current.loaded = [pk for pk in current.loaded if pk in kept and is_same_van]
    current.save(update_fields=["courier", "on", "loaded"])
    _add_stops(current, stops)
    record([Event.of(current, "changed", actor=actor)])
    now = timezone.now()
    left = [box for box in boxes if box.pk not in kept]
    postpone_planned(left, was_on=was_on, now=now, actor=actor)
    if on != was_on:
        stay = [box for box in boxes if box.pk in kept]
        postpone_planned(stay, was_on=was_on, to=on, now=now, actor=actor)
    return current


def _checked(run: Run, stops: Sequence[StopPlan]) -> list[StopPlan]:
    """The stops with what is inside their parcels. Raises DomainError where the plan is invalid."""
    check_courier(run.courier, run.warehouse)
    whole = _with_inner(stops)
    check_stops(whole, run.on, ZoneInfo(run.warehouse.time_zone))
    check_packages(whole, run.warehouse, run.on)
    return whole


def _add_stops(run: Run, stops: Sequence[StopPlan]) -> None:
    rows = Stop.objects.bulk_create(
        Stop(run=run, position=position, window_starts=stop.starts, window_ends=stop.ends)
        for position, stop in enumerate(stops, start=1)
    )
    Loaded = Stop.packages.through
    # One INSERT for all stops; `stop.packages.add` would be one per stop.
    Loaded.objects.bulk_create(
        Loaded(stop_id=row.pk, package_id=package.pk)
        for row, stop in zip(rows, stops, strict=True)
        for package in stop.packages
    )


@transaction.atomic(savepoint=False)
def start_run(run: Run, *, actor: User | None) -> Run:
    """Start a run: its parcels are out for delivery, and their delivery windows are promised.

    Where it was loaded by scan, what is not on the van is taken off the run. Raises DomainError on
    another day, when a delivery window is over (customers would be promised what can no longer be
    kept), and while another run of this courier is under way.
    """
    planned = set(Package.objects.filter(stops__run=run).values_list("pk", "order"))
    lock_orders(order_id for _, order_id in planned)
    current = Run.objects.select_for_update(no_key=True).get(pk=run.pk)
    check_is_free(current)
    # Read before the locks: a customer may have chosen another day since.
    if set(Package.objects.filter(stops__run=run).values_list("pk", "order")) != planned:
        raise DomainError(say("A customer has just chosen another day: look at the run again."))
    left = leave_out(current) if current.status == RunStatus.PLANNED else []
    if not current.stops.exists():
        raise DomainError(say("No stop is left on this run: its lead cancels it."))
    postpone_planned(left, was_on=current.on, now=timezone.now(), actor=actor)
    told = {"left": [package.tracking_number for package in left]} if left else {}
    started = move([run], RunStatus.STARTED, actor=actor, data_of={run.pk: told})[0]
    part_by_point(started)
    stops = list(started.stops.prefetch_related("packages__order"))
    check_day_and_hours(started, stops)
    loaded = [(stop, package) for stop in stops for package in stop.packages.all()]
    # All parcels of an order are on one stop, so one promise covers them.
    doors = {package.order_id: (package, stop) for stop, package in loaded}
    promises = promise_delivery_windows(
        [(package, stop.window_starts, stop.window_ends) for package, stop in doors.values()],
        made_at=timezone.now(),
        courier=started.courier,
    )
    promised = {promise.order_id: str(promise.pk) for promise in promises}
    count_stops_before(started.pk)
    move(
        [package for _, package in loaded],
        PackageStatus.OUT_FOR_DELIVERY,
        actor=actor,
        changes={"courier_name": started.courier.first_name, "failure": ""},
        data_of={package.pk: {"promise": promised[package.order_id]} for _, package in loaded},
    )
    return started


@transaction.atomic(savepoint=False)
def deliver_stop(
    stop: Stop,
    *,
    received_by: str,
    actor: User | None,
    handed_to: str = Package.HandedTo.RECEIVER,
) -> Stop:
    """Deliver all parcels of a stop, to a person or to a safe place.

    `handed_to` is a Package.HandedTo; `received_by` names the person or the place.
    """
    if handed_to not in Package.HandedTo.values:
        raise DomainError(say("Choose who received the parcel."))
    taken_by = received_by.strip()
    if not taken_by:
        raise DomainError(say("Enter who received the parcel, or where you left it."))
    if taken_by[LONGEST_NAME:]:
        raise DomainError(
            say(
                "Enter at most {longest_name} characters for who received the parcel.",
                longest_name=LONGEST_NAME,
            )
        )
    current, packages = _lock_open_stop(stop)
    add_quantities("delivered", units_in(packages))
    taken = {
        "received_by": taken_by,
        "handed_to": handed_to,
        "delivered_at": timezone.now(),
        "failure": "",
    }
    told = {} if handed_to == Package.HandedTo.RECEIVER else {"to": str(handed_to)}
    move(
        packages,
        PackageStatus.DELIVERED,
        actor=actor,
        changes=taken | CLEARED_AFTER_STOP,
        data_of={package.pk: told for package in packages},
    )
    return _finish(current, handed_to, actor)


@transaction.atomic(savepoint=False)
def fail_stop(stop: Stop, *, reason: str, actor: User | None) -> Stop:
    """Record a failed delivery attempt of all parcels; `reason` is a Package.Failure."""
    if reason not in Package.Failure.values:
        raise DomainError(say("Choose why it could not be delivered."))
    current, packages = _lock_open_stop(stop)
    status = CARRIERS[OWN].words[reason]
    changes = {"failure": reason} | CLEARED_AFTER_STOP
    move(packages, status, actor=actor, changes=changes, reason=reason)
    return _finish(current, reason, actor)


@transaction.atomic(savepoint=False)
def take_to_pickup_point(stop: Stop, *, place: str, until: date, actor: User | None) -> Stop:
    """Leave all parcels of a stop at the pickup point `place`, to collect until that day."""
    name = " ".join(place.split())
    if not name:
        raise DomainError(say("Enter where the customer can collect the parcel."))
    if name[LONGEST_PLACE:]:
        raise DomainError(
            say(
                "Enter at most {longest_place} characters for the pickup point.",
                longest_place=LONGEST_PLACE,
            )
        )
    current, packages = _lock_open_stop(stop)
    if until <= timezone.localdate(timezone=ZoneInfo(current.run.warehouse.time_zone)):
        raise DomainError(say("The last day to collect the parcel must be after today."))
    changes = {"pickup_point": name, "pickup_until": until, "failure": ""} | CLEARED_AFTER_STOP
    status, day = PackageStatus.AT_PICKUP_POINT, until.isoformat()
    move(packages, status, actor=actor, changes=changes, until=day)
    return _finish(current, Stop.Outcome.PICKUP_POINT, actor)


def _with_inner(stops: Sequence[StopPlan]) -> list[StopPlan]:
    """The stops with what is inside their parcels."""
    inner = defaultdict(list)
    boxes = [package.pk for stop in stops for package in stop.packages]
    for row in Package.objects.filter(inside__in=boxes).select_related("order").order_by("pk"):
        inner[row.inside_id].append(row)
    return [
        replace(stop, packages=[one for box in stop.packages for one in (box, *inner[box.pk])])
        for stop in stops
    ]


def _lock_open_stop(stop: Stop) -> tuple[Stop, list[Package]]:
    """(stop, parcels), row-locked and fresh. Raises DomainError unless run and stop are open."""
    packages = list(stop.packages.all())
    lock_orders(package.order_id for package in packages)
    run = Run.objects.select_for_update(no_key=True).get(pk=stop.run_id)
    current = Stop.objects.select_for_update(no_key=True).get(pk=stop.pk)
    if current.finished_at:
        raise DomainError(say("{current} is already done.", current=current))
    if run.status != RunStatus.STARTED:
        raise DomainError(say("The run of {run} has not started: start it first.", run=run))
    current.run = run
    if set(stop.packages.values_list("pk", flat=True)) != {package.pk for package in packages}:
        raise DomainError(
            say(
                "A customer has just chosen another place: look at {current} again.",
                current=current,
            )
        )
    return current, packages


def _finish(stop: Stop, outcome: str, actor: User | None) -> Stop:
    """Finish a stop with this outcome, and the run with its last stop."""
    stop.finished_at, stop.outcome = timezone.now(), outcome
    stop.save(update_fields=["finished_at", "outcome"])
    count_stops_before(stop.run_id)
    if not Stop.objects.filter(run=stop.run, finished_at__isnull=True).exists():
        move([stop.run], RunStatus.FINISHED, actor=actor)
    return stop
