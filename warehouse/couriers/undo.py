"""Undo of a finished stop."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders.errors import DomainError
from orders.lifecycle.transitions import lock_orders, move_back
from orders.models import Package, User
from orders.returns.handling import take_back_delivered
from orders.states import PackageStatus
from warehouse.floor.hand_over import units_in
from warehouse.models import Run, Stop
from warehouse.states import RunStatus

UNDO_FOR = timedelta(hours=12)  # the day of a courier, also past midnight


@transaction.atomic(savepoint=False)
def undo_stop(stop: Stop, *, actor: User | None) -> Stop:
    """Reopen a finished stop: its parcels are out for delivery again.

    Raises DomainError when the stop is open, or one of its parcels has moved on.
    """
    packages = list(stop.packages.order_by("pk"))
    lock_orders(package.order_id for package in packages)
    run = Run.objects.select_for_update(no_key=True).get(pk=stop.run_id)
    current = Stop.objects.select_for_update(no_key=True).get(pk=stop.pk)
    current.run = run
    if current.finished_at is None:
        raise DomainError(f"{current} is not done.")
    if timezone.now() - current.finished_at > UNDO_FOR:
        raise DomainError(f"{current} was finished too long ago to undo.")
    packages = list(stop.packages.order_by("pk"))
    # A parcel that returned or is on a later run does not belong to this stop any more.
    later = Stop.objects.filter(packages__in=packages, run__on__gte=run.on).exclude(pk=stop.pk)
    if later.filter(pk__gt=stop.pk).exists() or any(
        not package.can_undo_door for package in packages
    ):
        raise DomainError(f"{current}: its parcels have moved on.")
    delivered = [row for row in packages if row.status == PackageStatus.DELIVERED]
    take_back_delivered(units_in(delivered))
    at_door = {
        "received_by": "",
        "handed_to": "",
        "delivered_at": None,
        "failure": "",
        "pickup_point": "",
        "pickup_until": None,
        "courier_name": run.courier.first_name,
        "stops_before": 0,
    }
    move_back(packages, PackageStatus.OUT_FOR_DELIVERY, actor=actor, changes=at_door)
    current.finished_at = None
    current.save(update_fields=["finished_at"])
    ahead = Stop.objects.filter(run=run, finished_at__isnull=True, position__gt=stop.position)
    Package.objects.filter(stops__in=ahead).update(stops_before=F("stops_before") + 1)
    if run.status == RunStatus.FINISHED:
        move_back([run], RunStatus.STARTED, actor=actor)
    return current
