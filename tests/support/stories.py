"""How far an order has come: each function takes it one station on, as the workers would."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from fulfillment.demo.people import Crew, hand_over_ready, pack, pick
from orders.models import Package
from tests.support.stages import start_on_its_day
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import deliver_stop, plan_run
from warehouse.stock.allocation import allocate_due


def make_ready(warehouse, picker, packer):
    """Allocate, pick, pack, label: every shipment there is becomes ready."""
    allocate_due()
    shipments = list(pick(Crew(warehouse, picker, packer)))
    for shipment in shipments:
        pack(shipment, Crew(warehouse, picker, packer))
    return shipments


def ship(warehouse, picker, packer):
    """As make_ready, and the carrier has the parcels."""
    make_ready(warehouse, picker, packer)
    return hand_over_ready(Crew(warehouse, picker, packer))


def go_out(warehouse, courier, packages, *, leader, hour=19):
    """A started run with one stop per order, each in the next hour that begins at `hour`."""
    zone = ZoneInfo(warehouse.time_zone)
    now = timezone.now().astimezone(zone)
    # An hour that has passed is tomorrow's: a story is told at any time of the day.
    day = now.date() + timedelta(days=now.hour >= hour)
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
    doors = {}
    for package in packages:
        doors.setdefault(package.order_id, []).append(package)
    stops = [StopPlan(boxes, starts, starts + timedelta(hours=1)) for boxes in doors.values()]
    run = plan_run(warehouse=warehouse, courier=courier, on=day, stops=stops, actor=leader)
    return start_on_its_day(run, courier)


def deliver(warehouse, courier, packages, *, leader, received_by="Grace"):
    """As go_out, and every door was opened."""
    run = go_out(warehouse, courier, packages, leader=leader)
    for stop in run.stops.all():
        deliver_stop(stop, received_by=received_by, actor=courier)
    return list(Package.objects.filter(pk__in=[package.pk for package in packages]))
