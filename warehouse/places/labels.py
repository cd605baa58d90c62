"""What gets labels: locations, totes, carts, cells and products, as they are chosen.

Whatever else has a code joins by one line of `SOURCES`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from orders.access import Viewer
from orders.models import Barcode, Product, Warehouse
from orders.words import say
from warehouse.documents.code_labels import MOST_LABELS, CodeLabel, is_gtin
from warehouse.models import Cart, Location
from warehouse.scanning.commands import COMMANDS, Command

UNIT_BARCODES = Prefetch(
    "barcodes", Barcode.objects.filter(units=1).order_by("pk"), "unit_barcodes"
)
# Chosen by hand, or all whose code begins so.
Asked = Mapping[str, Any]


class Source(NamedTuple):
    """A kind of things that get labels, and how they are found, by `begins` and `only`."""

    title: str
    rows: Callable[[Viewer, Warehouse, Asked], "QuerySet[Any] | Sequence[Any]"]
    label: Callable[[Any], CodeLabel]


def labels_of(
    source: Source, viewer: Viewer, warehouse: Warehouse, asked: Asked
) -> list[CodeLabel]:
    """The labels of what was chosen, or of all that the filter names; one more than allowed."""
    rows = source.rows(viewer, warehouse, asked)
    if (only := asked.get("only")) and isinstance(rows, QuerySet):
        rows = rows.filter(pk__in=only)
    return [source.label(row) for row in rows[: MOST_LABELS + 1]]


def _locations(viewer: Viewer, warehouse: Warehouse, asked: Asked) -> "QuerySet[Location]":
    rows = Location.objects.visible_to(viewer).filter(warehouse=warehouse)
    rows = rows.filter(code__startswith=asked.get("begins", "").upper())
    if zone := asked.get("zone"):
        rows = rows.filter(zone=zone)
    return rows.exclude(kind=Location.Kind.TOTE).order_by("code")


def _totes(viewer: Viewer, warehouse: Warehouse, asked: Asked) -> "QuerySet[Location]":
    rows = Location.objects.visible_to(viewer).filter(warehouse=warehouse)
    rows = rows.filter(code__startswith=asked.get("begins", "").upper())
    return rows.filter(kind=Location.Kind.TOTE, wall__isnull=True).order_by("code")


def _cells(viewer: Viewer, warehouse: Warehouse, asked: Asked) -> "QuerySet[Location]":
    rows = Location.objects.visible_to(viewer).filter(warehouse=warehouse, wall__isnull=False)
    rows = rows.filter(code__startswith=asked.get("begins", "").upper())
    return rows.order_by("wall__code", "walk_position")


def _carts(viewer: Viewer, warehouse: Warehouse, asked: Asked) -> "QuerySet[Cart]":
    rows = Cart.objects.visible_to(viewer).filter(warehouse=warehouse, retired_at__isnull=True)
    return rows.filter(code__startswith=asked.get("begins", "").upper()).order_by("code")


def _products(viewer: Viewer, warehouse: Warehouse, asked: Asked) -> "QuerySet[Product]":
    rows = Product.objects.visible_to(viewer).filter(seller__houses__warehouse=warehouse)
    rows = rows.filter(sku__startswith=asked.get("begins", "")).select_related("seller")
    return rows.prefetch_related(UNIT_BARCODES).order_by("sku", "pk")


def _label_of_product(product: Any) -> CodeLabel:
    """With its GTIN where it has one, else with its SKU."""
    codes = [row.code for row in product.unit_barcodes]
    gtin = next(filter(is_gtin, codes), "")
    words = f"{product.sku} · {product.title}" if gtin else product.title
    return CodeLabel(gtin or product.sku, words, is_gtin=bool(gtin))


def _commands(viewer: Viewer, warehouse: Warehouse, asked: Asked) -> Sequence[Command]:
    return COMMANDS


SOURCES = {
    "locations": Source("Locations", _locations, lambda place: CodeLabel(place.code)),
    "totes": Source("Totes", _totes, lambda tote: CodeLabel(tote.code, say("Tote"))),
    "carts": Source("Carts", _carts, lambda cart: CodeLabel(cart.code, say("Cart"))),
    "cells": Source(
        "Cells of put walls", _cells, lambda cell: CodeLabel(cell.code, say("Put wall"))
    ),
    "products": Source("Products", _products, _label_of_product),
    "commands": Source(
        "Commands", _commands, lambda command: CodeLabel(command.code, say(command.words))
    ),
}
