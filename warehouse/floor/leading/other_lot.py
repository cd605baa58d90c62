"""A lead lets a picker take another lot of the product than the one that expires first."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, User
from orders.words import say
from warehouse.floor.walks import open_line
from warehouse.models import PickLine, Stock
from warehouse.stock.closing import IS_OPEN
from warehouse.stock.postings import lock_supplies, pin


@transaction.atomic(savepoint=False)
def take_other_lot(stop: PickLine, stock: Stock, *, actor: User) -> PickLine:
    """Send a stop to another lot at its place. Raises DomainError where that has too few units
    that orders may get, or some of the first lot are picked already.
    """
    line = open_line(stop, actor=None)
    units = line.open_quantity
    if line.picked:
        told = "Lot {lot} is picked in part: finish this stop first."
        raise DomainError(say(told, lot=line.stock.lot))
    # It guards the unpinned units of both lots.
    locked = lock_supplies([(line.stock.product_id, line.pick_list.warehouse_id)])
    same = Stock.objects.filter(IS_OPEN, product=line.stock.product_id)
    rows = same.filter(location=line.stock.location_id, pk=stock.pk)
    if not rows.filter(on_hand__gte=F("pinned") + units).exists():
        told = "Fewer than {units} units of lot {lot} can go from there."
        raise DomainError(say(told, units=units, lot=stock.lot))
    pin({line.stock_id: -units, stock.pk: units}, locked=locked)
    PickLine.objects.filter(pk=line.pk).update(stock=stock)
    record([Event.of(line.pick_list, "other_lot", actor=actor, stop=str(line.pk))])
    line.stock = stock
    return line


def other_lots(stops: Sequence[PickLine]) -> dict[UUID, list[Stock]]:
    """{stop: the lots at its place that may be taken instead, with units enough}.

    Nothing is asked where no product of them has lots.
    """
    asked = [
        stop
        for stop in stops
        if stop.stock.product.is_lot_tracked and stop.open_quantity and not stop.picked
    ]
    if not asked:
        return {}
    lying = Stock.objects.filter(
        IS_OPEN,
        product__in={stop.stock.product_id for stop in asked},
        location__in={stop.stock.location_id for stop in asked},
    )
    rows = list(lying.order_by("lot"))
    return {stop.pk: [row for row in rows if _is_instead(row, stop)] for stop in asked}


def _is_instead(row: Stock, stop: PickLine) -> bool:
    first = stop.stock
    is_same = (row.product_id, row.location_id) == (first.product_id, first.location_id)
    return is_same and row.pk != first.pk and row.on_hand - row.pinned >= stop.open_quantity
