"""A parcel that left and cannot be found: lost, and found again."""

from django.db import transaction

from orders.errors import DomainError, status_of
from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities, lock_orders, move
from orders.models import Event, Package, User
from orders.states import PackageStatus
from warehouse.floor.hand_over import lock_movable, units_in
from warehouse.models import Stop


@transaction.atomic(savepoint=False)
def mark_lost(package: Package, *, reason: str, actor: User | None) -> Package:
    """Mark a parcel as lost: its units count as `lost`, and its promise is broken.

    `reason` is a Package.Loss. Raises DomainError, also while a run has it: its courier reports.
    """
    if reason not in Package.Loss.values:
        raise DomainError("Choose how it was lost.")
    lock_orders([package.order_id])
    current = lock_movable([package], PackageStatus.LOST)[0]
    if current.delivered_at:
        raise DomainError(f"Parcel {current} was delivered: it cannot be lost.")
    if Stop.objects.filter(packages=current, finished_at__isnull=True).exists():
        raise DomainError(f"Parcel {current} is on a run: report the stop or cancel the run first.")
    units = units_in([current])
    add_quantities("lost", units)
    return move(
        [current],
        PackageStatus.LOST,
        actor=actor,
        # Nobody waits for it there any more.
        changes={"courier_name": "", "pickup_point": "", "pickup_until": None},
        reason=reason,
        was=current.status,
        units={str(line_id): number for line_id, number in units.items()},
    )[0]


@transaction.atomic(savepoint=False)
def mark_found(package: Package, *, actor: User | None) -> Package:
    """A lost parcel is here again: it may go out, or it goes on its way back as before."""
    lock_orders([package.order_id])
    current = Package.objects.select_for_update(no_key=True).get(pk=package.pk)
    if current.status != PackageStatus.LOST:
        raise DomainError(f"Parcel {current} {status_of(current)}: it is not lost.")
    events = Event.objects.filter(order=current.order_id, subject_id=current.pk)
    loss = events.filter(kind="package.lost").order_by("pk").last()
    was_returning = loss is not None and loss.data.get("was") == PackageStatus.RETURNING
    units = units_in([current])
    add_quantities("lost", {line_id: -number for line_id, number in units.items()})
    to = PackageStatus.RETURNING if was_returning else PackageStatus.IN_TRANSIT
    found = move([current], to, actor=actor)[0]
    told = {str(line_id): number for line_id, number in units.items()}
    record([Event.of(found, "found", actor=actor, units=told)])
    return found
