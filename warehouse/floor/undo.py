"""Undo of packed, ready and handed over, as long as no further step followed.

Every undo appends an event of its own; counters and stock are changed back in reverse order.
"""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.lifecycle.together import lock_together
from orders.lifecycle.transitions import add_quantities, move_back
from orders.models import Package, PackageLine, Shipment, User
from orders.states import SHIPMENT_ENDED, PackageStatus, ShipmentStatus
from orders.words import predicate, say, state
from warehouse.floor.hand_over import units_in
from warehouse.floor.opening import is_shared, open_last_boxes
from warehouse.models import PickList, StockMovement, Stop
from warehouse.stock.postings import Posting, post
from warehouse.stock.reservations import restore_reservations

UNDO_FOR = timedelta(minutes=15)  # then the carrier's van is away


@transaction.atomic(savepoint=False)
def undo_packed(shipment: Shipment, *, actor: User | None) -> Shipment:
    """Reopen the last box of a packed shipment, and discard its label.

    A box that it shares with shipments of other orders is opened for all of them.
    """
    current, rows = _locked(shipment, ShipmentStatus.PACKED, "packed")
    opened = open_last_boxes(rows if is_shared(rows) else [current], actor=actor)
    return next(row for row in opened if row.pk == current.pk)


@transaction.atomic(savepoint=False)
def undo_ready(shipment: Shipment, *, actor: User | None) -> Shipment:
    """Make a ready shipment packed again, with those that are in its box."""
    current, rows = _locked(shipment, ShipmentStatus.READY, "ready")
    back = move_back(rows, ShipmentStatus.PACKED, actor=actor)
    return next(row for row in back if row.pk == current.pk)


@transaction.atomic(savepoint=False)
def undo_hand_over(shipment: Shipment, *, actor: User | None) -> Shipment:
    """Make a handed-over shipment ready again, with those in its box; its units are in stock again.

    Raises DomainError when that is long ago, a box is on its way or on a run, or its tote is in
    use again.
    """
    current, rows = _locked(shipment, ShipmentStatus.HANDED_OVER, say("handed over"))
    boxes = Package.objects.filter(shipment__in=rows).exclude(status=PackageStatus.CANCELLED)
    packages = list(boxes.order_by("pk"))
    if any(package.status != PackageStatus.HANDED_OVER for package in packages):
        raise DomainError(say("Shipment {current} is already on its way.", current=current))
    gone_at = max((row.handed_over_at for row in packages if row.handed_over_at), default=None)
    if gone_at and timezone.now() - gone_at > UNDO_FOR:
        raise DomainError(
            say("Shipment {current} was handed over too long ago to undo.", current=current)
        )
    if Stop.objects.filter(packages__in=packages, finished_at__isnull=True).exists():
        raise DomainError(say("Shipment {current} is already planned on a run.", current=current))
    # The units go back to their tote, which may hold another shipment by now.
    if not current.warehouse.scans_totes:  # there, what is packed has let its tote go
        for row in rows:
            _refuse_taken_totes(row)
    add_quantities("shipped", {line: -units for line, units in units_in(packages).items()})
    # Stock before reservations: a supply never has more reserved than on hand.
    post(_outstanding(packages), reason=StockMovement.Reason.HANDED_OVER, actor=actor)
    restore_reservations(_line_units(packages), warehouse_id=current.warehouse_id)
    here = {"handed_over_at": None}
    move_back(packages, PackageStatus.LABELLED, actor=actor, changes=here)
    back = move_back(rows, ShipmentStatus.READY, actor=actor)
    return next(row for row in back if row.pk == current.pk)


def _locked(shipment: Shipment, status: str, word: str) -> tuple[Shipment, list[Shipment]]:
    """(the shipment, it and those that go out in one box with it), locked and fresh."""
    rows = lock_together(shipment)
    current = next(row for row in rows if row.pk == shipment.pk)
    if current.status != status:
        present = predicate(state(current))
        raise DomainError(
            say(
                "Shipment {current} is {present}, not {word}: nothing to undo.",
                current=current,
                present=present,
                word=word,
            )
        )
    return current, rows


def _refuse_taken_totes(shipment: Shipment) -> None:
    # What is packed has let the slot of a cart go, or the cell of a put wall.
    walks = PickList.objects.filter(shipment=shipment, cart_walk__isnull=True)
    walks = walks.filter(tote__wall__isnull=True)
    others = PickList.objects.filter(tote__in=walks.values("tote")).exclude(shipment=shipment)
    if others.exclude(shipment__status__in=SHIPMENT_ENDED).exists():
        raise DomainError(
            say(
                "The tote of shipment {shipment} is in use again: too late to undo.",
                shipment=shipment,
            )
        )


def _line_units(packages: list[Package]) -> dict[tuple[UUID, UUID], int]:
    """{(order line id, product id): units} in these boxes."""
    lines = PackageLine.objects.filter(package__in=packages)
    keys = ("shipment_line__line", "shipment_line__line__product")
    return {
        (line_id, product_id): number
        for line_id, product_id, number in lines.values_list(*keys).annotate(Sum("quantity"))
    }


def _outstanding(packages: list[Package]) -> list[Posting]:
    """The postings that reverse the hand-over of these boxes, per place, net of earlier undos."""
    rows = StockMovement.objects.filter(
        subject_id__in=[package.pk for package in packages],
        reason=StockMovement.Reason.HANDED_OVER,
    )
    taken: Counter[tuple[UUID, UUID, UUID, str, UUID | None]] = Counter()
    for row in rows:
        place = row.seller_id, row.product_id, row.location_id, row.lot, row.subject_id
        taken[place] -= row.quantity
    return [
        Posting(
            seller_id=seller_id,
            product_id=product_id,
            location_id=location_id,
            lot=lot,
            quantity=number,
            pinned=number,
            subject_id=package_id,
        )
        for (seller_id, product_id, location_id, lot, package_id), number in taken.items()
        if number
    ]
