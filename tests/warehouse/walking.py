"""A picker's day: orders with supply, walks, right scans, and what lies where."""

from tests.support.cast import make_order
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.floor.putting_back import put_in_place
from warehouse.models import Stock
from warehouse.stock.allocation import allocate_due


def ordered(side, lines, **fields):
    """An order whose supply is allocated."""
    order = make_order(side, lines, **fields)
    allocate_due()
    return order


def take(building, picker):
    return take_next_pick_list(warehouse=building, actor=picker)


def stops(walk):
    """[(location, SKU, open units)] in walking order."""
    rows = walk.lines.select_related("stock__location", "stock__product")
    return [(row.stock.location.code, row.stock.product.sku, row.open_quantity) for row in rows]


def pick_all(walk, picker):
    for stop in walk.lines.select_related("stock__location", "stock__product"):
        scan(stop, picker)


def scan(stop, picker, *, quantity=None):
    return confirm_pick(
        stop,
        location_code=stop.stock.location.code,
        product_code=stop.stock.product.sku,
        quantity=quantity or stop.open_quantity,
        actor=picker,
    )


def put_all_back(walk, worker):
    """Scan what lies in the tote of a cancelled walk back to where it was picked."""
    for stop in walk.lines.filter(to_put_back__gt=0).select_related("stock__location"):
        put_in_place(stop, units=stop.to_put_back, place=stop.stock.location, actor=worker)


def contents(product):
    """{location code: (units, pinned units)} where there are some."""
    rows = Stock.objects.filter(product=product, on_hand__gt=0)
    return {row.location.code: (row.on_hand, row.pinned) for row in rows}


def counts(order):
    return list(order.lines.values_list("sku", "allocated", "backordered", "picked"))


def state(thing):
    return type(thing).objects.values_list("status", flat=True).get(pk=thing.pk)
