"""A parcel that left and cannot be found: lost, and found again."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from orders.errors import DomainError, status_of
from orders.events.recording import record
from orders.lifecycle.together import lock_with_inside
from orders.lifecycle.transitions import add_quantities, count_replaced, move
from orders.models import Event, Package, Problem, User
from orders.states import OrderStatus, PackageStatus
from orders.words import say
from warehouse.floor.hand_over import lock_movable, units_in
from warehouse.models import Stop


@transaction.atomic(savepoint=False)
def mark_lost(package: Package, *, reason: str, actor: User | None) -> Package:
    """Mark a parcel as lost, with all in its box: units count as `lost`, promises are broken.

    `reason` is a Package.Loss. Raises DomainError, also while a run has it: its courier reports.
    """
    if reason not in Package.Loss.values:
        raise DomainError(say("Choose how it was lost."))
    boxes = lock_movable(lock_with_inside([package]), PackageStatus.LOST)
    for box in boxes:
        if box.delivered_at:
            raise DomainError(say("Parcel {box} was delivered: it cannot be lost.", box=box))
    if on_run := Stop.objects.filter(packages__in=boxes, finished_at__isnull=True).first():
        box = on_run.packages.all()[0]
        raise DomainError(
            say("Parcel {box} is on a run: report the stop or cancel the run first.", box=box)
        )
    return _same([_lose(box, reason, actor) for box in boxes], package)


def _lose(box: Package, reason: str, actor: User | None) -> Package:
    units = units_in([box])
    add_quantities("lost", units)
    lost = move(
        [box],
        PackageStatus.LOST,
        actor=actor,
        # Nobody waits for it there any more.
        changes={"courier_name": "", "pickup_point": "", "pickup_until": None},
        reason=reason,
        was=box.status,
        units={str(line_id): number for line_id, number in units.items()},
    )[0]
    count_replaced([lost.order_id])  # what is sent again already, as the customer had reported it
    return lost


@transaction.atomic(savepoint=False)
def mark_found(package: Package, *, actor: User | None) -> Package:
    """A lost parcel is here again: it may go out, or it goes on its way back as before."""
    same = Package.objects.filter(pk__in=[box.pk for box in lock_with_inside([package])])
    boxes = list(same.select_for_update(no_key=True).order_by("pk"))
    for box in boxes:
        if box.status != PackageStatus.LOST:
            raise DomainError(
                say("Parcel {box} {present}: it is not lost.", box=box, present=status_of(box))
            )
    return _same([_find(box, actor) for box in boxes], package)


def _find(current: Package, actor: User | None) -> Package:
    events = Event.objects.filter(order=current.order_id, subject_id=current.pk)
    loss = events.filter(kind="package.lost").order_by("pk").last()
    was_returning = loss is not None and loss.data.get("was") == PackageStatus.RETURNING
    units = units_in([current])
    count_replaced([current.order_id], found=[current])
    add_quantities("lost", {line_id: -number for line_id, number in units.items()})
    to = PackageStatus.RETURNING if was_returning else PackageStatus.IN_TRANSIT
    found = move([current], to, actor=actor)[0]
    told: dict[str, Any] = {"units": {str(line_id): number for line_id, number in units.items()}}
    if problem := _replaced(found):
        told["problem"] = str(problem.pk)
    record([Event.of(found, "found", actor=actor, **told)])
    return found


def _replaced(package: Package) -> Problem | None:
    """For what of it another order was made, that is not cancelled: it comes twice."""
    answered = Problem.objects.filter(package=package, replacement__isnull=False)
    kept = answered.exclude(replacement__status=OrderStatus.CANCELLED)
    return kept.order_by("pk").last()


def _same(rows: Sequence[Package], package: Package) -> Package:
    return next(row for row in rows if row.pk == package.pk)
