"""A lead lets a picker take another lot of the product than the one that expires first."""

from django.db import transaction
from django.db.models import F

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, User
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
        raise DomainError(f"Lot {line.stock.lot} is picked in part: finish this stop first.")
    # It guards the unpinned units of both lots.
    locked = lock_supplies([(line.stock.product_id, line.pick_list.warehouse_id)])
    same = Stock.objects.filter(IS_OPEN, product=line.stock.product_id)
    rows = same.filter(location=line.stock.location_id, pk=stock.pk)
    if not rows.filter(on_hand__gte=F("pinned") + units).exists():
        raise DomainError(f"Fewer than {units} units of lot {stock.lot} can go from there.")
    pin({line.stock_id: -units, stock.pk: units}, locked=locked)
    PickLine.objects.filter(pk=line.pk).update(stock=stock)
    record([Event.of(line.pick_list, "other_lot", actor=actor, stop=str(line.pk))])
    line.stock = stock
    return line


def other_lots(stop: PickLine) -> list[Stock]:
    """The lots at the place of a stop that may be taken instead, with units enough.

    Nothing is asked for a product that has no lots.
    """
    if not stop.stock.product.is_lot_tracked or stop.picked or not stop.open_quantity:
        return []
    rows = Stock.objects.filter(
        IS_OPEN, product=stop.stock.product_id, location=stop.stock.location_id
    )
    enough = rows.filter(on_hand__gte=F("pinned") + stop.open_quantity)
    return list(enough.exclude(pk=stop.stock_id).order_by("lot"))
