"""The home screen: the numbers of what waits, and a scan field that opens the task of a code."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from orders.access import Role, role_required
from orders.accounts.requests import SignedInRequest
from orders.catalogue.views import picture_of
from orders.errors import DomainError, WrongScan
from orders.lifecycle.holds import IS_HELD, IS_UNWANTED
from orders.models import Package, Return, Shipment
from orders.returns.buildings import goes_to
from orders.returns.repairs import IS_IN_REPAIR
from orders.states import ReturnStatus, ShipmentStatus
from orders.words import say
from warehouse.floor.forms import HomeForm
from warehouse.floor.leading.waves import for_wave
from warehouse.floor.manifests import left_behind
from warehouse.floor.pausing import one_of_each_cart
from warehouse.floor.totes import IS_BOXED
from warehouse.floor.waiting import IS_IN_WAVE
from warehouse.models import Correction, CountTask, Inbound, PickList, ReplenishTask, Stock
from warehouse.scanning.codes import Task, names_goods, products_of, tasks_of
from warehouse.scanning.scans import ScanResult
from warehouse.scanning.screens import (
    EVERYBODY,
    PACKERS,
    PICKERS,
    FloorRequest,
    Sent,
    apply,
    at_workplace,
    screen,
)
from warehouse.states import (
    COUNT_OPEN,
    INBOUND_OPEN,
    PICK_LIST_BEGUN,
    CorrectionStatus,
    PickListStatus,
    ReplenishStatus,
)

MOST_TO_PUT_BACK = 5
MOST_OWN = 3
PICKED_AND_HERE = (ShipmentStatus.PICKED, ShipmentStatus.PACKED, ShipmentStatus.READY)


class Door(NamedTuple):
    """A button of the home screen: its screen, the roles that see it, the statuses it counts.

    `also` counts what is not work yet: its words and its statuses.
    """

    name: str
    wait: str
    to: str
    roles: tuple[Role, ...]
    statuses: tuple[str, ...] = ()
    also: tuple[str, tuple[str, ...]] = ("", ())


# What the doors count beside the statuses of shipments and returns.
TO_COUNT, TO_APPROVE, TO_PUT_AWAY = "counts", "corrections", "put_away"
TO_REFILL, TO_RELEASE, TO_SORT = "refills", "for_wave", "to_sort"
ONLY_WITH_WORK = (TO_PUT_AWAY, TO_REFILL, TO_RELEASE, TO_SORT)  # most houses have none of it
DOORS = (
    Door("Pick", "to pick", "warehouse_pick", PICKERS, (ShipmentStatus.RELEASED,)),
    Door("Put wall", "orders to sort", "warehouse_wall", EVERYBODY, (TO_SORT,)),
    Door("Pack", "to pack", "warehouse_pack", PACKERS, (ShipmentStatus.PICKED,)),
    Door("Label", "to label", "warehouse_label", PACKERS, (ShipmentStatus.PACKED,)),
    Door("Hand over", "to hand over", "warehouse_dispatch", PACKERS, (ShipmentStatus.READY,)),
    Door("Inbound", "announced", "warehouse_inbounds", EVERYBODY, INBOUND_OPEN),
    Door("Put away", "to put away", "warehouse_put_away", EVERYBODY, (TO_PUT_AWAY,)),
    Door("Refill", "pick faces", "warehouse_refills", EVERYBODY, (TO_REFILL,)),
    Door("Receive", "unannounced", "warehouse_receive", EVERYBODY),
    Door(
        "Returns",
        "to inspect",
        "warehouse_returns",
        PICKERS,
        (ReturnStatus.RECEIVED,),
        also=("expected", (ReturnStatus.APPROVED,)),
    ),
    Door("Count", "to count", "warehouse_counts", EVERYBODY, (TO_COUNT,)),
    Door("Move", "to another place", "warehouse_move", EVERYBODY),
    Door("Adjust", "damaged, lost", "warehouse_adjust", PICKERS),
    Door("Board", "late, who, where", "warehouse_board", (Role.LEAD,)),
    Door("Corrections", "to approve", "warehouse_corrections", (Role.LEAD,), (TO_APPROVE,)),
    Door("Boxes", "what they weigh", "warehouse_cartons", (Role.LEAD,)),
    Door("Walks", "being picked", "warehouse_walks", (Role.LEAD,), (ShipmentStatus.PICKING,)),
    Door("Locations", "make, close", "warehouse_locations", (Role.LEAD,)),
    Door("Lots", "blocked, expired", "warehouse_lots", (Role.LEAD,)),
    Door("Totes", "for walks", "warehouse_totes", (Role.LEAD,)),
    Door("Labels", "to print", "warehouse_labels", (Role.LEAD,)),
    Door("Printers", "at the benches", "warehouse_printers", (Role.LEAD,)),
    Door("Carts", "many at once", "warehouse_carts", (Role.LEAD,)),
    Door("Put walls", "batch walks", "warehouse_walls", (Role.LEAD,)),
    Door("Waves", "to release", "warehouse_waves", (Role.LEAD,), (TO_RELEASE,)),
    Door("Pick faces", "minimum, refill", "warehouse_faces", (Role.LEAD,)),
    Door("Runs", "own couriers", "warehouse_runs", (Role.LEAD,)),
    Door("People", "badges, devices", "warehouse_badges", (Role.LEAD,)),
)


@role_required(*EVERYBODY)
@at_workplace
def home(request: FloorRequest) -> HttpResponse:
    """Show what waits; redirect a scan to its screen, or list the tasks it could mean."""
    if request.method != "POST":
        return _home(request)
    form = HomeForm(request.POST)
    outcome = apply(
        request, form, lambda sent: say("Opened {name}", name=_tasks(request, sent)[0].name)
    )
    if outcome.is_refused:
        return _home(request, outcome)
    tasks = _tasks(request, form.cleaned_data)
    return redirect(tasks[0].url) if len(tasks) == 1 else _home(request, tasks=tasks)


@require_safe
@role_required(*EVERYBODY)
def picture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The picture of a product of a building in which this person works."""
    return picture_of(request, request.viewer, pk)


