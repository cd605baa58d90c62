"""Replenishment: pick faces are refilled from reserve, below their minimum or for orders."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.dead_letters import one_by_one
from orders.lifecycle.transitions import move
from orders.models import Event, Product, User, Warehouse
from orders.statements import with_codes
from orders.states import SHIPMENT_NOT_BEGUN
from orders.words import predicate, say, state
from warehouse.corrections.differences import lots_at, lots_here
from warehouse.corrections.tasks_to_count import plan_counts
from warehouse.models import (
    CountTask,
    Location,
    PickFace,
    ReplenishTask,
    Stock,
    StockMovement,
)
from warehouse.states import ReplenishStatus
from warehouse.stock.closing import IS_KEPT, WITHHELD_LOT, refuse_closed
from warehouse.stock.postings import Posting, lock_supplies, post

MOST_AT_ONCE = 100  # tasks of a warehouse that are made by one look
# The units that each face lacks, with the reserve to bring them from: what expires first,
# then the oldest lot; nothing that is blocked or expired. What open tasks bring from a reserve is
# free for no other face.
DUE = with_codes(
    """
WITH
-- The free units that orders get on each face that nobody has blocked, refills already, or has to
-- count.
held AS (
    SELECT face.*, coalesce((
        SELECT sum(stock.on_hand - stock.pinned) FROM warehouse_stock stock
        WHERE stock.product_id = face.product_id AND stock.location_id = face.location_id
            AND NOT ({withheld})), 0) AS units
    FROM warehouse_pickface face
    JOIN warehouse_location place ON place.id = face.location_id
    WHERE place.warehouse_id = %(warehouse)s AND place.blocked_at IS NULL
        AND NOT EXISTS (SELECT FROM warehouse_replenishtask task
            WHERE task.face_id = face.id AND task.status = {open})
        AND NOT EXISTS (SELECT FROM warehouse_stock stock WHERE stock.closed_at IS NOT NULL
            AND stock.product_id = face.product_id AND stock.location_id = face.location_id)
),
-- What shipments that nobody has begun want of each product.
wanted AS (
    SELECT line.product_id, sum(part.quantity) AS units
    FROM orders_shipment shipment
    JOIN orders_shipmentline part ON part.shipment_id = shipment.id
    JOIN orders_orderline line ON line.id = part.line_id
    WHERE shipment.warehouse_id = %(warehouse)s AND shipment.status IN ({waiting})
    GROUP BY line.product_id
)
SELECT held.id, held.seller_id, held.product_id, reserve.location_id, reserve.free,
    greatest(held.target, coalesce(wanted.units, 0)) - held.units AS lacks
