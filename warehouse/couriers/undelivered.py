"""Undelivered parcels: collected at a pickup point, sent back, received again; and undo."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.carriers import OWN
from orders.errors import DomainError, status_of
from orders.lifecycle.together import lock_with_inside
from orders.lifecycle.transitions import add_quantities, count_replaced, move, move_back
from orders.models import Order, Package, Return, User
from orders.returns.handling import open_undeliverable
from orders.returns.left import take_back_delivered
from orders.states import PackageStatus
from orders.words import say
from warehouse.floor.hand_over import lock_movable, units_in
from warehouse.models import Stop

UNDO_FOR = timedelta(minutes=15)
MAY_GO_BACK = (PackageStatus.ATTEMPT_FAILED, PackageStatus.AT_PICKUP_POINT)


@transaction.atomic(savepoint=False)
def collect_package(package: Package, *, actor: User | None) -> Package:
    """Deliver a parcel that the customer collected at the pickup point."""
    current, boxes = _lock(package, PackageStatus.DELIVERED)
    if current.status != PackageStatus.AT_PICKUP_POINT:
        raise DomainError(
            say(
                "Parcel {current} {present}: it is not at a pickup point.",
                current=current,
                present=status_of(current),
            )
        )
    add_quantities("delivered", units_in(boxes))
    taken = {"handed_to": Package.HandedTo.RECEIVER, "delivered_at": timezone.now()}
    return _same(move(boxes, PackageStatus.DELIVERED, actor=actor, changes=taken), current)


@transaction.atomic(savepoint=False)
def send_back(package: Package, *, actor: User | None) -> Package:
    """End the delivery attempts: the parcel returns to the warehouse."""
    current, boxes = _lock(package, PackageStatus.RETURNING)
    if current.carrier != OWN or current.status not in MAY_GO_BACK:
        raise DomainError(
            say(
                "Parcel {current} {present}: it cannot be sent back from here.",
                current=current,
                present=status_of(current),
            )
        )
    if Stop.objects.filter(packages=current, finished_at__isnull=True).exists():
        raise DomainError(say("Parcel {current} is already planned on a run.", current=current))
    return _same(move(boxes, PackageStatus.RETURNING, actor=actor), current)


@transaction.atomic(savepoint=False)
def take_back(package: Package, *, actor: User | None) -> Return:
    """Receive an undeliverable parcel: its units count as `came_back`, and a Return is opened.

    They left the stock at the hand-over; the inspection restocks them or writes them off.
    """
    current, boxes = _lock(package, PackageStatus.RETURNED)
    if current.delivered_at:
        raise DomainError(
            say("Parcel {current} was delivered: receive it as a return.", current=current)
        )
    units: dict[UUID, dict[UUID, int]] = {box.order_id: {} for box in boxes}
    for box in boxes:
        units[box.order_id] |= units_in([box])
    add_quantities("came_back", units_in(boxes))
    move(boxes, PackageStatus.RETURNED, actor=actor)
    count_replaced(units)
    orders = Order.objects.in_bulk(units)
    opened = {
        pk: open_undeliverable(
            orders[pk], units=part, warehouse_id=current.shipment.warehouse_id, actor=actor
        )
        for pk, part in units.items()
    }
    return opened[current.order_id]


@transaction.atomic(savepoint=False)
def undo_collected(package: Package, *, actor: User | None) -> Package:
    """Undo `collect_package`, within UNDO_FOR: it is still at the pickup point."""
    current, boxes = _lock(package)
    if not current.was_collected:
        raise DomainError(
            say("Parcel {current} was not collected: nothing to undo.", current=current)
        )
    if current.delivered_at and timezone.now() - current.delivered_at > UNDO_FOR:
        raise DomainError(
            say("Parcel {current} was collected too long ago to undo.", current=current)
        )
    take_back_delivered(units_in(boxes))
    waits = {"handed_to": "", "delivered_at": None}
    back = move_back(boxes, PackageStatus.AT_PICKUP_POINT, actor=actor, changes=waits)
    return _same(back, current)


@transaction.atomic(savepoint=False)
def undo_send_back(package: Package, *, actor: User | None) -> Package:
    """Undo `send_back`: the parcel has its former status again."""
    current, boxes = _lock(package)
    if current.status != PackageStatus.RETURNING or current.carrier != OWN:
        raise DomainError(
            say(
                "Parcel {current} {present}: nothing to undo.",
                current=current,
                present=status_of(current),
            )
        )
    before = PackageStatus.AT_PICKUP_POINT if current.pickup_point else PackageStatus.ATTEMPT_FAILED
    return _same(move_back(boxes, before, actor=actor), current)


def _lock(package: Package, to: str = "") -> tuple[Package, list[Package]]:
    """(the parcel, it and what is inside the same box), locked after their orders, read fresh.

    MoveRefused if `to` is not allowed.
    """
    boxes = lock_with_inside([package])
    if to:
        rows = lock_movable(boxes, to)
    else:
        same = Package.objects.filter(pk__in=[box.pk for box in boxes])
        rows = list(same.select_for_update(no_key=True).order_by("pk"))
    return _same(rows, package), rows


def _same(rows: Sequence[Package], package: Package) -> Package:
    return next(row for row in rows if row.pk == package.pk)
