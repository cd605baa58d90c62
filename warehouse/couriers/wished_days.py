"""Days that customers chose: parcels leave planned runs before them, and go on none."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from orders.errors import DomainError
from orders.lifecycle.together import with_inside
from orders.lifecycle.transitions import move
from orders.models import Event, Order, Package, Wish
from orders.wishes.choosing import wished_days
from orders.words import say
from orders.words.writing import written
from warehouse.couriers.stop_order import take_off
from warehouse.models import Run
from warehouse.states import RunStatus

DAY = "j M Y"


def on_events(events: Sequence[Event]) -> None:
    """Take the parcels of an order off planned runs before the day that its customer chose."""
    for event in events:
        if event.kind == "order.wished" and event.data["kind"] == Wish.Kind.DAY and event.order_id:
            _leave_runs(event.order_id, date.fromisoformat(event.data["on"]))


def refuse_too_soon(packages: Iterable[Package], on: date) -> None:
    """Raise DomainError where a customer chose a later day than that of the run."""
    rows = list(packages)
    days = wished_days(rows)
    for package in rows:
        if (wished := days.get(str(package.order_id))) and on < wished:
            order = Order.objects.get(pk=package.order_id)
            raise DomainError(
                say(
                    "Order {order}: its customer chose {day}. Plan it for that day.",
                    order=order,
                    day=written(wished, DAY),
                )
            )


def _leave_runs(order_id: UUID, wished: date) -> None:
    """The caller has locked the order; then runs, then their stops."""
    # What is in one box with a parcel of the order stays with it.
    boxes = with_inside(Package.objects.filter(order=order_id))
    runs = Run.objects.filter(status=RunStatus.PLANNED, on__lt=wished, stops__packages__in=boxes)
    ids = set(runs.values_list("pk", flat=True))
    locked = Run.objects.filter(pk__in=ids, status=RunStatus.PLANNED).order_by("pk")
    for run in locked.select_for_update(no_key=True):
        take_off(run, {box.pk for box in boxes})
        if not run.stops.exists():
            move([run], RunStatus.CANCELLED)
