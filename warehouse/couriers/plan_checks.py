"""What a run must fulfil to be planned and to be started."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from orders.access import Role
from orders.carriers import OWN
from orders.errors import DomainError, status_of
from orders.lifecycle.transitions import lock_orders
from orders.models import Member, Package, User, Warehouse
from orders.promises.windows import WINDOW_REVISE_MARGIN
from orders.states import PACKAGE_TO_GO_OUT, PackageStatus
from orders.words import say
from orders.words.writing import written
from warehouse.couriers.wished_days import refuse_too_soon
from warehouse.models import Run, Stop
from warehouse.states import RunStatus

DAY = "j M Y"
MAX_AHEAD = timedelta(days=31)  # a later day is most likely a typing error


@dataclass(frozen=True, slots=True)
class StopPlan:
    """A stop to plan: its packages and its delivery window.

    `is_corrected`: the lead says that the address, which was wrong, has been corrected.
    """

    packages: Sequence[Package]
    starts: datetime
    ends: datetime
    is_corrected: bool = False


def check_courier(courier: User, warehouse: Warehouse) -> None:
    """Check that this person drives for this warehouse."""
    if not Member.objects.filter(user=courier, warehouse=warehouse, role=Role.COURIER).exists():
        raise DomainError(
            say("{courier} is not a courier of {warehouse}.", courier=courier, warehouse=warehouse)
        )


def check_stops(stops: Sequence[StopPlan], on: date, zone: ZoneInfo) -> None:
    """Check the day and the windows: neither is over, each stop has parcels, each order one."""
    today, day = timezone.localdate(timezone=zone), written(on, DAY)
    if on < today:
        raise DomainError(say("Date: {day} is over. Choose today or a later day.", day=day))
    if on > today + MAX_AHEAD:
        raise DomainError(
            say("Date: choose a day within {most} days, not {day}.", most=MAX_AHEAD.days, day=day)
        )
    if not stops:
        raise DomainError(say("Plan at least one stop."))
    for position, stop in enumerate(stops, start=1):
        _check_stop(position, stop, on, zone)
    doors = Counter(
        order_id for stop in stops for order_id in {package.order_id for package in stop.packages}
    )
    if max(doors.values()) > 1:
        raise DomainError(say("Parcels of one order go to one address: put them on one stop."))


def _check_stop(position: int, stop: StopPlan, on: date, zone: ZoneInfo) -> None:
    if not stop.packages:
        raise DomainError(say("Stop {position} has no parcel.", position=position))
    days = {moment.astimezone(zone).date() for moment in (stop.starts, stop.ends)}
    if days != {on}:
        raise DomainError(
            say(
                "Stop {position}: its time window is not on {day}.",
                position=position,
                day=written(on, DAY),
            )
        )
    if stop.ends <= stop.starts:
        raise DomainError(
            say("Stop {position}: its time window ends before it starts.", position=position)
        )
    if is_over(stop.ends):
        hours = hours_of(stop.starts, stop.ends, zone)
        raise DomainError(
            say(
                "Order {order}: {hours} is over. Choose a later hour.",
                order=stop.packages[0].order,
                hours=hours,
            )
        )


def check_packages(stops: Sequence[StopPlan], warehouse: Warehouse, on: date) -> None:
    """Lock the packages, and check that each may go out from here on this day, on one run."""
    packages = [package for stop in stops for package in stop.packages]
    corrected = {package.pk for stop in stops if stop.is_corrected for package in stop.packages}
    lock_orders(package.order_id for package in packages)
    wanted = {package.pk for package in packages}
    if len(wanted) < len(packages):
        raise DomainError(say("A parcel is planned twice."))
    rows = Package.objects.filter(pk__in=wanted).select_for_update(no_key=True, of=("self",))
    refuse_too_soon(packages, on)
    for row in rows.select_related("shipment", "order").order_by("pk"):
        if row.carrier != OWN or row.shipment.warehouse_id != warehouse.pk:
            raise DomainError(
                say(
                    "Parcel {parcel} is not for the couriers of {warehouse}.",
                    parcel=row,
                    warehouse=warehouse,
                )
            )
        if row.status not in PACKAGE_TO_GO_OUT:
            raise DomainError(
                say(
                    "Parcel {parcel} {present}: it cannot be planned.",
                    parcel=row,
                    present=status_of(row),
                )
            )
        if row.inside_id and row.inside_id not in wanted:
            raise DomainError(say("Parcel {parcel} is inside another one: plan that.", parcel=row))
        if row.status == PackageStatus.ATTEMPT_FAILED:
            _check_reason(row, row.pk in corrected)
    planned = Stop.packages.through.objects.filter(stop__finished_at__isnull=True)
    if other := planned.filter(package__in=wanted).select_related("package").first():
        raise DomainError(say("Parcel {parcel} is already on another run.", parcel=other.package))


def _check_reason(package: Package, is_corrected: bool) -> None:
    """Check that another attempt is not against what the customer was told of the failed one."""
    if package.failure == Package.Failure.DAMAGED:
        raise DomainError(say("Parcel {parcel} is damaged: send it back.", parcel=package))
    if package.failure == Package.Failure.ADDRESS_WRONG and not is_corrected:
        raise DomainError(
            say(
                "Order {order}: confirm that its address, which was wrong, is correct.",
                order=package.order,
            )
        )


def check_is_free(run: Run) -> None:
    """Lock the courier of a run, and check that no other run of theirs is under way."""
    courier = User.objects.select_for_update(no_key=True).get(pk=run.courier_id)
    under_way = Run.objects.filter(courier=courier, status=RunStatus.STARTED).exclude(pk=run.pk)
    if other := under_way.first():
        raise DomainError(
            say(
                "{courier} is still on the run of {day}: finish it or break it off first.",
                courier=courier,
                day=written(other.on, "j M"),
            )
        )


def check_day_and_hours(run: Run, stops: Sequence[Stop]) -> None:
    """Check that a run which starts now is of today, and that none of its windows is over."""
    zone = ZoneInfo(run.warehouse.time_zone)
    if run.on != today_of(run):
        day = written(run.on, DAY)
        raise DomainError(say("This run is planned for {day}: start it on that day.", day=day))
    if late := [stop for stop in stops if is_over(stop.window_ends)]:
        said = ", ".join(
            f"{stop} ({hours_of(stop.window_starts, stop.window_ends, zone)})" for stop in late
        )
        raise DomainError(
            say("Delivery windows are over: {names}. Your lead must replan the run.", names=said)
        )


def today_of(run: Run) -> date:
    """Today's date in the time zone of the run's warehouse."""
    return timezone.localdate(timezone=ZoneInfo(run.warehouse.time_zone))


def is_over(ends: datetime) -> bool:
    """Whether a delivery window is over, or so near its end that it would be replaced at once."""
    return ends - WINDOW_REVISE_MARGIN <= timezone.now()


def hours_of(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """“19:00–20:00”, in the local time of the warehouse."""
    first, last = (moment.astimezone(zone) for moment in (starts, ends))
    return f"{first:%H:%M}–{last:%H:%M}"