FROM held
LEFT JOIN wanted ON wanted.product_id = held.product_id
CROSS JOIN LATERAL ({reserve}) reserve
WHERE held.units < greatest(held.minimum, coalesce(wanted.units, 0))
ORDER BY held.units - greatest(held.minimum, coalesce(wanted.units, 0)), held.id
LIMIT %(most)s
""".replace(
        "{reserve}",
        """
    SELECT stock.location_id, sum(stock.on_hand - stock.pinned) - min(planned.units) AS free
    FROM warehouse_stock stock JOIN warehouse_location place ON place.id = stock.location_id
    CROSS JOIN LATERAL (SELECT coalesce(sum(task.units), 0) AS units
        FROM warehouse_replenishtask task JOIN warehouse_pickface face ON face.id = task.face_id
        WHERE task.status = {open} AND task.source_id = stock.location_id
            AND face.product_id = stock.product_id) planned
    WHERE stock.product_id = held.product_id AND stock.on_hand > stock.pinned
        AND stock.closed_at IS NULL AND place.warehouse_id = %(warehouse)s
        AND place.kind <> {tote} AND NOT place.is_staging AND place.blocked_at IS NULL
        AND NOT ({withheld})
        AND NOT EXISTS (SELECT FROM warehouse_pickface other
            WHERE other.product_id = stock.product_id AND other.location_id = stock.location_id)
    GROUP BY stock.location_id, place.walk_position, place.code
    HAVING sum(stock.on_hand - stock.pinned) > min(planned.units)
    ORDER BY min((SELECT expires_on FROM warehouse_lot dated
            WHERE dated.product_id = stock.product_id AND dated.code = stock.lot)),
        min(stock.lot), place.walk_position, place.code LIMIT 1""",
    ).replace("{withheld}", WITHHELD_LOT),
    open=ReplenishStatus.OPEN,
    waiting=SHIPMENT_NOT_BEGUN,
    tote=Location.Kind.TOTE,
)


@transaction.atomic(savepoint=False)
def set_face(
    product: Product, location: Location, *, minimum: int, target: int, actor: User
) -> PickFace:
    """Say where a product is picked first, and when and how far that place is refilled."""
    if location.kind == Location.Kind.TOTE or location.is_staging:
        raise DomainError(
            say("{location} keeps no goods: choose a bin or a shelf.", location=location)
        )
    refuse_closed(location)
    if not 1 <= target >= minimum:
        raise DomainError(say("Refill to at least one unit, and to no less than the minimum."))
    face, _ = PickFace.objects.update_or_create(
        product=product,
        location=location,
        defaults={"seller_id": product.seller_id, "minimum": minimum, "target": target},
    )
    _record(face, "set", actor, minimum=minimum, target=target)
    return face


@transaction.atomic(savepoint=False)
def remove_face(face: PickFace, *, actor: User) -> None:
    """Pick the product there as anywhere else; nobody refills the place any more.

    Raises DomainError while somebody brings units there.
    """
    tasks = list(
        ReplenishTask.objects.filter(face=face, status=ReplenishStatus.OPEN)
        .select_related("worker")
        .select_for_update(no_key=True, of=("self",))
    )
    if bringing := next((task for task in tasks if task.worker), None):
        raise DomainError(
            say(
                "{worker} is bringing units to {location}: not yet.",
                worker=bringing.worker,
                location=face.location,
            )
        )
    move(tasks, ReplenishStatus.DROPPED, actor=actor, changes={"ended_at": timezone.now()})
    _record(face, "removed", actor)
    PickFace.objects.filter(pk=face.pk).delete()


def plan_all_replenishment() -> int:
    """Make the tasks that the faces of every warehouse need; returns their number."""
    houses = Warehouse.objects.filter(locations__pick_faces__isnull=False).distinct()
    return one_by_one(
        "planning refills", houses.order_by("pk"), lambda house: len(plan_replenishment(house))
    )


@transaction.atomic(savepoint=False)
def plan_replenishment(warehouse: Warehouse, *, most: int = MOST_AT_ONCE) -> list[ReplenishTask]:
    """Make a task for each face that lacks units and has none; returns the new ones."""
    values: dict[str, Any] = {"warehouse": warehouse.pk, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(DUE, values)
        rows = cursor.fetchall()
    tasks = []
    left: dict[tuple[UUID, UUID], int] = {}  # {(product, reserve): free units}
    for face, seller, product, source, free, lacks in rows:
        units = min(left.setdefault((product, source), free), lacks)
        left[product, source] -= units
        if units:  # else it waits for the next look, which finds another reserve
            tasks.append(
                ReplenishTask(face_id=face, seller_id=seller, source_id=source, units=units)
            )
    # Of two that are made at the same moment one stays: a face has one open task.
    ReplenishTask.objects.bulk_create(tasks, ignore_conflicts=True)
    made = ReplenishTask.objects.filter(pk__in=[task.pk for task in tasks])
    found = list(made.select_related("face__product", "face__location", "source"))
    record([Event.of(task, "planned", units=task.units) for task in found])
    return found


@transaction.atomic(savepoint=False)
def take_task(task: ReplenishTask, *, actor: User) -> ReplenishTask:
    """Say that this person brings the units: who stands there last, if another one had begun."""
    current = _lock(task)
    current.worker = actor
    current.save(update_fields=["worker"])
    return current


@transaction.atomic(savepoint=False)
def finish_task(task: ReplenishTask, *, units: int, actor: User) -> ReplenishTask:
    """Move the units from reserve to the face.

    Raises DomainError for more than lie there free, or where somebody else has taken it over.
    """
    current = _own(task, actor)
    face = current.face
    if units < 1:
        raise DomainError(say("Bring at least one unit, or say that there are none."))
    if Stock.objects.filter(
        product=face.product_id, location=face.location_id, closed_at__isnull=False
    ).exists():
        raise DomainError(say("{location} is to be counted first.", location=face.location))
    if face.location.blocked_at:  # no order would get them there
        place, note = face.location, face.location.blocked_note
        raise DomainError(f"{say('{place} is blocked ({note})', place=place, note=note)}.")
    lock_supplies([(face.product_id, current.source.warehouse_id)])  # guards what is not pinned
    postings = [
        Posting(
            current.seller_id, face.product_id, place, lot, number, subject_id=current.pk
        )
        for lot, taken in lots_at(face.product, current.source, units, only=~IS_KEPT)
        for place, number in ((current.source_id, -taken), (face.location_id, taken))
    ]  # fmt: skip
    post(postings, reason=StockMovement.Reason.MOVED, actor=actor)
    return _end(current, ReplenishStatus.DONE, actor, moved=units)


@transaction.atomic(savepoint=False)
def drop_task(task: ReplenishTask, *, actor: User) -> Location | None:
    """Say that the units are not at the reserve location: returns it where it is to be counted.

    Where the books have nothing free there either, nothing is to be counted.
    """
    current = _own(task, actor)
    is_short = free_at_source(current) > 0
    if is_short:
        plan_counts([current.source], cause=CountTask.Cause.SHORT, actor=actor)
    _end(current, ReplenishStatus.DROPPED, actor)
    return current.source if is_short else None


def free_at_source(task: ReplenishTask) -> int:
    """Units of the product that the books have at the reserve location, claimed by no walk and
    not kept from orders.
    """
    lots = Stock.objects.filter(~IS_KEPT, product=task.face.product_id, location=task.source_id)
    units: int = lots.aggregate(units=Sum(F("on_hand") - F("pinned"), default=0))["units"]
    return units


def lots_to_bring(task: ReplenishTask) -> list[Any]:
    """The lots to bring, in turn, where several lie at the reserve location."""
    lying = lots_here(task.face.product, task.source)
    kept = Stock.objects.filter(IS_KEPT, pk__in=[row.pk for row in lying])
    left = set(kept.values_list("pk", flat=True)) if lying else set()
    return [row for row in lying if row.pk not in left]


def _own(task: ReplenishTask, actor: User) -> ReplenishTask:
    current = _lock(task)
    if current.worker and current.worker != actor:
        raise DomainError(say("{worker} has taken this refill.", worker=current.worker))
    return current


def _lock(task: ReplenishTask) -> ReplenishTask:
    rows = ReplenishTask.objects.select_related(
        "face__product", "face__location", "source", "worker"
    )
    current = rows.select_for_update(no_key=True, of=("self",)).filter(pk=task.pk).first()
    if current is None:
        raise DomainError(say("{location} is no pick face any more.", location=task.face.location))
    if current.status != ReplenishStatus.OPEN:
        raise DomainError(say("This refill is {status} already.", status=predicate(state(current))))
    return current


def _end(task: ReplenishTask, to: str, actor: User, **data: Any) -> ReplenishTask:
    changes = {"ended_at": timezone.now(), "worker": actor}
    return move([task], to, actor=actor, changes=changes, **data)[0]


def _record(face: PickFace, what: str, actor: User, **data: int) -> None:
    places = {"product": str(face.product_id), "location": str(face.location_id)}
    record([Event.of(face, what, actor=actor, **places, **data)])
