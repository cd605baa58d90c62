"""At the put wall: each unit of a batch goes from its tote into the cell of an order.

A put is one unit: scanned, which says the cell, and confirmed there.
"""

from collections import Counter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from orders.errors import DomainError, WrongScan
from orders.events.recording import record
from orders.lifecycle.labelling import open_hold, unwanted
from orders.lifecycle.transitions import add_quantities, lock_orders, move
from orders.models import Event, ShipmentLine, User
from orders.words import say
from warehouse.floor.pausing import WALK_IS_HELD
from warehouse.floor.picking import stands_for, units_counted
from warehouse.floor.totes import NOT_PACKED
from warehouse.floor.walks import STOP_IS_HELD, end_walk
from warehouse.models import Location, PickLine, PickList, StockMovement
from warehouse.scanning.articles import in_full
from warehouse.scanning.lot_codes import lot_in
from warehouse.states import PICK_LIST_AT_WORK, PICK_LIST_BEGUN, PickListStatus
from warehouse.stock.postings import Posting, post

NAMED = 3  # products in a sentence


class Put(NamedTuple):
    """A unit that was put: its stop, and whether its cell has all units of its order now."""

    line: PickLine
    is_complete: bool


def lines_in(tote: Location) -> QuerySet[Any]:
    """What lies in the tote of a batch for orders that go on, with `is_held`."""
    rows = PickLine.objects.filter(
        to_sort__gt=0, pick_list__batch_tote=tote, pick_list__status__in=PICK_LIST_AT_WORK
    )
    rows = rows.annotate(is_held=STOP_IS_HELD).order_by("pick_list", "position")
    return rows.select_related(
        "stock__product", "stock__location", "shipment_line", "pick_list__tote",
        "pick_list__batch_tote", "pick_list__shipment__order",
    )  # fmt: skip


def left_in(tote: Location) -> QuerySet[Any]:
    """The cancelled walks of which units lie in the tote of a batch: they are put back."""
    rows = PickList.objects.filter(
        batch_tote=tote, status=PickListStatus.PUT_BACK, lines__to_sort__gt=0
    )
    return rows.select_related("shipment__order", "tote").distinct().order_by("pk")


@transaction.atomic(savepoint=False)
def begin_sorting(tote: Location, *, actor: User) -> None:
    """Let go what is on hold of a batch that has come to the wall: it is fetched by itself.

    Raises DomainError while somebody still picks into the tote.
    """
    if begun := _begun(tote):
        # Read again under the locks: a hold may have ended, or an order may have been cancelled.
        lock_orders(walk.shipment.order_id for walk in begun)
        begun = _begun(tote)
    if picking := [walk for walk in begun if not walk.is_held]:
        raise DomainError(
            say(
                "{picker} is still picking into tote {tote}.",
                picker=picking[0].picker,
                tote=tote,
            )
        )
    _let_go(begun, actor=actor)


@transaction.atomic(savepoint=False)
def find_put(tote: Location, code: str, *, actor: User) -> PickLine:
    """The stop whose unit was scanned out of the tote: the order that lacks the fewest units.

    Raises DomainError where no order needs it, and says what becomes of it.
    """
    begin_sorting(tote, actor=actor)
    return which_put(tote, code)


def which_put(tote: Location, code: str) -> PickLine:
    """Like `find_put`, of a tote that is being sorted."""
    code = code.strip()
    lines: list[Any] = list(lines_in(tote))
    products = {line.stock.product_id: line.stock.product for line in lines}
    units = {pk: units_counted(code, product) for pk, product in products.items()}
    matching = [line for line in lines if units[line.stock.product_id]]
    if not matching:
        _refuse_not_wanted(tote, lines, code)
    if units[matching[0].stock.product_id] > 1:
        raise DomainError(say("{code} is on a case: scan each unit in it.", code=code))
    matching = _of_lot(matching, lot_in(code))
    free = [line for line in matching if not line.is_held]
    if not free:
        _refuse_held(matching[0])
    lacking: Counter[UUID] = Counter()
    for line in lines:
        lacking[line.pick_list_id] += line.to_sort
    found: PickLine = min(free, key=lambda line: (lacking[line.pick_list_id], line.pick_list_id))
    return found


@transaction.atomic(savepoint=False)
def put_unit(pick_line: PickLine, *, actor: User) -> Put:
    """Post a unit from the tote of the batch into the cell of its order, where it stays pinned.

    With the last one its shipment is picked. Raises DomainError where the order was cancelled or
    put on hold since the unit was scanned.
    """
    line = _lock(pick_line)
    walk = line.pick_list
    if line.is_held:
        _refuse_held(line)
    shared = {"pinned": 1, "subject_id": line.pk, "warehouse_id": walk.warehouse_id}
    out = {**shared, "pinned": -1, "location_id": walk.batch_tote_id}
    moved = [
        Posting.at(line.stock, -1, **out),
        Posting.at(line.stock, 1, location_id=walk.tote_id, **shared),
    ]
    post(moved, reason=StockMovement.Reason.MOVED, actor=actor)
    line.to_sort -= 1
    line.save(update_fields=["to_sort"])
    return Put(line, _end_where_sorted(walk, actor))


