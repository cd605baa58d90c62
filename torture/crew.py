"""A crew of simulated workers, in a process that may be killed; it resumes from the database."""

import sys
import time

import django

from orders.row_security import work_for_all_sellers

work_for_all_sellers()
django.setup()

from django.conf import settings  # noqa: E402 - models need the set-up above

from fulfillment.demo.people import Crew, hand_over_ready, pack, pick  # noqa: E402
from orders.access import Role  # noqa: E402
from orders.errors import DomainError  # noqa: E402
from orders.models import Package, Shipment, User, Warehouse  # noqa: E402
from orders.states import PackageStatus, ShipmentStatus  # noqa: E402
from torture.hours import coming_hour  # noqa: E402
from torture.seed import CREWS, PEOPLE, address_of  # noqa: E402
from warehouse.couriers.plan_checks import StopPlan  # noqa: E402
from warehouse.couriers.runs import (  # noqa: E402
    deliver_stop,
    fail_stop,
    plan_run,
    start_run,
)
from warehouse.models import Run, Stop  # noqa: E402
from warehouse.states import RUN_OPEN, RunStatus  # noqa: E402

AT_ONCE = 20
WAIT_SECONDS = 0.3
MISSED = 7  # the first attempt at one of so many stops fails
TO_THE_DOOR = (PackageStatus.HANDED_OVER, PackageStatus.ATTEMPT_FAILED)


def main(number: int) -> int:
    """Work as this crew until the file `closed` exists, and finish the round."""
    people = {role: User.objects.get(email=address_of(role, number)) for role in PEOPLE}
    crew = Crew(Warehouse.objects.get(), people[Role.PICKER], people[Role.PACKER])
    while not (settings.VAR_DIR / "closed").exists():
        if not work(crew) + drive(crew.warehouse, people[Role.COURIER], number):
            time.sleep(WAIT_SECONDS)
    return 0


def work(crew: Crew) -> int:
    """Pick, pack and hand over some shipments; first those that this crew left when it was killed.

    What a crew has picked it also packs and hands over: no crew waits for another.
    """
    left = ours(crew, ShipmentStatus.PICKED)
    done = 0
    for shipment in [*left, *pick(crew, AT_ONCE)]:
        try:
            pack(shipment, crew)
        except DomainError:  # half packed by a killed crew: skip it
            continue
        done += 1
    return done + len(hand_over_all(crew))


def ours(crew: Crew, status: ShipmentStatus) -> list[Shipment]:
    """The shipments with this status that this crew has picked."""
    picked = Shipment.objects.filter(warehouse=crew.warehouse, status=status)
    return list(picked.filter(pick_lists__picker=crew.picker).distinct())


def hand_over_all(crew: Crew) -> list[Package]:
    """Hand ready packages over, if there are any."""
    try:
        return hand_over_ready(crew, ours(crew, ShipmentStatus.READY))
    except DomainError:
        return []


def drive(house: Warehouse, courier: User, number: int) -> int:
    """Plan a run with this crew's share of the waiting packages, and drive its runs."""
    parcels = Package.objects.filter(shipment__warehouse=house, status__in=TO_THE_DOOR)
    on_tour = Stop.objects.filter(finished_at__isnull=True)
    waiting = [
        parcel
        for parcel in parcels.exclude(stops__in=on_tour).order_by("pk")[: AT_ONCE * CREWS]
        if parcel.order_id.int % CREWS == number
    ]
    if waiting:
        plan(house, courier, waiting)
    done = len(waiting)
    for run in Run.objects.filter(courier=courier, status__in=RUN_OPEN).order_by("-status", "pk"):
        if run.status == RunStatus.PLANNED:
            start_run(run, actor=courier)
            done += 1
        for stop in run.stops.filter(finished_at__isnull=True):
            visit(stop, courier)
        done += 1
    return done


def plan(house: Warehouse, courier: User, parcels: list[Package]) -> None:
    """One stop per order."""
    doors: dict[object, list[Package]] = {}
    for parcel in parcels:
        doors.setdefault(parcel.order_id, []).append(parcel)
    starts, ends = coming_hour(house)
    stops = [StopPlan(boxes, starts, ends) for boxes in doors.values()]
    plan_run(warehouse=house, courier=courier, on=starts.date(), stops=stops, actor=courier)


def visit(stop: Stop, courier: User) -> None:
    """Deliver at a stop, or fail once and try again later."""
    parcels = list(stop.packages.all())
    is_first = all(parcel.stops.count() == 1 for parcel in parcels)
    if is_first and sum(parcels[0].pk.bytes) % MISSED == 0:
        fail_stop(stop, reason=Package.Failure.NOT_HOME, actor=courier)
    else:
        deliver_stop(stop, received_by="Grace", actor=courier)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