def _tasks(request: FloorRequest, sent: Sent) -> list[Task]:
    """The tasks of the scanned code. Raises DomainError if there is none."""
    code = sent["code"]
    if sent["elsewhere"] and names_goods(code, request):
        # A trigger reads a code twice: nobody who has just picked goods is sent to receive them.
        done = Shipment.objects.visible_to(request.viewer).filter(pk=sent["after"]).first()
        raise DomainError(_refusal_of_goods(code, request, done))
    return tasks_of(code, request)


def _refusal_of_goods(code: str, request: FloorRequest, done: Shipment | None) -> str:
    products = products_of(code, request)
    here = (
        done.lines.filter(line__product__in=products).select_related("line__product")
        if done
        else ()
    )
    for part in here:
        if part.packed:
            return say("{product} is already packed.", product=part.line.product)
        return say("{product} is already picked.", product=part.line.product)
    return str(WrongScan(code, say("an order, a tote, a parcel, a return or an inbound")))


def _home(
    request: FloorRequest, outcome: ScanResult | None = None, tasks: Sequence[Task] = ()
) -> HttpResponse:
    counts = _waiting(request)
    doors = [
        (door, _sum_of(counts, door.statuses), _sum_of(counts, door.also[1]))
        for door in DOORS
        if request.viewer.has_role(*door.roles) and _is_shown(door, counts)
    ]
    own = PickList.objects.visible_to(request.viewer).filter(
        picker=request.user,
        warehouse=request.warehouse,
        status__in=PICK_LIST_BEGUN,
        passed_at__isnull=True,
    )
    unreturned = (
        PickList.objects.visible_to(request.viewer)
        .filter(warehouse=request.warehouse, status=PickListStatus.PUT_BACK)
        .select_related("shipment", "tote", "batch_tote")
    )
    context = {
        "doors": [row for row in doors if row[0].roles != (Role.LEAD,)],
        "doors_of_lead": [row for row in doors if row[0].roles == (Role.LEAD,)],
        "own": one_of_each_cart(own.order_by("-status", "paused_at", "pk"))[:MOST_OWN],
        "unwanted": _unwanted(request),
        "left_behind": _left_behind(request),
        "to_put_back": unreturned.annotate(is_boxed=IS_BOXED)[:MOST_TO_PUT_BACK],
        "tasks": tasks,
    }
    return screen(request, "warehouse/home.html", context, outcome)


