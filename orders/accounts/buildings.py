"""The warehouses from which a seller ships: added, put in order, paused, chosen for returns."""

from typing import Any

from django.db import transaction

from orders.errors import DomainError
from orders.events.recording import record
from orders.models import Event, Return, Seller, SellerWarehouse, User, Warehouse
from orders.services.editing import drive_from

MOST_BUILDINGS = 8  # the allocator looks at each set of them


@transaction.atomic(savepoint=False)
def add_building(seller: Seller, warehouse: Warehouse, *, actor: User | None) -> SellerWarehouse:
    """Let a seller ship from a warehouse, too, behind the others of its list."""
    rows = _locked(seller)
    if refusal := why_not_added(seller, warehouse):
        raise DomainError(refusal)
    row = SellerWarehouse(seller=seller, warehouse=warehouse, position=len(rows))
    row.save(force_insert=True)
    _record(row, actor, added=True)
    drive_from(seller, warehouse, actor=actor)
    return row


def why_not_added(seller: Seller, warehouse: Warehouse) -> str:
    """Why a seller cannot ship from a warehouse, too; "" where it can."""
    rows = buildings_of(seller)
    if any(row.warehouse_id == warehouse.pk for row in rows):
        return f"{seller} ships from {warehouse} already."
    if len(rows) >= MOST_BUILDINGS:
        return f"A seller ships from at most {MOST_BUILDINGS} warehouses."
    return ""


@transaction.atomic(savepoint=False)
def shift_building(row: SellerWarehouse, *, steps: int, actor: User | None) -> None:
    """Move a warehouse so many places down the list, or up; the first is the usual one."""
    rows = _locked(row.seller)
    place = next(number for number, each in enumerate(rows) if each.pk == row.pk)
    goal = min(max(place + steps, 0), len(rows) - 1)
    if goal == place:
        return
    moved = rows.pop(place)
    rows.insert(goal, moved)
    seller = Seller.objects.get(pk=row.seller_id)
    if seller.warehouse_id != rows[0].warehouse_id:
        # Customers of returns from before each named its warehouse were told of the usual one.
        unnamed = Return.objects.filter(seller=seller, warehouse__isnull=True)
        unnamed.update(warehouse=seller.warehouse_id)
        # The database puts the usual one first; the places of all are written after that.
        seller.warehouse_id = rows[0].warehouse_id
        seller.save(update_fields=["warehouse"])
    for number, each in enumerate(rows):
        each.position = number
    SellerWarehouse.objects.bulk_update(rows, ["position"])
    _record(moved, actor, position=goal)


@transaction.atomic(savepoint=False)
def make_usual(seller: Seller, warehouse: Warehouse, *, actor: User | None) -> None:
    """Put a warehouse first on the list of a seller, to which it is added where it is not there."""
    rows = {row.warehouse_id: row for row in _locked(seller)}
    row = rows.get(warehouse.pk) or add_building(seller, warehouse, actor=actor)
    shift_building(row, steps=-len(rows), actor=actor)


@transaction.atomic(savepoint=False)
def pause_building(row: SellerWarehouse, *, is_paused: bool, actor: User | None) -> None:
    """Give new orders no units from a warehouse, or again; what is reserved there stays."""
    _locked(row.seller)
    if (
        SellerWarehouse.objects.exclude(is_paused=is_paused)
        .filter(pk=row.pk)
        .update(is_paused=is_paused)
    ):
        _record(row, actor, is_paused=is_paused)


@transaction.atomic(savepoint=False)
def take_returns(row: SellerWarehouse, *, takes: bool, actor: User | None) -> None:
    """Let all returns go to a warehouse, or each back to where it left.

    Those that were asked for before go where their customers were told.
    """
    rows = _locked(row.seller)
    if any(each.pk == row.pk and each.takes_returns == takes for each in rows):
        return
    SellerWarehouse.objects.filter(seller=row.seller_id).update(takes_returns=False)
    SellerWarehouse.objects.filter(pk=row.pk).update(takes_returns=takes)
    _record(row, actor, takes_returns=takes)


def buildings_of(seller: Seller) -> list[SellerWarehouse]:
    """The warehouses of a seller, in their order."""
    rows = SellerWarehouse.objects.filter(seller=seller).select_related("warehouse")
    return list(rows.order_by("position", "pk"))


def _locked(seller: Seller) -> list[SellerWarehouse]:
    """The list, while nobody else changes it."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    return buildings_of(seller)


def _record(row: SellerWarehouse, actor: User | None, **data: Any) -> None:
    record(
        [
            Event(
                seller_id=row.seller_id,
                kind="seller.warehouses_changed",
                subject_id=row.seller_id,
                actor=actor,
                data={"warehouse": str(row.warehouse_id), **data},
            )
        ]
    )
