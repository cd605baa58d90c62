"""Split a shipment that nobody picks yet in two, and join two of them again."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from orders.errors import DomainError, Outdated
from orders.events.recording import record
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.holds import release_shipments
from orders.lifecycle.transitions import lock_order, move
from orders.models import Event, Order, Shipment, ShipmentLine, User
from orders.states import SHIPMENT_NOT_BEGUN, ShipmentStatus, ShippingRule
from orders.words import predicate, say, state

MOST_SHIPMENTS = 30_000  # of an order, joined and cancelled ones too: their number is a smallint


@transaction.atomic(savepoint=False)
def split_shipment(
    shipment: Shipment,
    units: Mapping[UUID, int],
    *,
    actor: User | None,
    reason: str = "",
    seen: str = "",
) -> Shipment:
    """Send units of a shipment apart, {order line id: units}; returns the new shipment.

    `seen` says what of it a page had shown: `contents`.

    It leaves by itself, with dates of its own once it is packed, and takes nothing in that gets
    stock later. Raises DomainError where a picker was faster, or nothing would stay.
    """
    order = lock_order(shipment.order_id)
    shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment.pk)
    rows = {row.line_id: row for row in shipment.lines.select_related("line")}
    if seen and seen != contents(shipment):
        raise Outdated(
            say(
                "Shipment {shipment} has other units than this page had shown. Look at what is "
                "in it now, and choose again.",
                shipment=shipment,
            )
        )
    wanted = {line_id: number for line_id, number in units.items() if number}
    _refuse_split(order, shipment, rows, wanted)
    apart = Shipment.objects.create(
        seller_id=order.seller_id,
        order=order,
        warehouse_id=shipment.warehouse_id,
        number=f"{order.number}-{order.shipments_made + 1}",
        priority=shipment.priority,
        ship_by=shipment.ship_by,
        is_apart=True,
    )
    Order.objects.filter(pk=order.pk).update(shipments_made=F("shipments_made") + 1)
    _move_units([rows[line_id] for line_id in wanted], wanted, apart)
    event = Event.of(
        shipment,
        "split",
        actor=actor,
        into=str(apart.pk),
        units={str(line_id): number for line_id, number in wanted.items()},
    )
    record([event, Event.of(apart, ShipmentStatus.PLANNED, actor=actor)])
    keep_changes(order, event, {}, reason=reason)
    release_shipments([order.pk], actor=actor)
    return Shipment.objects.get(pk=apart.pk)


@transaction.atomic(savepoint=False)
def join_shipment(
    shipment: Shipment, *, into: UUID | None = None, actor: User | None, reason: str = ""
) -> Shipment:
    """Put a shipment into another of its order: that with this id, or the oldest that can be.

    Returns that shipment. Raises DomainError where one of them is picked already.
    """
    order = lock_order(shipment.order_id)
    rows = list(_not_begun(order).select_for_update(no_key=True))
    joined = next((row for row in rows if row.pk == shipment.pk), None)
    if joined is None:
        present = predicate(state(Shipment.objects.get(pk=shipment.pk)))
        raise DomainError(
            say(
                "Shipment {shipment} is {present}: it can no longer be joined.",
                shipment=shipment,
                present=present,
            )
        )
    others = [row for row in rows if row is not joined and _may_join(row, joined, into)]
    if not others:
        raise DomainError(
            say("There is no other shipment that {shipment} can be joined with.", shipment=shipment)
        )
    target = others[0]
    present_rows = {row.line_id: row for row in target.lines.all()}
    lines = list(joined.lines.all())
    for line in lines:
        if line.line_id in present_rows:
            same = ShipmentLine.objects.filter(pk=present_rows[line.line_id].pk)
            same.update(quantity=F("quantity") + line.quantity)
            line.delete()
    ShipmentLine.objects.filter(shipment=joined).update(shipment=target)
    event = Event.of(
        joined,
        "joined",
        actor=actor,
        into=str(target.pk),
        units={str(line.line_id): line.quantity for line in lines},
    )
    record([event])
    keep_changes(order, event, {}, reason=reason)
    # It is empty: nothing of what is reserved is released with it.
    move([joined], ShipmentStatus.CANCELLED, actor=actor)
    if target.is_apart and not joined.is_apart:
        Shipment.objects.filter(pk=target.pk).update(is_apart=False)
    return Shipment.objects.get(pk=target.pk)


def contents(shipment: Shipment) -> str:
    """A hash of the units in a shipment, by which a page says what it had shown."""
    units = sorted((str(line.line_id), line.quantity) for line in shipment.lines.all())
    return sha256(repr(units).encode()).hexdigest()[:32]


def why_not_split(order: Order, shipments: Sequence[Shipment]) -> str:
    """Why nothing of an order can be sent apart; "" where it can. Their lines are loaded."""
    if order.ships_as != ShippingRule.AS_AVAILABLE:
        rule = predicate(say(ShippingRule(order.ships_as).label))
        return say(
            "Order {order} ships {rule}: change that first, and split it then.",
            order=order,
            rule=rule,
        )
    if any(is_splittable(row) for row in shipments):
        return ""
    return say(
        "Order {order} has no shipment of two or more units that nobody picks yet.", order=order
    )


def why_not_joined(order: Order, shipments: Sequence[Shipment]) -> str:
    """Why no two shipments can be joined; "" where they can."""
    open_ones = [row for row in shipments if row.status in SHIPMENT_NOT_BEGUN]
    if any(_may_join(row, other, None) for row in open_ones for other in open_ones):
        return ""
    return say("Order {order} has no two shipments that nobody picks yet.", order=order)


def is_splittable(shipment: Shipment) -> bool:
    """Whether a part of it can be sent apart; its lines are loaded."""
    units = sum(line.quantity for line in shipment.lines.all())
    return shipment.status in SHIPMENT_NOT_BEGUN and units > 1


def splittable_of(order: Order, shipment: UUID | None) -> Shipment:
    """The shipment of an order to split: that with this id, or the only one. Raises DomainError."""
    rows = list(order.shipments.prefetch_related("lines").order_by("created_at", "pk"))
    if refusal := why_not_split(order, rows):
        raise DomainError(refusal)
    found = [row for row in rows if (row.pk == shipment if shipment else is_splittable(row))]
    if len(found) != 1:
        raise DomainError(say("Say which of the shipments of order {order} is meant.", order=order))
    return found[0]


def joinable_of(order: Order, shipment: UUID | None) -> Shipment:
    """The shipment of an order to join: that with this id, or the newest. Raises DomainError."""
    rows = list(_not_begun(order))
    if refusal := why_not_joined(order, rows):
        raise DomainError(refusal)
    found = [row for row in rows if shipment in (None, row.pk)]
    if not found:
        raise DomainError(say("Say which of the shipments of order {order} is meant.", order=order))
    return found[-1]


def _refuse_split(
    order: Order,
    shipment: Shipment,
    rows: Mapping[UUID, ShipmentLine],
    wanted: Mapping[UUID, int],
) -> None:
    """Raise DomainError unless these units can leave the shipment, and something stays."""
    if order.ships_as != ShippingRule.AS_AVAILABLE:
        raise DomainError(why_not_split(order, ()))
    if shipment.status not in SHIPMENT_NOT_BEGUN:
        present = predicate(state(shipment))
        raise DomainError(
            say(
                "Shipment {shipment} is {present}: it can no longer be split.",
                shipment=shipment,
                present=present,
            )
        )
    if order.shipments_made >= MOST_SHIPMENTS:
        raise DomainError(
            say(
                "Order {order} was split too often: leave shipment {shipment} whole.",
                order=order,
                shipment=shipment,
            )
        )
    if not wanted or set(wanted) - set(rows):
        raise DomainError(
            say("Choose the units of shipment {shipment} that leave apart.", shipment=shipment)
        )
    for line_id, number in wanted.items():
        row = rows[line_id]
        if not 0 < number <= row.quantity:
            raise DomainError(
                say(
                    "{title}: {quantity} can leave apart, not {number}.",
                    title=row.line.title,
                    quantity=row.quantity,
                    number=number,
                )
            )
    if sum(wanted.values()) == sum(row.quantity for row in rows.values()):
        raise DomainError(
            say("Leave something in shipment {shipment}: it would be empty.", shipment=shipment)
        )


def _move_units(rows: Sequence[ShipmentLine], units: Mapping[UUID, int], apart: Shipment) -> None:
    """Move units to another shipment; what is reserved for their order lines stays as it is."""
    whole = [row.pk for row in rows if row.quantity == units[row.line_id]]
    ShipmentLine.objects.filter(pk__in=whole).update(shipment=apart)
    parts = [row for row in rows if row.pk not in set(whole)]
    for row in parts:
        row.quantity -= units[row.line_id]
    ShipmentLine.objects.bulk_update(parts, ["quantity"])
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            seller_id=row.seller_id,
            shipment=apart,
            line_id=row.line_id,
            quantity=units[row.line_id],
        )
        for row in parts
    )


def _not_begun(order: Order) -> "QuerySet[Shipment]":
    rows = Shipment.objects.filter(order=order, status__in=SHIPMENT_NOT_BEGUN)
    return rows.order_by("created_at", "pk")


def _may_join(row: Shipment, other: Shipment, into: UUID | None) -> bool:
    """Whether a shipment may take another in: of the same warehouse."""
    is_meant = into in (None, row.pk)
    return is_meant and row.pk != other.pk and row.warehouse_id == other.warehouse_id
