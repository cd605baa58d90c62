"""The numbers of the lead's board: work until each deadline, the last hour, who is where."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import Case, When
from django.utils import timezone

from orders.keys import first_id
from orders.lifecycle.holds import IS_HELD
from orders.models import Shipment, Warehouse
from orders.states import SHIPMENT_TO_PICK, ShipmentStatus
from warehouse.models import PickList, Scan, StockMovement
from warehouse.planning.outlook import Work, pace, will_miss
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

PICKED = (ShipmentStatus.PICKED, ShipmentStatus.PACKED, ShipmentStatus.READY)
# Which of the shipments that are still to leave.
WHICH = {
    "due": Q(),
    "to-pick": Q(is_held=False, status__in=SHIPMENT_TO_PICK),
    "picked": Q(is_held=False, status__in=PICKED),
    "on-hold": Q(is_held=True),
}
LAST = timedelta(hours=1)
ENDED = (PickListStatus.DONE, PickListStatus.TO_SORT)
SCANS_OF = timedelta(hours=12)
OPEN = ("open_lines", "open_units")


@dataclass
class Deadline:
    """What is to leave by a moment: still to pick, on hold, picked; and what will be late."""

    due_at: datetime
    orders: int = 0
    lines: int = 0
    units: int = 0
    held: int = 0
    picked: int = 0
    missed: int = 0

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """[(heading, which rows it counts, number)] of the columns of the board."""
        return [
            ("To pick", "to-pick", self.orders),
            ("Lines", "to-pick", self.lines),
            ("Units", "to-pick", self.units),
            ("Picked", "picked", self.picked),
            ("On hold", "on-hold", self.held),
            ("Will be late", "missed", self.missed),
        ]


@dataclass
class Person:
    """Somebody who picks: the walks, how far, the last scan, and what the last hour was."""

    name: str
    walks: list[Any]
    stops: int = 0
    done: int = 0
    scan: Scan | None = None
    lines: int = 0
    units: int = 0
    pk: UUID | None = None


def deadlines(shipments: QuerySet[Shipment], missed: list[UUID]) -> list[Deadline]:
    """The backlog of these shipments against each deadline, the first one first."""
    rows: dict[datetime, Deadline] = {}
    misses = set(missed)
    for row in to_leave(shipments).values("pk", "ship_by", "status", "is_held", *OPEN):
        at = rows.setdefault(row["ship_by"], Deadline(row["ship_by"]))
        if row["is_held"]:
            at.held += 1
        elif row["status"] in PICKED:
            at.picked += 1
        else:
            at.orders += 1
            at.lines += row["open_lines"]
            at.units += row["open_units"]
        at.missed += row["pk"] in misses
    return [rows[due_at] for due_at in sorted(rows)]


def to_leave(shipments: QuerySet[Shipment]) -> QuerySet[Any]:
    """These shipments that are still to leave, with `is_held` and what is to be picked of each."""
    is_open = Q(lines__quantity__gt=F("lines__picked"))
    return (
        shipments.filter(status__in=(*SHIPMENT_TO_PICK, *PICKED))
        .annotate(
            is_held=Case(When(IS_HELD, then=True), default=False),
            open_lines=Count("lines", filter=is_open),
            open_units=Sum(F("lines__quantity") - F("lines__picked"), default=0),
        )
        .order_by("ship_by", "-priority", "pk")
    )


def predicted(
    shipments: QuerySet[Shipment], *, now: datetime, lines_an_hour: float | None
) -> list[UUID]:
    """Those of these shipments that will miss their deadline at this rate; none on hold."""
    rows = to_leave(shipments).filter(~IS_HELD, status__in=SHIPMENT_TO_PICK)
    columns = ("pk", "ship_by", "open_lines")
    work = [Work(*row) for row in rows.values_list(*columns)]
    return will_miss(work, now=now, lines_an_hour=lines_an_hour)


def picks_of(movements: QuerySet[StockMovement], now: datetime) -> QuerySet[StockMovement]:
    """What was picked in the last hour: what came into totes and slots, of these movements."""
    recent = movements.filter(pk__gte=first_id(now - LAST), quantity__gt=0)
    return recent.filter(reason=StockMovement.Reason.PICKED).order_by("-pk")


def lines_picked(picks: QuerySet[StockMovement]) -> int:
    """How many stops these picks were of."""
    return picks.order_by().values("subject_id").distinct().count()


def pace_of(picks: QuerySet[StockMovement], now: datetime) -> float | None:
    """Lines an hour since the first of these picks; None while they are too few to tell."""
    first = picks.order_by("pk").values_list("at", flat=True).first()
    return pace(lines_picked(picks), since=now - first if first else timedelta())


def shorts_of(movements: QuerySet[StockMovement], now: datetime) -> QuerySet[StockMovement]:
    """What pickers have missed today, in the time zone of the warehouse: an entry for each stop.

    Where a place is empty, a second one takes what the books had there for nobody.
    """
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = movements.filter(pk__gte=first_id(midnight), subject_id__isnull=False)
    first = today.filter(reason=StockMovement.Reason.MISSING).order_by("subject_id", "pk")
    return first.distinct("subject_id")


def scans_of(warehouse: Warehouse, now: datetime) -> QuerySet[Scan]:
    """The scans of the last hours in a warehouse, by everybody."""
    return Scan.objects.filter(warehouse=warehouse, at__gt=now - SCANS_OF)


def people(
    walks: QuerySet[PickList], picks: QuerySet[StockMovement], scans: QuerySet[Scan]
) -> list[Person]:
    """Who is on a walk, or has picked in the last hour; by name."""
    found: dict[UUID, Person] = {}
    # What was passed on is nobody's until somebody takes it.
    begun = _with_stops(walks.filter(status__in=PICK_LIST_BEGUN, passed_at__isnull=True))
    rows = begun.select_related("picker", "shipment", "tote__cart", "batch_tote").order_by(
        "created_at", "pk"
    )
    carts: dict[UUID, set[UUID | None]] = defaultdict(set)
    for walk in rows:
        person = found.setdefault(walk.picker_id, Person(str(walk.picker), [], pk=walk.picker_id))
        person.stops += walk.stops
        person.done += walk.done
        # A cart is one thing to look at.
        if walk.cart_walk is None or walk.cart_walk not in carts[walk.picker_id]:
            person.walks.append(walk)
        carts[walk.picker_id].add(walk.cart_walk)
    ways = set().union(*carts.values()) - {None}
    full = walks.filter(cart_walk__in=ways, status__in=ENDED)
    for walk in _with_stops(full.exclude(shipment__status=ShipmentStatus.CANCELLED)):
        if walk.cart_walk in carts[walk.picker_id]:
            found[walk.picker_id].stops += walk.stops
            found[walk.picker_id].done += walk.done
    by_person = (
        picks.order_by()
        .values("actor", "actor__name")
        .annotate(lines=Count("subject_id", distinct=True), units=Sum("quantity"))
    )
    for row in by_person.filter(actor__isnull=False):
        person = found.setdefault(row["actor"], Person(row["actor__name"], [], pk=row["actor"]))
        person.lines, person.units = row["lines"], row["units"]
    last = scans.filter(worker__in=found).order_by("worker", "-at", "-sequence").distinct("worker")
    for scan in last:
        found[scan.worker_id].scan = scan
    return sorted(found.values(), key=lambda person: person.name)


def _with_stops(walks: QuerySet[PickList]) -> QuerySet[Any]:
    """These walks with their `stops`, and how many are picked or reported short (`done`)."""
    is_done = Q(lines__quantity=F("lines__picked") + F("lines__short"))
    return walks.annotate(stops=Count("lines"), done=Count("lines", filter=is_done))