def _sum_of(counts: dict[str, int], statuses: Sequence[str]) -> int:
    return sum(counts.get(status, 0) for status in statuses)


def _is_shown(door: Door, counts: dict[str, int]) -> bool:
    return all(counts.get(status) for status in door.statuses if status in ONLY_WITH_WORK)


def _unwanted(request: FloorRequest) -> QuerySet[Shipment]:
    """What a shop has cancelled after it was picked: a lead puts it back."""
    rows = Shipment.objects.visible_to(request.viewer).filter(warehouse=request.warehouse)
    if not request.viewer.has_role(Role.LEAD):
        return rows.none()
    rows = rows.filter(IS_UNWANTED, status__in=PICKED_AND_HERE)
    return rows.order_by("ship_by", "pk")[:MOST_TO_PUT_BACK]


def _left_behind(request: FloorRequest) -> int:
    """How many parcels were labelled before today and not handed over; for who hands over."""
    if not request.viewer.has_role(*PACKERS):
        return 0
    begin = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = left_behind(request.warehouse, begin)
    return (rows & Package.objects.visible_to(request.viewer)).count()


def _waiting(request: FloorRequest) -> dict[str, int]:
    """{status: number} of the shipments, returns and inbounds here that the doors count."""
    here = request.warehouse
    statuses = [status for door in DOORS for status in (*door.statuses, *door.also[1])]
    shipments = Shipment.objects.visible_to(request.viewer).filter(warehouse=here)
    returns = Return.objects.visible_to(request.viewer).filter(goes_to(here))
    returns = returns.exclude(IS_IN_REPAIR)
    inbounds = Inbound.objects.visible_to(request.viewer).filter(warehouse=here)
    counts: dict[str, int] = {}
    # Of what is on hold nothing is picked.
    not_held = shipments.exclude(IS_HELD, status=ShipmentStatus.RELEASED)
    for rows in (not_held, returns, inbounds.filter(status__in=INBOUND_OPEN)):
        waiting = rows.filter(status__in=statuses).order_by()
        counts |= dict(waiting.values_list("status").annotate(Count("pk")))
    to_count = CountTask.objects.visible_to(request.viewer).filter(
        warehouse=here, status__in=COUNT_OPEN
    )
    counts[TO_COUNT] = to_count.count()
    staged = Stock.objects.visible_to(request.viewer).filter(
        location__warehouse=here, location__is_staging=True, on_hand__gt=F("pinned")
    )
    counts[TO_PUT_AWAY] = staged.count()
    refills = ReplenishTask.objects.visible_to(request.viewer).filter(source__warehouse=here)
    counts[TO_REFILL] = refills.filter(status=ReplenishStatus.OPEN).count()
    walks = PickList.objects.visible_to(request.viewer).filter(warehouse=here)
    counts[TO_SORT] = walks.filter(status=PickListStatus.TO_SORT).count()
    if request.viewer.has_role(Role.LEAD):
        to_approve = Correction.objects.visible_to(request.viewer).filter(
            status=CorrectionStatus.WAITING, location__warehouse=here
        )
        counts[TO_APPROVE] = to_approve.count()
    if here.picks_by_wave:
        unwaved = for_wave(here) & Shipment.objects.visible_to(request.viewer)
        counts[TO_RELEASE] = unwaved.count()
        released = not_held.filter(IS_IN_WAVE, status=ShipmentStatus.RELEASED)
        counts[ShipmentStatus.RELEASED] = released.count()
    return counts
