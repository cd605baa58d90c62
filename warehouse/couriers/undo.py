"""Undo of a finished stop."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.lifecycle.transitions import lock_orders, move_back
from orders.models import Package, User
from orders.returns.left import take_back_delivered
from orders.states import PackageStatus
from orders.words import say
from warehouse.couriers.plan_checks import check_is_free
from warehouse.couriers.stop_order import count_stops_before
from warehouse.floor.hand_over import units_in
from warehouse.models import Run, Stop
from warehouse.states import RunStatus

LEFT_WITH = {Package.HandedTo.NEIGHBOUR.value, Package.HandedTo.SAFE_PLACE.value}
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
        raise DomainError(say("{current} is not done.", current=current))
    if timezone.now() - current.finished_at > UNDO_FOR:
        raise DomainError(say("{current} was finished too long ago to undo.", current=current))
    packages = list(stop.packages.order_by("pk"))
    if not undoable_stops([current]):
        raise DomainError(say("{current}: its parcels have moved on.", current=current))
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
    }
    if run.status == RunStatus.FINISHED:
        check_is_free(run)
    takers = {row.handed_to for row in delivered} & LEFT_WITH
    # The correction says what was said before.
    told = {"to": takers.pop()} if takers else {}
    move_back(packages, PackageStatus.OUT_FOR_DELIVERY, actor=actor, changes=at_door, told=told)
    current.finished_at, current.outcome = None, ""
    current.save(update_fields=["finished_at", "outcome"])
    count_stops_before(run.pk)
    if run.status == RunStatus.FINISHED:
        move_back([run], RunStatus.STARTED, actor=actor)
    return current


def undoable_stops(stops: Sequence[Stop]) -> set[UUID]:
    """The ids of those finished stops whose outcome may be undone.

    A parcel that returned or is on a later run does not belong to a stop any more.
    """
    Loaded = Stop.packages.through
    finished = [stop for stop in stops if stop.outcome in Stop.UNDOABLE]
    boxes = {stop.pk: list(stop.packages.all()) for stop in finished}
    on_stops = Loaded.objects.filter(
        package__in=[row.pk for rows in boxes.values() for row in rows]
    )
    # Ids are ordered by time: the newest stop of a parcel has the greatest.
    newest = {row.package_id: row.stop_id for row in on_stops.order_by("stop_id")}
    return {
        pk
        for pk, rows in boxes.items()
        if all(row.can_undo_door and newest[row.pk] == pk for row in rows)
    }
