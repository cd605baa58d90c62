"""Cancel a shipment that was begun; put back by scan what was picked of it."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.cancel import NOT_YET, cancel_units
from orders.lifecycle.holds import IS_HELD, hold_order
from orders.lifecycle.label_requests import discard_labels
from orders.lifecycle.together import lock_together
from orders.lifecycle.transitions import add_quantities, lock_orders, move, move_back
from orders.models import Event, Hold, Order, Package, Repair, Shipment, ShipmentLine, User
from orders.states import (
    PACKAGE_IN_HOUSE,
    OrderStatus,
    PackageStatus,
    RepairStatus,
    ShipmentStatus,
)
from orders.words import predicate, say, state
from warehouse.floor.opening import open_shared_box
from warehouse.floor.totes import lies_in, parts_of
from warehouse.models import Location, PickLine, PickList, Stock, StockMovement
from warehouse.serials.packed import free_serials
from warehouse.states import PICK_LIST_AT_WORK, PickListStatus
from warehouse.stock.closing import refuse_closed
from warehouse.stock.postings import Posting, lock_supplies, post, refuse_closed_now

IN_HAND = (
    ShipmentStatus.PICKING, ShipmentStatus.PICKED, ShipmentStatus.PACKED, ShipmentStatus.READY,
)  # fmt: skip


def own_units(shipment: Shipment) -> Repair | None:
    """The repair whose units are all that a shipment holds: they are its customer's.

    That is the first one of their order. What the seller has added since comes from stock.
    """
    own = Repair.objects.filter(sent_as=shipment.order_id).select_related("order_return").first()
    former = Shipment.objects.filter(order=shipment.order_id, pk__lt=shipment.pk)
    return own if own and not former.exists() else None


@transaction.atomic(savepoint=False)
def put_back(shipment: Shipment, *, actor: User | None) -> Shipment:
    """Cancel the boxes and the shipment; what was picked of it is to be put back.

    Its units stay in the tote, where nobody else picks them, until each is scanned back.
    A box that it shares with other orders is opened: these are to be packed anew.
    The order waits for allocation again, or may be cancelled now. A customer's own units are set
    aside again, and their order is cancelled. Raises DomainError once a box has left.
    """
    own = own_units(shipment)
    if own is not None:  # both at once, in the order of their ids
        lock_orders([own.order_id, shipment.order_id])
    together = lock_together(shipment)
    shipment = next(row for row in together if row.pk == shipment.pk)
    if shipment.status not in IN_HAND:
        present = predicate(state(shipment))
        raise DomainError(
            say(
                "Shipment {shipment} is {present}: there is nothing to put back.",
                shipment=shipment,
                present=present,
            )
        )
    boxes = Package.objects.filter(shipment=shipment).exclude(status=PackageStatus.CANCELLED)
    if boxes.exclude(status__in=PACKAGE_IN_HOUSE).exists():
        raise DomainError(
            say("A box of shipment {shipment} was handed over: ship the rest.", shipment=shipment)
        )
    if open_shared_box(together, actor=actor):  # the others are to be packed without it
        shipment = Shipment.objects.get(pk=shipment.pk)
    discard_labels(move(boxes, PackageStatus.CANCELLED, actor=actor))
    free_serials(shipment)
    lines = list(ShipmentLine.objects.filter(shipment=shipment).select_related("line"))
    products = [line.line.product_id for line in lines]
    lock_supplies((product_id, shipment.warehouse_id) for product_id in products if product_id)
    _let_go(shipment, actor=actor)
    _take_back_counters(lines)
    [shipment] = move([shipment], ShipmentStatus.CANCELLED, actor=actor)
    # After the cancellation, which unpins what an open walk had still to pick.
    walks = PickList.objects.filter(shipment=shipment, lines__picked__gt=0).distinct()
    stopped = move(walks, PickListStatus.PUT_BACK, actor=actor)
    if own is not None:
        _set_aside_again(own, stopped, actor=actor)
        units = {line.line_id: own.quantity for line in lines}
        order = Order.objects.get(pk=shipment.order_id)
        cancel_units(order, units, actor=actor, origin=NOT_YET)
    return shipment


@transaction.atomic(savepoint=False)
def do_not_ship(shipment: Shipment, *, reason: str = "", actor: User | None) -> Shipment:
    """Put a shipment back, and hold its order: else it would be allocated and picked again.

    An order that is on hold already goes on when that hold ends, such as one of which the shop
    wants less.
    """
    back = put_back(shipment, actor=actor)
    if back.order.status == OrderStatus.CANCELLED:  # of a customer's own units: nothing is left
        return back
    if not Shipment.objects.filter(IS_HELD, pk=back.pk).exists():
        hold_order(back.order, reason=Hold.Reason.WAREHOUSE, detail=reason, actor=actor)
    return back


@transaction.atomic(savepoint=False)
def cancel_walk(walk: PickList, *, actor: User | None) -> PickList:
    """Cancel a walk with its shipment: the order is allocated again, for another walk."""
    lock_orders([walk.shipment.order_id])
    current = PickList.objects.select_related("shipment").get(pk=walk.pk)
    if current.status not in PICK_LIST_AT_WORK:
        present = predicate(state(current.shipment))
        raise DomainError(
            say(
                "Shipment {current} is {present}: its walk has ended.",
                current=current,
                present=present,
            )
        )
    put_back(current.shipment, actor=actor)
    return PickList.objects.select_related("shipment", "tote").get(pk=walk.pk)


@transaction.atomic(savepoint=False)
def put_in_place(
    pick_line: PickLine, *, units: int, place: Location, actor: User | None
) -> PickLine:
    """Put units of a cancelled walk from its tote into a location; with the last it is done."""
    stop = _lock_stop(pick_line)
    if place.kind == Location.Kind.TOTE:
        raise DomainError(
            say("{place} is a tote: put it into a bin, a shelf or a dock.", place=place)
        )
    refuse_closed(place)
    closed = Stock.objects.filter(location=place, closed_at__isnull=False)
    if closed.filter(product=stop.stock.product_id).exists():
        raise DomainError(say("{place} is to be counted first: choose another place.", place=place))
    if not 1 <= units <= stop.to_put_back:
        raise DomainError(
            say(
                "Put back 1 to {to_put_back} here, not {units}.",
                to_put_back=stop.to_put_back,
                units=units,
            )
        )
    _post_back(stop, units, place, actor=actor)
    refuse_closed_now(place)
    return stop


@transaction.atomic(savepoint=False)
def report_not_in_tote(pick_line: PickLine, *, actor: User | None) -> PickLine:
    """Say that the units of a stop are not in the tote.

    The books have them where they were picked, and that place is counted.
    """
    stop = _lock_stop(pick_line)
    place, missing = stop.stock.location, stop.to_put_back
    missed = Event.of(
        stop.stock, "not_in_tote", actor=actor, location=str(place.pk), missing=missing
    )
    # A Stock row has no order, but the event belongs to the history of this one.
    missed.order = stop.pick_list.shipment.order
    _post_back(stop, missing, place, actor=actor)
    record([missed])
    return stop


@transaction.atomic(savepoint=False)
def empty_tote(walk: PickList, *, actor: User | None) -> PickList:
    """Say that the tote of a cancelled walk is empty. Raises DomainError while units lie in it."""
    lock_orders([walk.shipment.order_id])
    current = PickList.objects.select_related("tote").get(pk=walk.pk)
    if current.status != PickListStatus.PUT_BACK:
        raise DomainError(
            say(
                "{holder} is empty already.",
                holder=f"{current.holder[0].upper()}{current.holder[1:]}",
            )
        )
    if current.lines.filter(to_put_back__gt=0).exists():
        raise DomainError(
            say("Units still lie in {lies_in}: scan each of them back.", lies_in=lies_in(current))
        )
    move([current], PickListStatus.DONE, actor=actor)
    return current


def _set_aside_again(own: Repair, walks: Iterable[PickList], *, actor: User | None) -> None:
    """A customer's own units leave the books, as they have come: no shelf gets them."""
    for walk in walks:
        stops = list(walk.lines.filter(to_put_back__gt=0).select_related("stock", "pick_list"))
        postings = [
            Posting.at(stop.stock, -part, location_id=tote_id, subject_id=stop.pk)
            for stop in stops
            for tote_id, part in parts_of(stop, stop.to_put_back)
        ]
        post(postings, reason=StockMovement.Reason.REPAIRED, actor=actor)
        walk.lines.update(to_put_back=0, to_sort=0)
        move([walk], PickListStatus.DONE, actor=actor)
    to = RepairStatus.FAILED if own.is_failed else RepairStatus.REPAIRED
    move_back([own], to, actor=actor, changes={"sent_as": None})


