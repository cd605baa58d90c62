"""The packing slip of a box: its contents, and what comes separately; no prices."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date

from orders.lifecycle.kits import by_kit
from orders.models import Order, OrderLine, Package
from orders.states import ShipmentStatus
from warehouse.documents.addresses import PostalAddress
from warehouse.documents.boxes import box_number
from warehouse.documents.rendering import Format, code_128, render
from warehouse.documents.slip_rows import SlipRows, slip_rows
from warehouse.documents.slip_words import SLIP_WORDS, SlipWords, isolated, language_of

LETTER_COUNTRIES = frozenset(["CA", "CL", "CO", "CR", "MX", "PH", "PR", "US", "VE"])
LONGEST_CODE = 16  # characters beside the title


def packing_slip(package: Package, *, file_format: Format = "pdf") -> bytes:
    """The packing slip of this box, in the customer's language."""
    slips = _slips([package])
    return render("slip", {"slips": slips}, file_format=file_format)


def packing_slips(packages: Iterable[Package]) -> bytes:
    """The slips of these boxes in one PDF, each with pages of its own."""
    return render("slip", {"slips": _slips(list(packages))})


def _slips(packages: list[Package]) -> list[dict[str, Any]]:
    """The words of each; the same few statements for one box and for many."""
    rows = slip_rows(packages)
    return [_data(package, rows[package.pk]) for package in packages]


def _data(package: Package, rows: SlipRows) -> dict[str, Any]:
    order, warehouse = package.order, package.shipment.warehouse
    language = language_of(order.language)
    words = SLIP_WORDS[language]
    address = PostalAddress.of_order(order)
    lines = [*address.names, *address.lines(seen_from=warehouse.country)]
    return {
        "paper": "us-letter" if warehouse.country in LETTER_COUNTRIES else "a4",
        "language": language,
        "seller": isolated(order.seller.name, language),
        "title": f"{words.title} {order.number}",
        "words": _words(order, words, language),
        "facts": _facts(package, rows, words, language),
        "address": [isolated(line, language) for line in lines],
        "barcode": _barcode(package.shipment.number),
        "inside": _inside(rows, language),
        "separate": _separate(package, rows, words, language),
    }


def _barcode(number: str) -> dict[str, Any] | None:
    """The barcode of a shipment number; None if it is too long or not ASCII (shops choose it)."""
    return code_128(number) if number.isascii() and len(number) <= LONGEST_CODE else None


def _words(order: Order, words: SlipWords, language: str) -> dict[str, str]:
    email = isolated(order.seller.support_email or order.seller.email, language)
    names = ("address", "inside", "separate", "quantity", "product", "sku", "page")
    return {name: getattr(words, name) for name in names} | {
        "title": words.gift if order.is_gift else words.title,
        "question": words.question.format(email=email),
    }


def _facts(package: Package, rows: SlipRows, words: SlipWords, language: str) -> list[list[str]]:
    order = package.order
    placed_on = order.placed_at.astimezone(ZoneInfo(order.time_zone)).date()
    return [
        [words.order, isolated(order.number, language)],
        [words.ordered_on, format_date(placed_on, "long", locale=language)],
        [words.shipment, isolated(package.shipment.number, language)],
        [words.box, box_number(package, words.box_of, boxes=rows.boxes)],
    ]


def _inside(rows: SlipRows, language: str) -> list[dict[str, Any]]:
    inside = Counter({row.shipment_line.line_id: row.quantity for row in rows.inside})
    numbers = {row.shipment_line.line_id: row.numbers for row in rows.inside}
    groups = _rows(rows.lines, inside, language, serials=numbers)
    return [row for _, group in groups for row in group]


def _rows(
    lines: list[OrderLine],
    units: Mapping[UUID, int],
    language: str,
    where: str = "",
    *,
    serials: Mapping[UUID, list[str]] = MappingProxyType({}),
) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """(position in the order, rows) of these units; the parts of a kit stand below it."""
    for sold in by_kit(lines, units):
        row = _row(sold.line, sold.units, language, where)
        row["serials"] = _serials(serials.get(sold.line.pk, []), language)
        if sold.kit:
            row["title"] = isolated(f"{sold.kit.title}: {sold.line.title}", language)
        parts = [
            _row(part, number, language)
            | {"part": True, "serials": _serials(serials.get(part.pk, []), language)}
            for number, part in sold.parts
        ]
        yield sold.line.position, [row, *parts]


def _separate(
    package: Package, rows: SlipRows, words: SlipWords, language: str
) -> list[dict[str, Any]]:
    """Units of the order that are not in this box, each with where it is."""
    here = {row.shipment_line.line_id: row.quantity for row in rows.inside}
    in_shipment, sent = Counter[UUID](), Counter[UUID]()
    for line_id, shipment_id, status, units in rows.shipped:
        if shipment_id == package.shipment_id:
            in_shipment[line_id] += units
        elif status == ShipmentStatus.HANDED_OVER:
            sent[line_id] += units
    elsewhere: list[Counter[UUID]] = [Counter(), Counter(), Counter()]
    for line in (line for line in rows.lines if line.ships):
        together = in_shipment[line.pk] - here.get(line.pk, 0)
        later = line.ordered - line.cancelled - in_shipment[line.pk] - sent[line.pk]
        for found, number in zip(elsewhere, (together, sent[line.pk], later), strict=True):
            found[line.pk] = max(number, 0)
    places = (words.in_another_box, words.on_its_way, words.follows)
    groups = [
        group
        for found, where in zip(elsewhere, places, strict=True)
        for group in _rows(rows.lines, found, language, where)
    ]
    return [row for _, listed in sorted(groups, key=itemgetter(0)) for row in listed]


def _serials(numbers: list[str], language: str) -> str:
    """The serial numbers of the units of a row, in words; "" where none was read."""
    listed = ", ".join(isolated(number, language) for number in numbers)
    return SLIP_WORDS[language].serials.format(numbers=listed) if numbers else ""


def _row(line: OrderLine, quantity: int, language: str, where: str = "") -> dict[str, Any]:
    sku = isolated(line.product.sku if line.product else line.sku, language)
    title = isolated(line.title, language)
    return {"quantity": str(quantity), "sku": sku, "title": title, "where": where, "part": False}
