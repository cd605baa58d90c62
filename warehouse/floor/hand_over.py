"""Hand packages over to their carrier: stock leaves, arrivals are promised."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from orders.errors import DomainError, MoveRefused
from orders.lifecycle.labelling import refuse_held
from orders.lifecycle.together import lock_with_inside
from orders.lifecycle.transitions import add_quantities, move
from orders.models import Package, PackageLine, Shipment, User
from orders.promises.making import promise_arrivals
from orders.states import PACKAGE_IN_HOUSE, PackageStatus, ShipmentStatus
from orders.words import predicate, say, state
from warehouse.stock.reservations import consume_reservations


@transaction.atomic(savepoint=False)
def hand_over(packages: Iterable[Package], *, actor: User | None) -> list[Package]:
    """Hand labelled boxes of ready shipments over to their carrier; their units leave the stock.

    Any number of boxes, of any orders and sellers, in a fixed number of statements. A shipment
    becomes handed over with its last box; what is inside a box goes with it. Raises DomainError,
    also when an order is on hold.
    """
    packages = list(packages)
    if not packages:
        raise DomainError(say("Scan a parcel first."))
    packages = lock_with_inside(packages)
    shipments = _lock_ready({package.shipment_id for package in packages})
    # A hold may have been opened after the label was made.
    refuse_held(shipments)
    rows = lock_movable(packages, PackageStatus.HANDED_OVER)
    add_quantities("shipped", units_in(rows))
    consume_reservations(rows, actor=actor)
    now = timezone.now()
    moved = move(rows, PackageStatus.HANDED_OVER, actor=actor, changes={"handed_over_at": now})
    _hand_over_shipments(shipments, now, actor)
    return moved


def _lock_ready(shipment_ids: Iterable[UUID]) -> list[Shipment]:
    rows = Shipment.objects.filter(pk__in=shipment_ids)
    locked = list(rows.select_for_update(no_key=True).order_by("pk"))
    for shipment in locked:
        if shipment.status != ShipmentStatus.READY:
            present = predicate(state(shipment))
            raise DomainError(
                say(
                    "Shipment {shipment} is {present}: only a ready one can be handed over.",
                    shipment=shipment,
                    present=present,
                )
            )
    return locked


def lock_movable(packages: Iterable[Package], to: str) -> list[Package]:
    """The boxes, row-locked and read fresh. Raises MoveRefused if one may not move to `to`.

    Call it before the counters change: a box handed over twice would be counted twice.
    """
    rows = Package.objects.filter(pk__in={package.pk for package in packages})
    locked = list(rows.select_for_update(no_key=True).order_by("pk"))
    if refused := [row for row in locked if to not in row.MOVES[PackageStatus(row.status)]]:
        raise MoveRefused(refused, to)
    return locked


def units_in(packages: Iterable[Package]) -> dict[UUID, int]:
    """{order line id: units} in these boxes."""
    lines = PackageLine.objects.filter(package__in=list(packages))
    return dict(lines.values_list("shipment_line__line").annotate(Sum("quantity")))


def _hand_over_shipments(shipments: Iterable[Shipment], now: datetime, actor: User | None) -> None:
    """Move the shipments without a box left in the warehouse, each with a promise of arrival."""
    rows = list(shipments)
    left = Package.objects.filter(shipment__in=rows, status__in=PACKAGE_IN_HOUSE)
    # A shipment with a box left in the warehouse is not handed over yet.
    waiting = set(left.values_list("shipment", flat=True))
    complete = [row for row in rows if row.pk not in waiting]
    promises = promise_arrivals(complete, made_at=now)
    data_of = {
        row.pk: {"promise": str(promise.pk)}
        for row, promise in zip(complete, promises, strict=True)
    }
    move(complete, ShipmentStatus.HANDED_OVER, actor=actor, data_of=data_of)
