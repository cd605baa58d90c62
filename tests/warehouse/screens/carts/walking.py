"""A walk with a cart: its stop as the screen shows it, and the scans of it."""

import re

from tests.warehouse.screens.test_picking import sent
from warehouse.models import PickLine, PickList

PICK, CARTS = "/warehouse/pick/", "/warehouse/carts/"
FORM = re.compile(r'<form[^>]*action="([^"]*)"[^>]* data-scan>.*?</form>', re.DOTALL)


def scan(worker, screen, code, **fields):
    """A scan on the form of the stop, with a product in hand where there is one."""
    _, hidden = sent(screen)
    form = FORM.search(screen.html)
    if product := re.search(r'name="product" value="([^"]*)"', form.group(0)):
        hidden["product"] = product.group(1)
    return worker.sends(form.group(1), code=code, **hidden | fields)


def pick_stop(worker, screen, **fields):
    """All scans of the stop that a screen shows: place, product, slot."""
    stop = stop_of(screen)
    place, sku = stop.stock.location.code, stop.stock.product.sku
    if "Scan the location" in screen.text:
        screen = scan(worker, screen, place)
    if "Scan the product" in screen.text:
        screen = scan(worker, screen, sku, **fields)
    return scan(worker, screen, stop.pick_list.tote.code)


def stop_of(screen):
    """The stop of a screen, or None where all is picked."""
    found = re.search(r'name="line" value="([^"]*)"', screen.html)
    rows = PickLine.objects.select_related("stock__location", "stock__product", "pick_list__tote")
    return rows.get(pk=found.group(1)) if found else None


def walk_through(worker, screen):
    """The whole way; returns [(place, SKU, units, slot)] and the last screen."""
    way = []
    while stop := stop_of(screen):
        line = stop.stock.location.code, stop.stock.product.sku, stop.open_quantity
        way.append((*line, stop.pick_list.tote.code))
        screen = pick_stop(worker, screen)
        assert screen.status == 200, screen.says
    return way, screen


def slots():
    """{slot: (shipment's order, status of its walk)}."""
    rows = PickList.objects.select_related("tote", "shipment__order")
    rows = rows.order_by("created_at", "pk")
    return {row.tote.code: (row.shipment.order, row.status) for row in rows}
