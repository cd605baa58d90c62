"""Totes: scanned or found free for a walk; one holds a shipment until it is packed or put back.

So does a slot of a cart, or a cell of a put wall. The tote of a batch holds many, until it is
sorted."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.errors import DomainError, WrongScan
from orders.lifecycle.transitions import locked_rows
from orders.models import Event, Warehouse
from orders.prepared import PreparedColumns, PreparedQuery, insert, parameter
from orders.statements import Statement
from orders.states import ShipmentStatus
from orders.words import say
from warehouse.models import Location, PickLine, PickList, Stock
from warehouse.models.floor import in_words
from warehouse.states import PICK_LIST_AT_WORK, PICK_LIST_BEGUN, PickListStatus

PREFIX = "T-"
MOST_AT_ONCE = 500
LARGEST_NUMBER = 99_999_999
IN_USE = (*PICK_LIST_AT_WORK, PickListStatus.PUT_BACK)
NOT_PACKED = (ShipmentStatus.PICKING, ShipmentStatus.PICKED)
# Of a walk: its units are still to come into its tote, or to leave it.
FILLING = (Q(status__in=IN_USE), Q(shipment__status__in=NOT_PACKED))
# Of a walk: what was packed lies in its boxes, also when they are opened again. Its tote is empty
# or has another shipment, though the books name it until hand-over.
IS_BOXED = Exists(
    Event.objects.filter(
        order=OuterRef("shipment__order"),
        kind="shipment.packed",
        subject_id=OuterRef("shipment"),
    )
)


# Of a tote: a batch is being picked into it, or is not sorted yet.
HOLDS_A_BATCH = Exists(
    PickList.objects.filter(
        batch_tote=OuterRef("pk"), cart_walk__isnull=False, status__in=PICK_LIST_BEGUN
    )
) | Exists(PickLine.objects.filter(pick_list__batch_tote=OuterRef("pk"), to_sort__gt=0))


FREE_TOTE = PreparedQuery(
    lambda: (
        _unused(_totes(parameter(1)))
        .select_for_update(skip_locked=True, no_key=True)
        .order_by("walk_position", "code")[:1]
    )
)
BOXED = PreparedColumns(
    lambda: PickList.objects.filter(IS_BOXED, pk=parameter(1)).values_list("pk")
)
STILL_FREE = PreparedQuery(lambda: _unused(_totes(parameter(1))).filter(pk=parameter(2)))


# Of as many numbers as there are codes like these, and one more, one is left at least.
LOWEST_LEFT = Statement("""
WITH
-- The codes that are there.
known AS (
    SELECT code FROM warehouse_location
    WHERE warehouse_id = %(warehouse)s AND starts_with(code, %(prefix)s)
)
SELECT min(number)
FROM generate_series(%(first)s, (SELECT count(*) FROM known) + %(first)s) AS number
WHERE %(prefix)s || number NOT IN (SELECT code FROM known)
""")


def free_tote(warehouse: Warehouse) -> Location:
    """An empty tote that no walk uses, row-locked; created if there is none."""
    tote = FREE_TOTE.first(warehouse.pk)
    # Check again under the lock: another picker may have taken it since the query.
    if tote and STILL_FREE(warehouse.pk, tote.pk):
        return tote
    return _new_tote(warehouse)


def scanned_tote(warehouse: Warehouse, code: str) -> Location:
    """The empty tote with this code, row-locked. Raises DomainError where it is none, or in use."""
    known = totes_of(warehouse).filter(code__in={code.strip(), code.strip().upper()})
    tote = known.select_for_update(no_key=True).first()
    if tote is None:
        raise WrongScan(code, say("an empty tote"))
    filling = PickList.objects.filter(~IS_BOXED, FILLING[0] | FILLING[1], tote=tote)
    walk = filling.select_related("shipment").order_by("pk").last()
    if Location.objects.filter(HOLDS_A_BATCH, pk=tote.pk).exists():
        told = "Tote {tote} holds a batch for the put wall: take an empty one."
        raise DomainError(say(told, tote=tote))
    if walk is None:
        return tote
    raise DomainError(
        say(
            "Tote {tote} is in use for shipment {shipment}: take an empty one.",
            tote=tote,
            shipment=walk.shipment,
        )
    )


@transaction.atomic(savepoint=False)
def add_totes(warehouse: Warehouse, first: int, last: int) -> int:
    """Add totes with these numbers, but those that are there already; returns how many are new."""
    if not 1 <= first <= last <= LARGEST_NUMBER:
        raise DomainError(
            say("Enter the numbers of the totes from small to large, from 1: {first}.", first=first)
        )
    if last - first >= MOST_AT_ONCE:
        raise DomainError(
            say("Add at most {most_at_once} totes at once.", most_at_once=MOST_AT_ONCE)
        )
    codes = [f"{PREFIX}{number}" for number in range(first, last + 1)]
    there = Location.objects.filter(warehouse=warehouse, code__in=codes)
    known = set(there.values_list("code", flat=True))
    new = [code for code in codes if code not in known]
    Location.objects.bulk_create(
        Location(warehouse=warehouse, code=code, kind=Location.Kind.TOTE) for code in new
    )
    return len(new)


def totes_of(warehouse: Warehouse) -> QuerySet[Location]:
    """The totes of a warehouse, but for slots of carts and cells of walls."""
    return _totes(warehouse.pk)


def _totes(warehouse: Any) -> QuerySet[Location]:
    return Location.objects.filter(
        warehouse=warehouse, kind=Location.Kind.TOTE, cart__isnull=True, wall__isnull=True
    )


def free_totes(warehouse: Warehouse) -> QuerySet[Location]:
    """The totes that no walk uses and in which nothing lies."""
    return (
        without_walks(totes_of(warehouse)).exclude(HOLDS_A_BATCH)
        if warehouse.scans_totes
        else _unused(totes_of(warehouse))
    )


def _unused(totes: QuerySet[Location]) -> QuerySet[Location]:
    """Nothing was picked yet, or all is put back, and nobody has said that it is empty."""
    walks = PickList.objects.filter(tote=OuterRef("pk"))
    unused = totes.filter(~HOLDS_A_BATCH, ~Exists(walks.filter(status__in=IN_USE)))
    return unused.filter(~Exists(Stock.objects.filter(location=OuterRef("pk"), on_hand__gt=0)))


def without_walks(places: QuerySet[Location]) -> QuerySet[Location]:
    """Those of these totes, or slots, into which and from which nothing is to come any more."""
    unboxed = PickList.objects.filter(~IS_BOXED, tote=OuterRef("pk"))
    # Two questions: one with an “or” would read all walks there ever were.
    filled = [Exists(unboxed.filter(is_filling)) for is_filling in FILLING]
    return places.filter(*(~is_filled for is_filled in filled))


def lies_in(walk: PickList) -> str:
    """Where the units of a walk are: “tote T-1”, “slot CART7-3”, or “its boxes”."""
    if is_boxed(walk):
        return say("its boxes")
    return f" {say('and')} ".join(in_words(place) for place in holders_of(walk))


def holders_of(walk: PickList) -> list[Location]:
    """The totes, or cells, in which units of a walk lie; of one that has none, its own."""
    if walk.batch_tote is None:
        return [walk.tote]
    lines = list(walk.lines.all())
    here = sum(line.to_put_back or line.picked for line in lines)
    unsorted = sum(line.to_sort for line in lines)
    places = [walk.tote] if here > unsorted else []
    return [*places, walk.batch_tote] if unsorted else places or [walk.fills]


def parts_of(stop: PickLine, units: int) -> list[tuple[UUID | None, int]]:
    """Where so many units of a stop lie: those that are not sorted in the tote of its batch."""
    walk = stop.pick_list
    parts = [(walk.batch_tote_id, stop.to_sort), (walk.tote_id, units - stop.to_sort)]
    return [part for part in parts if part[1]]


def is_boxed(walk: PickList) -> bool:
    """Whether the units of a walk are in its boxes: its tote may hold another shipment by now."""
    return bool(BOXED(walk.pk))


def _new_tote(warehouse: Warehouse) -> Location:
    """Create a tote with the lowest number left; the warehouse's row lock keeps it unique."""
    locked_rows(Warehouse, [warehouse.pk])
    [(number,)] = LOWEST_LEFT({"warehouse": warehouse.pk, "prefix": PREFIX, "first": 1})
    tote = Location(warehouse=warehouse, code=f"{PREFIX}{number}", kind=Location.Kind.TOTE)
    insert([tote])
    return tote
