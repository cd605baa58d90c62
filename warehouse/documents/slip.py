"""The packing slip of a box: its contents, and what comes separately; no prices."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orders.models import Order, OrderLine, Package, PackageLine
from orders.states import ShipmentStatus
from warehouse.documents.addresses import PostalAddress
from warehouse.documents.boxes import box_number
from warehouse.documents.rendering import Format, code_128, render

LETTER_COUNTRIES = frozenset(["CA", "CL", "CO", "CR", "MX", "PH", "PR", "US", "VE"])
LONGEST_CODE = 16  # characters beside the title


def packing_slip(package: Package, *, file_format: Format = "pdf") -> bytes:
    """The packing slip of this box, in the customer's language."""
    with translation.override(package.order.language):
        return render("slip", _data(package), file_format=file_format)


def _data(package: Package) -> dict[str, Any]:
    order, warehouse = package.order, package.shipment.warehouse
    address = PostalAddress.of_order(order)
    return {
        "paper": "us-letter" if warehouse.country in LETTER_COUNTRIES else "a4",
        "language": order.language.split("-")[0],
        "seller": order.seller.name,
        "words": _words(order),
        "facts": _facts(package),
        "address": [*address.names, *address.lines(seen_from=warehouse.country)],
        "barcode": _barcode(package.shipment.number),
        "inside": _inside(package),
        "separate": _separate(package),
    }


def _barcode(number: str) -> dict[str, Any] | None:
    """The barcode of a shipment number; None if it is too long or not ASCII (shops choose it)."""
    return code_128(number) if number.isascii() and len(number) <= LONGEST_CODE else None


def _words(order: Order) -> dict[str, str]:
    seller = order.seller
    return {
        "title": _("A gift for you") if order.is_gift else _("Packing slip"),
        "address": _("Sent to"),
        "inside": _("In this box"),
        "separate": _("Comes separately"),
        "quantity": _("Quantity"),
        "product": _("Product"),
        "sku": _("SKU"),
        "page": _("Page"),
        "question": _("Something wrong or missing? Write to %(email)s.")
        % {"email": seller.support_email or seller.email},
    }


def _facts(package: Package) -> list[list[str]]:
    order = package.order
    placed_at = order.placed_at.astimezone(ZoneInfo(order.time_zone))
    return [
        [_("Order"), order.number],
        [_("Ordered on"), date_format(placed_at, "DATE_FORMAT")],
        [_("Shipment"), package.shipment.number],
        [_("Box"), box_number(package)],
    ]


def _inside(package: Package) -> list[dict[str, Any]]:
    lines = PackageLine.objects.filter(package=package).select_related(
        "shipment_line__line__product"
    )
    ordered = lines.order_by("shipment_line__line__position")
    return [_row(row.shipment_line.line, row.quantity) for row in ordered]


def _separate(package: Package) -> list[dict[str, Any]]:
    """Units of the order that are not in this box, each with where it is."""
    in_shipment = Q(shipment_lines__shipment=package.shipment_id)
    left = Q(shipment_lines__shipment__status=ShipmentStatus.HANDED_OVER)
    lines = package.order.lines.filter(ships=True).select_related("product")
    units = Sum("shipment_lines__quantity", filter=in_shipment, default=0)
    sent = Sum("shipment_lines__quantity", filter=left & ~in_shipment, default=0)
    here = dict(
        PackageLine.objects.filter(package=package).values_list("shipment_line__line", "quantity")
    )
    rows = []
    for line in lines.annotate(in_shipment=units, sent=sent):
        together = line.in_shipment - here.get(line.pk, 0)
        later = line.ordered - line.cancelled - line.in_shipment - line.sent
        rows += [
            _row(line, number, where)
            for number, where in (
                (together, _("In another box of this shipment")),
                (line.sent, _("Already on its way")),
                (later, _("Follows later")),
            )
            if number > 0
        ]
    return rows


def _row(line: OrderLine, quantity: int, where: str = "") -> dict[str, Any]:
    sku = line.product.sku if line.product else line.sku
    return {"quantity": str(quantity), "sku": sku, "title": line.title, "where": where}
