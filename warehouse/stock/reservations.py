"""Release, consume and restore reservations: supply that is reserved for an order line."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from orders.errors import DomainError
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Package, PackageLine, Shipment, ShipmentLine, User
from orders.words import say
from warehouse.models import PickLine, PickList, Reservation, Stock, StockMovement
from warehouse.states import PICK_LIST_AT_WORK, PickListStatus
from warehouse.stock.postings import Posting, change_supplies, lock_supplies, post, unpin

LineKey = tuple[UUID, UUID]  # order line, warehouse
TotePlace = tuple[Any, ...]  # shipment, product, tote, lot
MOVED = ("product", "location", "lot")


class Packed(NamedTuple):
    """Units of a line in a package."""

    package_id: UUID
    shipment_line_id: UUID
    quantity: int
    line_id: UUID
    product_id: UUID
    warehouse_id: UUID


LOWER_RESERVATIONS = """
UPDATE warehouse_reservation AS reservation
SET quantity = reservation.quantity - given.units
FROM unnest(%s::uuid[], %s::int[]) AS given (id, units)
WHERE reservation.id = given.id
"""


@transaction.atomic(savepoint=False)
def release_reservations(units: Mapping[LineKey, int]) -> None:
    """Release reservations, {(order line id, warehouse id): units}, in a few statements.

    The caller updates the counters of the order lines. Raises DomainError when less is reserved.
    """
    wanted = {key: number for key, number in units.items() if number}
    if not wanted:
        return
    lines = {line_id for line_id, _ in wanted}
    held = Reservation.objects.filter(line__in=lines).select_related("supply")
    lock_orders(held.values_list("line__order", flat=True))
    rows = {(row.line_id, row.supply.warehouse_id): row for row in held}
    if short := [key for key, number in wanted.items() if _reserved(rows, key) < number]:
        raise DomainError(
            say("{number} lines have fewer units reserved than that.", number=len(short))
        )
    lowered: dict[UUID, int] = {}
    sums: Counter[tuple[UUID, UUID]] = Counter()
    for key, number in wanted.items():
        row = rows[key]
        sums[row.supply.product_id, row.supply.warehouse_id] += number
        lowered[row.pk] = number
    used_up = [row.pk for row in rows.values() if lowered.get(row.pk) == row.quantity]
    supplies = lock_supplies(sums)
    # Deleted, not lowered to 0: the constraint a_reservation_holds_something forbids empty rows.
    Reservation.objects.filter(pk__in=used_up).delete()
    _lower({pk: number for pk, number in lowered.items() if pk not in set(used_up)})
    change_supplies([(supplies[key], 0, -number) for key, number in sums.items()])


@transaction.atomic(savepoint=False)
def consume_reservations(packages: Iterable[Package], *, actor: User | None = None) -> None:
    """Post the hand-over of these packages: their units leave totes, supply and reservations.

    The movements have the reason `handed_over` and the package as subject, by which an undo finds
    them. The caller updates the counters of the order lines.
    """
    packages = list(packages)
    lock_orders({package.order_id for package in packages})
    packed = _packed_units(packages)
    units: Counter[LineKey] = Counter()
    for row in packed:
        units[row.line_id, row.warehouse_id] += row.quantity
    release_reservations(units)
    post(_out_of_totes(packed), reason=StockMovement.Reason.HANDED_OVER, actor=actor)


@transaction.atomic(savepoint=False)
def restore_reservations(units: Mapping[LineKey, int], *, warehouse_id: UUID) -> None:
    """Undo `consume_reservations`: {(order line id, product id): units} are reserved again.

    The caller has posted the units first: a supply never has more reserved than on hand.
    """
    supplies = lock_supplies((product_id, warehouse_id) for _, product_id in units)
    sums: Counter[UUID] = Counter()
    for (line_id, product_id), number in units.items():
        supply = supplies[product_id, warehouse_id]
        sums[product_id] += number
        row, is_new = Reservation.objects.get_or_create(
            line_id=line_id,
            supply=supply,
            defaults={"seller_id": supply.seller_id, "quantity": number},
        )
        if not is_new:
            Reservation.objects.filter(pk=row.pk).update(quantity=F("quantity") + number)
    change_supplies(
        [(supplies[product_id, warehouse_id], 0, number) for product_id, number in sums.items()]
    )


@transaction.atomic(savepoint=False)
def release_cancelled(shipment_ids: Iterable[UUID]) -> None:
    """Release the reservations and pinned units of cancelled shipments, and close their walks.

    Raises DomainError while units of them lie in a tote.
    """
    ids = list(shipment_ids)
    lines = ShipmentLine.objects.filter(shipment__in=ids).select_related("shipment")
    if picked := next((line for line in lines if line.picked), None):
        raise DomainError(
            say(
                "Shipment {shipment} has picked units: put them back first.",
                shipment=picked.shipment,
            )
        )
    units: Counter[LineKey] = Counter()
    for line in lines:
        units[line.line_id, line.shipment.warehouse_id] += line.quantity
    walks = PickList.objects.filter(shipment__in=ids, status__in=PICK_LIST_AT_WORK)
    pinned: Counter[UUID] = Counter()
    for stop in PickLine.objects.filter(pick_list__in=walks):
        pinned[stop.stock_id] += stop.open_quantity
    release_reservations(units)
    unpin(pinned)
    move(walks, PickListStatus.DONE)


def release_reduced(units: Mapping[UUID, Mapping[str, int]]) -> None:
    """Release reservations of shipments that lost units, {shipment id: {order line id: units}}."""
    if not units:
        return
    places = Shipment.objects.filter(pk__in=units).values_list("pk", "warehouse")
    lost: Counter[LineKey] = Counter()
    for shipment_id, warehouse_id in places:
        for line_id, number in units[shipment_id].items():
            lost[UUID(line_id), warehouse_id] += number
    release_reservations(lost)


def _reserved(rows: Mapping[LineKey, Reservation], key: LineKey) -> int:
    return rows[key].quantity if key in rows else 0


def _lower(units: dict[UUID, int]) -> None:
    if units:
        with connection.cursor() as cursor:
            cursor.execute(LOWER_RESERVATIONS, [list(units), list(units.values())])


def _packed_units(packages: list[Package]) -> list[Packed]:
    rows = PackageLine.objects.filter(package__in=packages).order_by("package_id", "pk")
    return [
        Packed(*row)
        for row in rows.values_list(
            "package_id",
            "shipment_line_id",
            "quantity",
            "shipment_line__line",
            "shipment_line__line__product",
            "package__shipment__warehouse",
        )
    ]


def _out_of_totes(packed: list[Packed]) -> list[Posting]:
    """The postings that take packed units out of the totes of their shipments, oldest lot first.

    A tote may hold another shipment by now: of each place no more is taken than was picked there.
    """
    shipments = ShipmentLine.objects.filter(pk__in={row.shipment_line_id for row in packed})
    of_line = dict(shipments.values_list("pk", "shipment"))
    left = _left_in_totes(set(of_line.values()))
    places: dict[tuple[UUID, UUID], list[tuple[Stock, TotePlace]]] = defaultdict(list)
    rows = Stock.objects.filter(
        location__in={place[2] for place in left}, product__in={row.product_id for row in packed}
    )
    stocks = {(row.product_id, row.location_id, row.lot): row for row in rows}
    for place in sorted(left, key=lambda place: place[3]):
        shipment_id, *where = place
        if stock := stocks.get(tuple(where)):
            places[shipment_id, stock.product_id].append((stock, place))
    postings = []
    for row in packed:
        mine = places[of_line[row.shipment_line_id], row.product_id]
        postings += _taken_from(mine, row, left)
    return postings


def _left_in_totes(shipment_ids: set[UUID]) -> Counter[TotePlace]:
    """What was picked of these shipments and has not left, by tote and lot."""
    stops = PickLine.objects.filter(pick_list__shipment__in=shipment_ids, picked__gt=0)
    left: Counter[TotePlace] = Counter()
    where = ("stock__product", "pick_list__tote", "stock__lot")
    for *place, units in stops.values_list("pick_list__shipment", *where, "picked"):
        left[tuple(place)] += units
    boxes = dict(Package.objects.filter(shipment__in=shipment_ids).values_list("pk", "shipment"))
    gone = StockMovement.objects.filter(
        reason=StockMovement.Reason.HANDED_OVER,
        subject_id__in=boxes,
        location__in={place[2] for place in left},
    )
    for box, *place, units in gone.values_list("subject_id", *MOVED, "quantity"):
        left[boxes[box], *place] += units
    return left


def _taken_from(
    places: list[tuple[Stock, TotePlace]], row: Packed, left: Counter[TotePlace]
) -> list[Posting]:
    """Take the units of a packed line from these Stock rows, in memory; returns the postings."""
    missing = row.quantity
    postings = []
    for stock, place in places:
        taken = min(missing, stock.on_hand, left[place])
        stock.on_hand -= taken
        left[place] -= taken
        missing -= taken
        postings.append(Posting.at(stock, -taken, pinned=-taken, subject_id=row.package_id))
    if missing:
        raise DomainError(say("The tote has fewer units than were packed: count it first."))
    return postings
