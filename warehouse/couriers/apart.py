"""Parcels of one door that do not go to one place: what goes to a pickup point is another stop."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import F

from orders.lifecycle.together import with_inside
from orders.models import Event, Package, Wish
from orders.row_security import reach_of, seeing
from orders.wishes.at_door import point_among, wishes_of
from orders.wishes.chances import PLACES
from warehouse.couriers.stop_order import count_stops_before
from warehouse.models import Run, Stop
from warehouse.states import RunStatus

ASIDE = 10_000  # a number that no stop has: while others are numbered anew, their places are unique


def on_events(events: Sequence[Event]) -> None:
    """Take parcels whose customer chooses, or no longer chooses, a pickup point out of their stop.

    Those beside them may be of another seller, whom a customer's request does not see.
    """
    for event in events:
        if event.kind in ("order.wished", "order.wish_withdrawn") and event.order_id:
            pickups = Wish.objects.filter(order=event.order_id, kind=Wish.Kind.PICKUP)
            if event.data["kind"] in PLACES and pickups.exists():
                _leave_stop(event.order_id)


def part_by_point(run: Run) -> None:
    """Give each pickup point of a door a stop of its own; orders and run are locked.

    Whoever chose none stays at the door, and its stop keeps its number.
    """
    stops = list(run.stops.prefetch_related("packages"))
    wishes = wishes_of(box.order_id for stop in stops for box in stop.packages.all())
    # From the last one: the numbers of those before it stay.
    for stop in reversed(stops):
        boxes = defaultdict(set)
        for box in stop.packages.all():
            boxes[point_among(wishes.get(box.order_id, ()))].add(box.pk)
        for point in sorted(boxes, reverse=True)[:-1]:
            _set_apart(stop, boxes[point])


def _leave_stop(order_id: UUID) -> None:
    """On a run under way; the caller has locked the order: then runs, then their stops."""
    # What is in one box with a parcel of the order stays with it.
    boxes = {box.pk for box in with_inside(Package.objects.filter(order=order_id))}
    open_stops = Stop.objects.filter(packages__in=boxes, finished_at__isnull=True)
    runs = Run.objects.filter(status=RunStatus.STARTED, stops__in=open_stops)
    ids = set(runs.values_list("pk", flat=True))
    locked = Run.objects.filter(pk__in=ids, status=RunStatus.STARTED).order_by("pk")
    for run in locked.select_for_update(no_key=True):
        for stop in open_stops.filter(run=run).distinct():
            # Read from the stop itself: it knows of parcels that this request does not see.
            rows = Stop.packages.through.objects.filter(stop=stop)
            if rows.exclude(package__in=boxes).exists():
                _set_apart(stop, boxes)
        # All customers of the run have one more stop before them, whoever their seller is.
        with seeing(reach_of(buildings=[run.warehouse_id])):
            count_stops_before(run.pk)


def _set_apart(stop: Stop, package_ids: Collection[UUID]) -> None:
    """Move these parcels of a stop to a new one right after it, with the same delivery window."""
    stops = Stop.objects.filter(run=stop.run_id)
    stops.filter(position__gt=stop.position).update(position=F("position") + ASIDE)
    stops.filter(position__gt=ASIDE).update(position=F("position") - ASIDE + 1)
    own = Stop(
        run_id=stop.run_id,
        position=stop.position + 1,
        window_starts=stop.window_starts,
        window_ends=stop.window_ends,
    )
    own.save(force_insert=True)
    loaded = Stop.packages.through.objects.filter(stop=stop, package__in=package_ids)
    loaded.update(stop_id=own.pk)
