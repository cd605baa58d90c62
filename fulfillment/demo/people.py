"""Simulated workers: pick, pack and hand over by the actions that the screens call."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from orders.keys import new_id
from orders.lifecycle.labelling import label_packages
from orders.models import Package, Shipment, User, Warehouse
from orders.states import PackageStatus, ShipmentStatus
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit, start_packing
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.floor.totes import free_totes
from warehouse.floor.weight_check import contents_of

MANIFEST = 50
BOX_GRAMS = 180  # an empty one
Step = Callable[[], None]


@dataclass(frozen=True)
class Crew:
    """The workers of one warehouse."""

    warehouse: Warehouse
    picker: User
    packer: User


def fulfil(crew: Crew, step: Step = lambda: None, *, most: int | None = None) -> int:
    """Pick, pack, label and hand over what is released; `step` is called per shipment.

    Returns how many shipments were handed over; at most `most` are picked.
    """
    number, manifest = 0, []
    for shipment in pick(crew, most):
        pack(shipment, crew)
        manifest.append(shipment)
        number += 1
        step()
        if len(manifest) == MANIFEST:
            hand_over_ready(crew, manifest)
            manifest = []
    if manifest:
        hand_over_ready(crew, manifest)
    return number


def pick(crew: Crew, most: int | None = None) -> Iterator[Shipment]:
    """Pick one pick list after the other; yields each picked shipment."""
    picked = 0
    while most is None or picked < most:
        tote = _empty_tote(crew.warehouse)
        walk = take_next_pick_list(warehouse=crew.warehouse, actor=crew.picker, tote=tote)
        if walk is None:
            return
        for line in walk.lines.select_related("stock__location", "stock__product"):
            if not line.open_quantity:  # picked before the walk was interrupted
                continue
            confirm_pick(
                line,
                location_code=line.stock.location.code,
                product_code=line.stock.product.sku,
                quantity=line.open_quantity,
                actor=crew.picker,
            )
        picked += 1
        yield Shipment.objects.get(pk=walk.shipment_id)


def _empty_tote(warehouse: Warehouse) -> str:
    """The code of a tote to scan; "" where none is scanned."""
    free = free_totes(warehouse).order_by("code").first() if warehouse.scans_totes else None
    return free.code if free else ""


def pack(shipment: Shipment, crew: Crew) -> None:
    """Put every unit into one box, close it, label it, mark it ready."""
    package = start_packing(shipment, actor=crew.packer)
    columns = ("line__product__sku", "quantity", "line__product__is_serial_tracked")
    for sku, quantity, has_serials in shipment.lines.values_list(*columns):
        pack_unit(shipment, code=sku, quantity=quantity, actor=crew.packer)
        for _ in range(quantity if has_serials else 0):
            serial = f"SN{new_id().hex[-10:]}".upper()
            pack_unit(shipment, code=serial, looked_at=serial, actor=crew.packer)
    close_package(package, weight_grams=weighed(package), actor=crew.packer)
    label_packages(shipment, actor=crew.packer)
    mark_ready(shipment, actor=crew.packer)


def weighed(package: Package) -> int:
    """What a scale shows of a full box, in grams."""
    return BOX_GRAMS + sum(packed.grams * packed.units for packed in contents_of(package))


def hand_over_ready(crew: Crew, shipments: Iterable[Shipment] | None = None) -> list[Package]:
    """Hand ready packages over: of these shipments, or all of the warehouse."""
    waiting = Package.objects.filter(
        shipment__warehouse=crew.warehouse,
        shipment__status=ShipmentStatus.READY,
        status=PackageStatus.LABELLED,
    )
    if shipments is not None:
        waiting = waiting.filter(shipment__in=[shipment.pk for shipment in shipments])
    return hand_over(list(waiting), actor=crew.packer)
