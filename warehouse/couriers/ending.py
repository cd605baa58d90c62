"""End runs that nobody finishes: cancel a planned one, break off a started one."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from orders.lifecycle.transitions import lock_orders, move
from orders.models import Package, User
from orders.promises.postponing import postpone_deliveries, postpone_planned
from orders.states import PackageStatus
from warehouse.couriers.plan_checks import today_of
from warehouse.models import Run, Stop
from warehouse.states import RunStatus


@transaction.atomic(savepoint=False)
def cancel_run(run: Run, *, actor: User | None) -> Run:
    """Cancel a run that has not started: its parcels may be planned again.

    Customers who were told of its day are told of the next one.
    """
    packages = _lock_orders(run)
    cancelled = move([run], RunStatus.CANCELLED, actor=actor)[0]
    _leave_out(_open_stops(run))
    postpone_planned(packages, was_on=cancelled.on, now=timezone.now(), actor=actor)
    return cancelled


@transaction.atomic(savepoint=False)
def end_run(run: Run, *, actor: User | None) -> Run:
    """End a started run: parcels of open stops are with us again, to be planned.

    On its own day the courier is still awaited at these doors: the customers are told of the next
    day. Of a past day they were told when their delivery window was over.
    """
    packages = _lock_orders(run)
    ended = move([run], RunStatus.FINISHED, actor=actor)[0]
    _leave_out(_open_stops(run))
    out = [row for row in packages if row.status == PackageStatus.OUT_FOR_DELIVERY]
    if ended.on >= today_of(ended):
        postpone_deliveries(out, now=timezone.now(), actor=actor)
    with_us = {"courier_name": "", "stops_before": None}
    move(out, PackageStatus.IN_TRANSIT, actor=actor, changes=with_us)
    return ended


def _lock_orders(run: Run) -> list[Package]:
    packages = list(Package.objects.filter(stops__in=_open_stops(run)))
    lock_orders(package.order_id for package in packages)
    return packages


def _open_stops(run: Run) -> QuerySet[Stop]:
    return Stop.objects.filter(run=run, finished_at__isnull=True)


def _leave_out(stops: QuerySet[Stop]) -> None:
    stops.update(finished_at=timezone.now(), outcome=Stop.Outcome.NOT_VISITED)
