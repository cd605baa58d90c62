"""Cancel units of an order, by line and quantity, or all that has not shipped."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.fingerprint import refuse_outdated
from orders.lifecycle.holds import (
    close_holds,
    is_unpaid,
    release_shipments,
    release_sku_holds,
)
from orders.lifecycle.kits import fan_out, free_units, not_picked, refuse_parts, with_parts
from orders.lifecycle.transitions import (
    add_quantities,
    count_former,
    lock_order,
    move,
    summarize_orders,
)
from orders.models import Event, Hold, Order, OrderLine, Shipment, ShipmentLine, User
from orders.states import SHIPMENT_ENDED, SHIPMENT_NOT_BEGUN, ShipmentStatus
from orders.words import say

FROM_SHOP = "shop"  # the origin of a cancellation that the shop itself wants
NOT_YET = "repair"  # of a customer's own units: they are sent with another order, or refunded
BY_CUSTOMER = "customer"  # the origin of what the customer decided on the tracking page


@dataclass(frozen=True, slots=True)
class Cut:
    """Units of an order line that its shipment loses."""

    shipment_line: ShipmentLine
    units: int


@transaction.atomic(savepoint=False)
def cancel_order(order: Order, *, actor: User | None, reason: str = "", origin: str = "") -> Order:
    """Cancel every unit that has not shipped: the backordered ones, and the allocated ones.

    `origin` is BY_CUSTOMER where the customer called it off.
    Raises DomainError while units are picked: a worker puts them back first.
    """
    order = lock_order(order.pk)
    lines = list(OrderLine.objects.filter(order=order))
    if refusal := why_not_cancelled(order, lines):
        raise DomainError(refusal)
    free = free_units(lines)
    # Of a kit that has begun to leave the other parts are cancelled too: nothing else would do it.
    left = {line.pk: not_picked(line) for line in lines if line.kit_line_id}
    if units := {pk: number for pk, number in (free | left).items() if number}:
        return _cancel(order, lines, units, actor=actor, reason=reason, origin=origin)
    raise DomainError(say("Order {order} has nothing left to cancel.", order=order))


@transaction.atomic(savepoint=False)
def cancel_units(
    order: Order,
    units: Mapping[UUID, int],
    *,
    actor: User | None,
    reason: str = "",
    seen: str = "",
    origin: str = "",
) -> Order:
    """Cancel units of lines, {line id: units}: the backordered ones, then those not picked yet.

    Shipments that are not picked lose the units; one that is left with none is cancelled.
    `seen` is the fingerprint of what a page had shown; `origin` is FROM_SHOP where the shop
    wants it itself.
    Those of a kit's parts go with it. Raises DomainError where a line has fewer units to cancel,
    where they are picked, or where it is a part.
    """
    order = lock_order(order.pk)
    refuse_outdated(order, seen)
    wanted = {line_id: number for line_id, number in units.items() if number}
    lines = list(with_parts(order, wanted))
    if not wanted or wanted.keys() - {line.pk for line in lines}:
        raise DomainError(say("Choose the units of order {order} to cancel.", order=order))
    refuse_parts(lines, wanted)
    _refuse(order, lines, wanted)
    units = fan_out(lines, wanted)
    return _cancel(order, lines, units, actor=actor, reason=reason, origin=origin)


def why_not_cancelled(order: Order, lines: Iterable[OrderLine]) -> str:
    """Say that units are picked, and who can help; "" where the order can be cancelled."""
    picked = [line for line in lines if line.ships and line.picked > line.shipped]
    if not picked:
        return ""
    names = ", ".join(f"{line.picked - line.shipped} × {line.title}" for line in picked)
    return say(
        "Order {order} has picked units ({names}): they have to be put back first. Ask the "
        "warehouse to do that.",
        order=order,
        names=names,
    )


def _refuse(order: Order, lines: list[OrderLine], wanted: Mapping[UUID, int]) -> None:
    """Raise DomainError unless so many units of these lines can be cancelled."""
    free = free_units(lines)
    for line in [line for line in lines if line.pk in wanted]:
        number = wanted[line.pk]
        if 0 < number <= free[line.pk]:
            continue
        mine = [line, *(part for part in lines if part.kit_line_id == line.pk)]
        if number > free[line.pk] and (refusal := why_not_cancelled(order, mine)):
            raise DomainError(refusal)
        can = free[line.pk]
        title = line.title
        raise DomainError(
            say("{title}: {n} can be cancelled, not {number}.", title=title, n=can, number=number)
            if can
            else say("{title}: none can be cancelled, not {number}.", title=title, number=number)
        )


def _cancel(
    order: Order,
    lines: list[OrderLine],
    units: Mapping[UUID, int],
    *,
    actor: User | None,
    reason: str,
    origin: str = "",
) -> Order:
    """Cancel these units of a locked order; they are free, and none is picked."""
    backordered, allocated = _parts([line for line in lines if line.pk in units], units)
    # Counters are lowered before `cancelled` rises: their sum may never exceed `ordered`.
    add_quantities("backordered", {line_id: -number for line_id, number in backordered.items()})
    add_quantities("allocated", {line_id: -number for line_id, number in allocated.items()})
    add_quantities("cancelled", dict(units))
    _shrink_shipments(_cuts(order, allocated), actor)
    left = OrderLine.objects.filter(order=order, ships=True)
    is_last = not left.filter(ordered__gt=F("cancelled") + F("shipped")).exists()
    what = "cancelled" if is_last else "lines_cancelled"
    whence = {"origin": origin} if origin else {}
    if is_unpaid(order):
        whence["unpaid"] = "1"
    event = Event.of(order, what, actor=actor, units=_as_text(_decided(lines, units)), **whence)
    record([event])
    keep_changes(order, event, {}, reason=reason)
    if is_last:
        close_holds(Hold.objects.filter(order=order, released_at__isnull=True), actor=actor)
    else:
        release_sku_holds(order.pk, actor=actor)
        release_shipments([order.pk], actor=actor)
    summarize_orders([order.pk])
    count_former(order.pk)
    return Order.objects.get(pk=order.pk)


def _decided(lines: list[OrderLine], units: Mapping[UUID, int]) -> dict[UUID, int]:
    """The units without those of parts that go with their kit."""
    implied = fan_out(lines, {line.pk: units.get(line.pk, 0) for line in lines if line.is_kit})
    kits = {line.pk for line in lines if line.is_kit}
    left = {pk: n - (implied.get(pk, 0) if pk not in kits else 0) for pk, n in units.items()}
    return {pk: number for pk, number in left.items() if number}


def _parts(
    lines: list[OrderLine], units: Mapping[UUID, int]
) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Which units are backordered, and which allocated; the rest are neither yet."""
    backordered, allocated = {}, {}
    for line in lines:
        new = line.ordered - line.allocated - line.backordered - line.cancelled
        rest = max(units[line.pk] - new, 0)
        backordered[line.pk] = min(rest, line.backordered)
        allocated[line.pk] = rest - backordered[line.pk]
    return backordered, allocated


