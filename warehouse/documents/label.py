"""The label of a box that we print ourselves: 100 × 150 mm with a Code 128."""

from orders.carriers import carrier_of
from orders.errors import DomainError
from orders.models import Package
from warehouse.documents.addresses import PostalAddress
from warehouse.documents.boxes import box_number
from warehouse.documents.rendering import Format, code_128, render


def package_label(package: Package, *, file_format: Format = "pdf") -> bytes:
    """The label of a box. Raises DomainError while the box has no tracking number."""
    if not package.tracking_number:
        raise DomainError(f"Box {package} has no label yet: close it and label it first.")
    warehouse = package.shipment.warehouse
    order = package.order
    sender = PostalAddress.of_warehouse(warehouse, order.seller.name)
    receiver = PostalAddress.of_order(order)
    return render(
        "label",
        {
            "carrier": carrier_of(package.carrier).name,
            "box": f"Box {box_number(package)}",
            "sender": [*sender.names, *sender.lines(seen_from=order.country)],
            "names": list(receiver.names),
            "address": receiver.lines(seen_from=warehouse.country),
            "order": order.number,
            "shipment": package.shipment.number,
            "weight": _kilograms(package.weight_grams),
            "tracking_number": _grouped(package.tracking_number),
            "barcode": code_128(package.tracking_number),
        },
        file_format=file_format,
    )


def _kilograms(grams: int | None) -> str:
    return f"{grams / 1000:.2f} kg" if grams else ""


def _grouped(number: str) -> str:
    """A tracking number in groups of four from its end, easier to read."""
    head = len(number) % 4
    groups = [number[:head], *(number[i : i + 4] for i in range(head, len(number), 4))]
    return " ".join(group for group in groups if group)
