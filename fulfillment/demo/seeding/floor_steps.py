"""What the crew does with the orders of a story: pick, pack, label, hand over, deliver."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from fulfillment.demo.people import Crew, hand_over_ready, pick, weighed
from fulfillment.demo.seeding.base import Base
from orders.carriers import CARRIERS, OWN
from orders.lifecycle.label_requests import open_requests, parcel_of, save_answer
from orders.lifecycle.labelling import apply_labels
from orders.models import Package, Return, Shipment
from orders.returns.handling import approve_return
from orders.states import PACKAGE_TO_GO_OUT, PackageStatus, ReturnStatus, ShipmentStatus
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import plan_run, start_run
from warehouse.floor.packing import close_package, mark_ready, pack_unit, start_packing
from warehouse.models import Location, Run
from warehouse.returns.inspection import inspect_return_line, receive_return

WINDOW = timedelta(hours=2)


def crew_of(base: Base) -> Crew:
    """Those who pick and pack."""
    return Crew(base.warehouse, base.picker, base.packer)


def pick_all(base: Base) -> list[Shipment]:
    """Pick whatever is released."""
    return list(pick(crew_of(base)))


def pack_all(base: Base, shipments: Iterable[Shipment]) -> None:
    """Pack, label and mark ready; in a transaction, since our own couriers are asked nothing."""
    for shipment in shipments:
        package = start_packing(shipment, actor=base.packer)
        for sku, quantity in shipment.lines.values_list("line__product__sku", "quantity"):
            pack_unit(shipment, code=sku, quantity=quantity, actor=base.packer)
        close_package(package, weight_grams=weighed(package), actor=base.packer)
        packed = shipment.packages.filter(status=PackageStatus.PACKED)
        for request in open_requests(packed, carrier=OWN, asked_by=base.packer):
            save_answer(request, CARRIERS[OWN].label(parcel_of(request), seconds=1))
        apply_labels(shipment, actor=base.packer)
        mark_ready(shipment, actor=base.packer)


def hand_over_all(base: Base) -> list[Package]:
    """Hand over whatever is ready."""
    is_ready = Shipment.objects.filter(status=ShipmentStatus.READY).exists()
    return hand_over_ready(crew_of(base)) if is_ready else []


def drive(base: Base, windows: Sequence[float], orders: Sequence[UUID] | None = None) -> Run | None:
    """A started run with every parcel (of these orders) that may go out.

    The delivery windows begin in so many hours, door after door.
    """
    doors: dict[UUID, list[Package]] = {}
    waiting = Package.objects.filter(status__in=PACKAGE_TO_GO_OUT).order_by("pk")
    for package in waiting if orders is None else waiting.filter(order__in=orders):
        doors.setdefault(package.order_id, []).append(package)
    if not doors:
        return None
    now = timezone.now()
    stops = [
        StopPlan(boxes, starts, starts + WINDOW)
        for place, boxes in enumerate(doors.values())
        if (starts := now + timedelta(hours=windows[place % len(windows)]))
    ]
    stops.sort(key=lambda stop: stop.starts)
    on = now.astimezone(ZoneInfo(base.warehouse.time_zone)).date()
    run = plan_run(
        warehouse=base.warehouse, courier=base.couriers[0], on=on, stops=stops, actor=base.lead
    )
    return start_run(run, actor=base.couriers[0])


def decide_and_inspect(base: Base, back: Return) -> None:
    """Take a return back into the bins."""
    if back.status == ReturnStatus.REQUESTED:
        back = approve_return(back, actor=base.lead)
        received = {line.pk: line.approved for line in back.lines.all()}
        receive_return(back, received=received, actor=base.lead)
    bins: dict[UUID | None, UUID] = {good.product_id: good.bin_id for good in base.shops[0].goods}
    for line in back.lines.select_related("line"):
        place = Location.objects.get(pk=bins[line.line.product_id])
        inspect_return_line(
            line, restocked=line.received, written_off=0, location=place, actor=base.lead
        )
