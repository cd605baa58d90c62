"""A batch on its way and at the wall: scans on the forms that the screens show."""

import re

from tests.support.cast import make_order
from warehouse.models import Location, PickLine, PickList
from warehouse.stock.allocation import allocate_due

PICK, WALL, WALLS = "/warehouse/pick/", "/warehouse/wall/", "/warehouse/walls/"
FORM = re.compile(r'<form[^>]*action="([^"]*)"[^>]* data-scan>.*?</form>', re.DOTALL)
FIELD = re.compile(
    r'name="(line|walk|location|product|quantity|proposed|planned)"[^>]* value="([^"]*)"'
)


def ordered(side, *orders):
    """Allocated orders of a seller, each as {sku: units}."""
    made = [make_order(side, lines) for lines in orders]
    allocate_due()
    return made


def scan(worker, screen, code, **fields):
    """A scan on the form of a screen."""
    form = FORM.search(screen.html)
    return worker.sends(form.group(1), code=code, **dict(FIELD.findall(form.group(0))) | fields)


def pick_batch(worker, screen):
    """All scans of a batch from place to place; [(place, SKU, units)] and the last screen."""
    way = []
    while found := re.search(r'name="line" value="([^"]*)"', screen.html):
        line = PickLine.objects.select_related("stock__location", "stock__product")
        stock = line.get(pk=found.group(1)).stock
        if "Scan the location" in screen.text:
            screen = scan(worker, screen, stock.location.code)
        units = int(re.search(r'name="proposed" value="(\d+)"', screen.html).group(1))
        screen = scan(worker, screen, stock.product.sku)
        assert screen.status == 200, screen.says
        way.append((stock.location.code, stock.product.sku, units))
    return way, screen


def cell_of(order):
    """The cell that an order of a batch has."""
    return PickList.objects.select_related("tote").get(shipment__order=order).tote.code


def put(worker, screen, sku):
    """Scan a unit, then the cell that the screen says; returns (cell, the screen)."""
    screen = scan(worker, screen, sku)
    assert screen.status == 200, screen.says
    cell = re.search(r'class="goal-code goal-cell[^>]*>([^<]*)<', screen.html).group(1)
    return cell, scan(worker, screen, cell)


def sort_all(worker, tote):
    """Sort all that lies in a tote; {cell: [SKU]} in the order of the puts."""
    screen = worker.sends(WALL, code=tote)
    sorted_into = {}
    while lines := list(unsorted(tote)):
        cell, screen = put(worker, screen, lines[0].stock.product.sku)
        assert screen.status == 200, screen.says
        sorted_into.setdefault(cell, []).append(lines[0].stock.product.sku)
    return sorted_into, screen


def unsorted(tote):
    rows = PickLine.objects.filter(pick_list__batch_tote__code=tote, to_sort__gt=0)
    return rows.select_related("stock__product").order_by("pick_list", "position")


def lying_in(code):
    """{SKU: (units, pinned)} by the books."""
    place = Location.objects.get(code=code)
    rows = place.stocks.filter(on_hand__gt=0).values_list("product__sku", "on_hand", "pinned")
    return {sku: (units, pinned) for sku, units, pinned in rows}
