"""The doors to which our own couriers may go: whose parcels are one stop of a run."""

from uuid import UUID

from django.db.models import Q

from orders.carriers import OWN
from orders.models import Order, Package
from orders.states import PACKAGE_TO_GO_OUT, PackageStatus
from orders.wishes.at_door import wishes_of
from orders.wishes.choosing import wished_days
from warehouse.models import Run, Stop
from warehouse.scanning.screens import FloorRequest

MOST_DOORS = 100

Doors = list[tuple[Order, list[Package]]]  # an order is one door: one address, one stop


def doors_of(request: FloorRequest, run: Run | None = None) -> Doors:
    """[(order, packages)] for our own couriers that are on no run, or on this one."""
    on_tour = Stop.packages.through.objects.filter(stop__finished_at__isnull=True)
    packages = Package.objects.visible_to(request.viewer).filter(
        shipment__warehouse=request.warehouse,
        carrier=OWN,
        status__in=PACKAGE_TO_GO_OUT,
        inside__isnull=True,
    )
    # The customers of damaged parcels were told that these will not be delivered.
    damaged = Q(status=PackageStatus.ATTEMPT_FAILED, failure=Package.Failure.DAMAGED)
    free = packages.exclude(damaged).exclude(pk__in=on_tour.values("package"))
    by_street = ("order__postcode", "order__number", "order", "number")
    ordered = list(free.select_related("order").order_by(*by_street)[:MOST_DOORS])
    if run:  # all of its own, whatever else waits: what the form lacks would leave the run
        own = packages.filter(stops__run=run).select_related("order").order_by(*by_street)
        ordered = [*own, *ordered]
    doors = _doors(ordered, request, run)
    found: dict[Order, list[Package]] = {}
    for package in ordered:
        found.setdefault(doors[package.order_id], []).append(package)
    return list(found.items())


def _doors(packages: list[Package], request: FloorRequest, run: Run | None) -> dict[UUID, Order]:
    """{order id: the order that its parcels are planned by}.

    Orders of one receiver at one address are one door, and so are those in one box, and those of
    one stop of a run that is changed.
    """
    planned = _stops_of(run) if run else {}
    later = wished_days(packages)
    wishes = wishes_of(package.order_id for package in packages)
    doors: dict[UUID, Order] = {}
    first: dict[object, Order] = {}
    for package in packages:
        order = package.order
        # Whoever chose anything is a door alone: it is for this order, and for no other.
        is_alone = str(order.pk) in later or order.pk in wishes or not order.email
        one = planned.get(order.pk) or (order.pk if is_alone else _door_of(order))
        doors[order.pk] = first.setdefault(one, order)
    ids = [package.pk for package in packages]
    inner = Package.objects.visible_to(request.viewer).filter(inside__in=ids)
    for order_id, outer_id in inner.values_list("order", "inside__order"):
        same = doors.get(order_id)
        for pk in [pk for pk, door in doors.items() if same and door == same]:
            doors[pk] = doors[outer_id]
    return doors


def _stops_of(run: Run) -> dict[UUID, UUID]:
    """{order id: its stop} of a run."""
    return {box.order_id: stop.pk for stop in run.stops.all() for box in stop.packages.all()}


def _door_of(order: Order) -> tuple[str, ...]:
    """Who lives where, however it was typed; with the address to which their messages go.

    A name and a street can be typed by anybody: without it two people could be one door.
    """
    lines = (
        order.email, order.customer_name, order.company, order.street, order.postcode, order.city,
    )  # fmt: skip
    return (*(" ".join(line.split()).casefold() for line in lines), order.country)