@transaction.atomic(savepoint=False)
def report_not_there(pick_line: PickLine, *, actor: User) -> None:
    """Say that the units of a stop that are not sorted yet are not in the tote.

    The books have them where they were picked, and that place is counted. Their walk goes back to
    its picker, who fetches them into the cell, or reports them short there.
    """
    if tote := pick_line.pick_list.batch_tote:
        begin_sorting(tote, actor=actor)
    line = _lock(pick_line)
    walk, missing = line.pick_list, line.to_sort
    out = {"pinned": -missing, "location_id": walk.batch_tote_id, "subject_id": line.pk}
    back = [
        Posting.at(line.stock, -missing, **out),
        Posting.at(line.stock, missing, pinned=missing, subject_id=line.pk),
    ]
    post(back, reason=StockMovement.Reason.PUT_BACK, actor=actor)
    line.picked, line.to_sort = line.picked - missing, 0
    line.save(update_fields=["picked", "to_sort"])
    ShipmentLine.objects.filter(pk=line.shipment_line_id).update(picked=F("picked") - missing)
    add_quantities("picked", {line.shipment_line.line_id: -missing})
    place = str(line.stock.location_id)
    missed = Event.of(line.stock, "not_in_tote", actor=actor, location=place, missing=missing)
    # A Stock row has no order, but the event belongs to the history of this one.
    missed.order = walk.shipment.order
    record([missed])
    _let_go([walk], actor=actor)


def _begun(tote: Location) -> list[Any]:
    """The walks of a batch of which units are still to be picked, with `is_held`."""
    rows: Any = PickList.objects.filter(
        batch_tote=tote, cart_walk__isnull=False, status__in=PICK_LIST_BEGUN
    ).annotate(is_held=WALK_IS_HELD)
    return list(rows.select_related("shipment", "picker").order_by("pk"))


def _let_go(walks: list[Any], *, actor: User) -> None:
    """Let walks of a batch go on by themselves, paused: what is fetched goes into their cells.

    They were read under the locks of their orders.
    """
    if not walks:
        return
    going = [walk for walk in walks if walk.status != PickListStatus.PAUSED]
    at = {"paused_at": timezone.now()}
    move(going, PickListStatus.PAUSED, actor=actor, changes=at)
    PickList.objects.filter(pk__in=[walk.pk for walk in walks]).update(cart_walk=None)


def _end_where_sorted(walk: PickList, actor: User) -> bool:
    if walk.status != PickListStatus.TO_SORT or walk.lines.filter(to_sort__gt=0).exists():
        return False
    end_walk(walk, actor=actor)
    return True


def _lock(pick_line: PickLine) -> Any:
    """The stop, read fresh under the lock of its order. Raises DomainError where it has ended."""
    lock_orders([pick_line.pick_list.shipment.order_id])
    tote = pick_line.pick_list.batch_tote
    line = lines_in(tote).filter(pk=pick_line.pk).first() if tote else None
    if line:
        return line
    walk = PickList.objects.select_related("shipment__order", "tote").get(pk=pick_line.pick_list_id)
    if walk.status == PickListStatus.PUT_BACK:
        raise DomainError(
            say(
                "Order {order} was cancelled: leave it in tote {tote}, and put it back.",
                order=walk.shipment.order,
                tote=tote,
            )
        )
    # Two who sort one tote were sent to the same cell: the unit of the second is another order's.
    told = "Cell {cell} needs no more of it: scan this unit again."
    raise DomainError(say(told, cell=walk.tote))


def _of_lot(lines: list[Any], scanned: str) -> list[Any]:
    """Those of the scanned lot, where the product has lots: a cell gets that it was picked of."""
    lots = {line.stock.lot for line in lines}
    product = lines[0].stock.product
    if lots == {""} or not product.is_lot_tracked:
        return lines
    if not scanned and len(lots) == 1:
        return lines
    found = [line for line in lines if line.stock.lot.casefold() == scanned.casefold()]
    if scanned and found:
        return found
    wanted = ", ".join(sorted(lots))
    if scanned:
        raise WrongScan(say("lot {lot} of {sku}", lot=scanned, sku=product.sku), wanted)
    told = "{sku}, of which several lots lie here"
    raise WrongScan(say(told, sku=product.sku), wanted)


def _refuse_held(line: Any) -> None:
    """Say why a unit is not put into its cell now."""
    walk = line.pick_list
    hold = open_hold([walk.shipment])
    if units := unwanted(hold):
        told = "Cancelled by the shop: leave {units} in tote {tote}, for the lead."
        raise DomainError(say(told, units=units, tote=walk.batch_tote))
    raise DomainError(
        say(
            "Order {order} is on hold: leave it in tote {tote}.",
            order=walk.shipment.order,
            tote=walk.batch_tote,
        )
    )


def _refuse_not_wanted(tote: Location, lines: list[Any], code: str) -> None:
    """Say what a unit is that no order needs: of a cancelled one, one too many, or a wrong one."""
    loose = PickLine.objects.filter(pick_list__in=left_in(tote), to_sort__gt=0)
    for line in loose.select_related("stock__product", "pick_list__shipment__order"):
        if stands_for(code, line.stock.product):
            raise DomainError(
                say(
                    "Order {order} was cancelled: leave it in tote {tote}, and put it back.",
                    order=line.pick_list.shipment.order,
                    tote=tote,
                )
            )
    picked = PickLine.objects.filter(
        pick_list__batch_tote=tote, pick_list__shipment__status__in=NOT_PACKED, picked__gt=0
    )
    rows = picked.order_by("stock__product", "pk").distinct("stock__product")
    for line in rows.select_related("stock__product", "stock__location"):
        if stands_for(code, line.stock.product):
            raise DomainError(
                say(
                    "{product}: one too many, no order here needs it. Take it back to {location}.",
                    product=line.stock.product,
                    location=line.stock.location,
                )
            )
    skus = list(dict.fromkeys(line.stock.product.sku for line in lines))
    if not skus:
        raise DomainError(say("Nothing is left to sort in tote {tote}.", tote=tote))
    wanted = ", ".join([*skus[:NAMED], *(["…"] if len(skus) > NAMED else [])])
    raise WrongScan(in_full(code, tote.warehouse), wanted)
