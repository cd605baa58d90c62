"""A batch on its way: the stops of all its orders summed up by place, picked and short at once."""

from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from orders.errors import DomainError
from orders.lifecycle.transitions import lock_orders
from orders.models import User
from orders.states import ShipmentStatus
from orders.words import say
from warehouse.floor.carts.slots import Slot, stops_of
from warehouse.floor.picking import Scans, check_pick, report_short
from warehouse.floor.walks import (
    DONE,
    STOP_IS_HELD,
    end_walk,
    pick_at,
    refuse_closed,
    refuse_gone,
)
from warehouse.models import PickLine, PickList
from warehouse.states import PickListStatus
from warehouse.stock.lots import why_withheld
from warehouse.stock.postings import lock_supplies


class Group(NamedTuple):
    """What is to be taken of one stock, for one or many orders of the batch."""

    lines: list[Any]

    @property
    def line(self) -> Any:
        """The first of them: place, product and lot are those of all."""
        return self.lines[0]

    @property
    def units(self) -> int:
        return sum(line.open_quantity for line in self.lines)


def groups_of(slots: list[Slot]) -> list[Group]:
    """What is to be taken now, place by place: of open walks that no hold stops."""
    stops = stops_of(slots)
    order = {stop.stock_id: number for number, stop in reversed(list(enumerate(stops)))}
    stops.sort(key=lambda stop: order[stop.stock_id])
    return [Group(list(rows)) for _, rows in groupby(stops, key=lambda stop: stop.stock_id)]


def counted(slots: list[Slot]) -> tuple[int, int]:
    """(units that are picked, all units) of the orders of a batch that were not cancelled."""
    here = [slot.walk.pk for slot in slots if slot.walk.shipment.status != ShipmentStatus.CANCELLED]
    lines = list(PickLine.objects.filter(pick_list__in=here))
    return sum(line.picked for line in lines), sum(line.quantity - line.short for line in lines)


def group_now(walk: PickList, line_id: UUID, *, actor: User) -> Group:
    """The group of a stop under the locks of its orders, without what is on hold by now.

    Raises DomainError where nothing is left of it, and says why.
    """
    of_batch = PickLine.objects.filter(pick_list__cart_walk=walk.cart_walk)
    line = of_batch.filter(pk=line_id).first()
    if line is None:  # it was cancelled
        refuse_gone(walk)
        raise DomainError(DONE)
    same = of_batch.filter(stock=line.stock_id)
    lock_orders(same.values_list("pick_list__shipment__order", flat=True))
    rows: Any = same.annotate(is_held=STOP_IS_HELD).order_by("pick_list", "position")
    rows = list(
        rows.select_related("pick_list__shipment__order", "pick_list__tote", "shipment_line")
        .select_related("pick_list__batch_tote", "pick_list__picker")
        .select_related("stock__location", "stock__product")
    )
    if free := [row for row in rows if _is_to_pick(row)]:
        refuse_closed(free[0], actor=actor)
        return Group(free)
    asked = [row for row in rows if row.pk == line_id]
    for row in [*asked, *rows]:
        refuse_closed(row, actor=actor)
    raise DomainError(DONE)


@transaction.atomic(savepoint=False)
def pick_group(group: Group, scans: Scans, *, actor: User) -> int:
    """Pick units of a `group_now` into the tote of the batch, for its first orders first.

    Returns how many. Raises WrongScan for a wrong place or product.
    """
    units = check_pick(group.line, scans, wanted=group.units, actor=actor)
    _pick(_shared_out(group.lines, units), actor)
    return units


@transaction.atomic(savepoint=False)
def report_group_short(group: Group, *, found: int, reason: str, actor: User) -> None:
    """Short pick of a `group_now`: the first orders get what was found, the others run short."""
    if not 0 <= found < group.units:
        raise DomainError(
            say(
                "Enter 0 to {number} units found, not {found}.",
                number=group.units - 1,
                found=found,
            )
        )
    if found and (why := why_withheld(group.line.stock)):
        raise DomainError(say("Leave all of it there: {why}. Enter 0 units.", why=why))
    # Supplies before stocks, as in each short pick.
    lock_supplies([(group.line.stock.product_id, group.line.pick_list.warehouse_id)])
    shares = _shared_out(group.lines, found)
    _pick({line: units for line, units in shares.items() if units == line.open_quantity}, actor)
    for line in group.lines:
        if line.open_quantity:
            report_short(line, found=shares.get(line, 0), reason=reason, actor=actor)


def _is_to_pick(row: Any) -> bool:
    return bool(
        row.open_quantity and not row.is_held and row.pick_list.status == PickListStatus.OPEN
    )


def _pick(units: dict[PickLine, int], actor: User) -> None:
    if not units:
        return
    for line, is_open in zip(units, pick_at(units, actor=actor), strict=True):
        if not is_open:
            end_walk(line.pick_list, actor=actor)


def _shared_out(lines: list[Any], units: int) -> dict[PickLine, int]:
    shares = {}
    for line in lines:
        if share := min(line.open_quantity, units):
            shares[line] = share
            units -= share
    return shares