def _cuts(order: Order, allocated: Mapping[UUID, int]) -> list[Cut]:
    """Which shipments lose the units: first those that nobody picks yet, and of them the newest."""
    rows = ShipmentLine.objects.filter(shipment__order=order, line__in=allocated)
    rows = rows.exclude(shipment__status__in=SHIPMENT_ENDED).select_related("shipment")
    left = dict(allocated)
    cuts = []
    for row in sorted(rows, key=_newest_first):
        number = min(left[row.line_id], row.quantity - row.picked)
        left[row.line_id] -= number
        if number:
            cuts.append(Cut(row, number))
    return cuts


def _newest_first(row: ShipmentLine) -> tuple[bool, float]:
    shipment = row.shipment
    return shipment.status not in SHIPMENT_NOT_BEGUN, -shipment.created_at.timestamp()


def _shrink_shipments(cuts: list[Cut], actor: User | None) -> None:
    """Lower the lines of shipments, and cancel those that have nothing left."""
    by_shipment: dict[Shipment, list[Cut]] = defaultdict(list)
    for cut in cuts:
        by_shipment[cut.shipment_line.shipment].append(cut)
    empty = [shipment for shipment, lost in by_shipment.items() if _is_emptied(shipment, lost)]
    # Its lines stay as they were: they say what was to be in it.
    move(empty, ShipmentStatus.CANCELLED, actor=actor)
    close_holds(Hold.objects.filter(shipment__in=empty, released_at__isnull=True), actor=actor)
    shrunk = {row: lost for row, lost in by_shipment.items() if row not in empty}
    rows = [cut.shipment_line for lost in shrunk.values() for cut in lost]
    for cut in cuts:
        cut.shipment_line.quantity -= cut.units
    ShipmentLine.objects.bulk_update(rows, ["quantity"])
    record([_reduced(shipment, lost, actor) for shipment, lost in shrunk.items()])
    # After the event: subscribers have withdrawn the work on these lines.
    ShipmentLine.objects.filter(pk__in=[row.pk for row in rows], quantity=0).delete()


def _is_emptied(shipment: Shipment, lost: list[Cut]) -> bool:
    quantities = shipment.lines.values_list("quantity", flat=True)
    return sum(quantities) == sum(cut.units for cut in lost)


def _reduced(shipment: Shipment, lost: list[Cut], actor: User | None) -> Event:
    units = {cut.shipment_line.line_id: cut.units for cut in lost}
    return Event.of(shipment, "reduced", actor=actor, units=_as_text(units))


def _as_text(units: Mapping[UUID, int]) -> dict[str, int]:
    return {str(line_id): number for line_id, number in units.items()}
