"""What happens around the eight people: allocation, couriers, returns of customers, new goods."""

from datetime import date
from random import Random

from django.db import OperationalError
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Order, Package
from orders.returns.handling import request_return
from orders.states import PackageStatus
from torture.at_floor.building import PLACES, SKUS, Building
from torture.hours import coming_hour
from warehouse.corrections.tasks_to_count import plan_counts
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, plan_run, start_run
from warehouse.inbound.announcing import Announced, announce_inbound
from warehouse.models import Inbound, Location, Stop
from warehouse.states import INBOUND_OPEN
from warehouse.stock.allocation import allocate_due

COMING = 2  # inbounds that are not there yet
UNITS = 6
BROUGHT = 4  # parcels on a run


def turn(built: Building, luck: Random) -> None:
    """A moment outside; what the people have changed, or hold, is left for the next one."""
    others = luck.sample([_send_goods, _ask_to_count, _bring, _come_back], k=2)
    for happen in (_allocate, *others):
        try:
            happen(built, luck)
        except (DomainError, OperationalError):
            continue


def _allocate(built: Building, luck: Random) -> None:
    allocate_due()


def _send_goods(built: Building, luck: Random) -> None:
    if Inbound.objects.filter(warehouse=built.warehouse, status__in=INBOUND_OPEN).count() < COMING:
        announce_inbound(
            built.seller,
            reference=f"IN-{luck.getrandbits(40):x}",
            expected_on=timezone.localdate(),
            lines=[Announced(sku, UNITS) for sku in luck.sample(SKUS, k=2)],
            actor=None,
        )


def _ask_to_count(built: Building, luck: Random) -> None:
    place = Location.objects.filter(warehouse=built.warehouse, code=luck.choice(PLACES))
    plan_counts(place, cause="asked", actor=None)


def _bring(built: Building, luck: Random) -> None:
    """Parcels that were handed over are delivered, by a courier for whom nobody waits."""
    courier = built.people["cory"]
    on_tour = Stop.objects.filter(finished_at__isnull=True)
    here = {"shipment__warehouse": built.warehouse, "status": PackageStatus.HANDED_OVER}
    parcels = Package.objects.filter(**here).exclude(stops__in=on_tour).order_by("pk")[:BROUGHT]
    doors: dict[object, list[Package]] = {}
    for parcel in parcels:
        doors.setdefault(parcel.order_id, []).append(parcel)
    if not doors:
        return
    starts, ends = coming_hour(built.warehouse)
    today: date = starts.date()
    stops = [StopPlan(boxes, starts, ends) for boxes in doors.values()]
    run = plan_run(warehouse=built.warehouse, courier=courier, on=today, stops=stops, actor=courier)
    start_run(run, actor=courier)
    for stop in run.stops.all():
        deliver_stop(stop, received_by="Grace", actor=courier)


def _come_back(built: Building, luck: Random) -> None:
    """A customer sends one unit of what was delivered back."""
    there = Order.objects.filter(seller=built.seller, lines__delivered__gt=0, returns=None)
    if order := there.order_by("pk").first():
        line = order.lines.filter(delivered__gt=0).order_by("pk")[0]
        request_return(order, units={line.pk: 1}, reason="changed_mind")