def _let_go(shipment: Shipment, *, actor: User | None) -> None:
    """Unpin the units in the tote: they belong to no order, and wait to be put back."""
    stops = PickLine.objects.filter(pick_list__shipment=shipment, picked__gt=0)
    postings = [
        Posting.at(stop.stock, 0, pinned=-part, location_id=tote_id)
        for stop in stops.select_related("stock", "pick_list")
        for tote_id, part in parts_of(stop, stop.picked)
    ]
    post(postings, reason=StockMovement.Reason.PUT_BACK, actor=actor)
    stops.update(to_put_back=F("picked"))


def _lock_stop(pick_line: PickLine) -> PickLine:
    """The stop, read fresh under the lock of its order, with units to put back."""
    lock_orders([pick_line.pick_list.shipment.order_id])
    stops = PickLine.objects.select_related("pick_list__shipment__order", "pick_list__tote")
    stop = stops.select_related("stock__product", "stock__location").get(pk=pick_line.pk)
    if not stop.to_put_back:
        raise DomainError(say("{product} is put back already.", product=stop.stock.product))
    return stop


def _post_back(stop: PickLine, units: int, place: Location, *, actor: User | None) -> None:
    """Post units from the tote to a place; the walk whose last units they are is done."""
    walk = stop.pick_list
    left = stop.to_put_back - units
    unsorted = min(stop.to_sort, left)
    parts = [(walk.batch_tote_id, stop.to_sort - unsorted)]
    parts.append((walk.tote_id, units - parts[0][1]))
    back = [
        Posting.at(stop.stock, -part, location_id=tote_id, subject_id=stop.pk)
        for tote_id, part in parts
    ]
    back.append(Posting.at(stop.stock, units, location_id=place.pk, subject_id=stop.pk))
    post(back, reason=StockMovement.Reason.PUT_BACK, actor=actor)
    stop.to_put_back, stop.to_sort = left, unsorted
    stop.save(update_fields=["to_put_back", "to_sort"])
    if not walk.lines.filter(to_put_back__gt=0).exists():
        move([walk], PickListStatus.DONE, actor=actor)


def _take_back_counters(lines: list[ShipmentLine]) -> None:
    """Lower the counters, the last step first: check constraints forbid packed above picked."""
    add_quantities("packed", {line.line_id: -line.packed for line in lines})
    add_quantities("picked", {line.line_id: -line.picked for line in lines})
    add_quantities("allocated", {line.line_id: -line.quantity for line in lines})
    ShipmentLine.objects.filter(pk__in=[line.pk for line in lines]).update(packed=0, picked=0)
