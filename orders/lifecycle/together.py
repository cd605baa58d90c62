"""Shipments of several orders that go out in one box: their locks, their boxes, and leaving."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Package, Shipment, User
from orders.prepared import PreparedQuery, parameter
from orders.states import SHIPMENT_ENDED, PackageStatus, ShipmentStatus

# Why a shipment goes out in a box of its own after all: codes of events; "": somebody says so.
ASKED, ADDRESS, HELD = "", "other_address", "not_ready_to_pick"
# `members` of `$1`: their orders, and they themselves, locked.
ORDERS_TOGETHER = PreparedQuery(lambda: _members(parameter(1)).order_by("pk"))
TOGETHER = PreparedQuery(
    lambda: _members(parameter(1)).select_for_update(no_key=True).order_by("pk")
)
BOUND = Q(inside__isnull=False) | Q(inner__isnull=False)  # of a box that shares its label
CHANGED = "What goes out in one box with {} has just changed: look at it, and try again."


def members(shipment: Shipment) -> QuerySet[Shipment]:
    """The shipment and those that go out in one box with it; it alone where there are none."""
    return _members(shipment.pk)


def _members(pk: Any) -> QuerySet[Shipment]:
    mine = Shipment.objects.filter(pk=pk).exclude(status=ShipmentStatus.CANCELLED)
    with_it = Q(together__in=mine.values("together")) & ~Q(status=ShipmentStatus.CANCELLED)
    return Shipment.objects.filter(Q(pk=pk) | with_it)


def lock_together(shipment: Shipment) -> list[Shipment]:
    """`members`, row-locked after their orders and read fresh, in order of their ids.

    Raises DomainError where others came since it was read, or while this waited for the locks.
    """
    is_alone = shipment.together is None
    orders = {row.order_id for row in ([shipment] if is_alone else ORDERS_TOGETHER(shipment.pk))}
    lock_orders(orders)
    rows = TOGETHER(shipment.pk)
    if {row.order_id for row in rows} - orders:
        raise DomainError(CHANGED.format(shipment))
    return rows


def with_inside(packages: Iterable[Package]) -> list[Package]:
    """These boxes, the boxes in which they go out, and all that is inside those."""
    outer = {package.inside_id or package.pk for package in packages}
    rows = Package.objects.filter(Q(pk__in=outer) | Q(inside__in=outer))
    return list(rows.order_by("pk"))


def lock_with_inside(packages: Iterable[Package]) -> list[Package]:
    """`with_inside`, read again once all their orders are locked. Raises DomainError."""
    found = with_inside(packages)
    lock_orders(package.order_id for package in found)
    rows = with_inside(found)
    if others := [row for row in rows if row not in found]:
        raise DomainError(CHANGED.format(f"parcel {others[0]}"))
    return rows


def boxes_of(shipments: Sequence[Shipment]) -> list[Package]:
    """The boxes of these shipments that were not cancelled, locked, in the order of packing."""
    boxes = Package.objects.filter(shipment__in=shipments).exclude(status=PackageStatus.CANCELLED)
    return list(boxes.select_for_update(no_key=True).order_by("pk"))


def outer_box(shipments: Sequence[Shipment]) -> tuple[Package, list[Package]]:
    """(the box to label, those inside it) of locked shipments that go out in one box.

    The last one: it was closed, and weighed, with all in it. Raises DomainError while one of the
    shipments is not packed, or needs more than a box.
    """
    for row in shipments:
        if row.status != ShipmentStatus.PACKED:
            raise DomainError(
                f"Shipment {row} goes into the same box, and is "
                f"{row.get_status_display().lower()}: pack it first, or send it apart."
            )
    *inner, outer = boxes_of(shipments)
    if len(inner) >= len(shipments):
        raise DomainError(
            f"{', '.join(map(str, shipments))} are in {len(inner) + 1} boxes, and not in one: "
            "pack them into one box, or send them apart."
        )
    return outer, inner


def put_inside(outer: Package, inner: Sequence[Package]) -> None:
    """Bind boxes to the box in which they go out, which has its label; they are moved with it."""
    numbered = Package.objects.get(pk=outer.pk)
    Package.objects.filter(pk__in=[box.pk for box in inner]).update(
        inside=numbered,
        carrier=numbered.carrier,
        tracking_number=numbered.tracking_number,
        weight_grams=None,
    )


def leave(shipments: Sequence[Shipment], why: str, *, actor: User | None) -> list[Shipment]:
    """Let shipments go out in boxes of their own; one that is left alone too. All are locked.

    Raises DomainError once one is in a box that has its label.
    """
    if labelled := Package.objects.filter(BOUND, shipment__in=shipments).first():
        raise DomainError(f"Box {labelled} is labelled already: open the box first.")
    groups = {row.together for row in shipments if row.together}
    going = [row for row in shipments if row.together]
    for group in groups:
        stay = Shipment.objects.filter(together=group).exclude(status=ShipmentStatus.CANCELLED)
        left = list(stay.exclude(pk__in=[row.pk for row in going]))
        going += left if len(left) == 1 else []
    Shipment.objects.filter(pk__in=[row.pk for row in going]).update(together=None)
    for row in going:
        row.together = None
    said = {"reason": why} if why else {}
    record([Event.of(row, "sent_apart", actor=actor, **said) for row in going])
    return going


def leave_for_address(order_id: Any, *, actor: User | None) -> None:
    """Let the shipments of a locked order whose address changes go out alone.

    What goes with them is of other orders, whose rows nobody needs to lock for that: only who is
    with whom changes, and whoever labels a box looks at it anew.
    """
    rows = Shipment.objects.filter(order=order_id, together__isnull=False)
    if open_ones := list(rows.exclude(status__in=SHIPMENT_ENDED)):
        leave(open_ones, ADDRESS, actor=actor)
