"""The warehouses from which a seller ships: added, ordered, paused, taken off the list, closed."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.carriers import OWN
from orders.errors import DomainError
from orders.events.recording import record
from orders.models import (
    Discrepancy,
    Event,
    Member,
    Package,
    Repair,
    Return,
    Seller,
    SellerWarehouse,
    Shipment,
    User,
    Warehouse,
)  # fmt: skip
from orders.services.editing import drive_from, follow_warehouses
from orders.statements import Statement
from orders.states import (
    PACKAGE_UNDER_WAY,
    REPAIR_OPEN,
    REPAIR_TO_SEND,
    RETURN_OPEN,
    SHIPMENT_TO_SEND,
    DiscrepancyStatus,
    PackageStatus,
)  # fmt: skip
from orders.words import say, say_count

MOST_BUILDINGS = 8  # the allocator looks at each set of them
MOST_NAMED = 5
# Shared, so that receipts do not wait for each other; `remove_building` waits for all of them.
PLACE_ON_LIST = Statement("""
SELECT removed_at FROM orders_sellerwarehouse
WHERE seller_id = %(seller)s AND warehouse_id = %(warehouse)s FOR SHARE
""")


@transaction.atomic(savepoint=False)
def add_building(seller: Seller, warehouse: Warehouse, *, actor: User | None) -> SellerWarehouse:
    """Let a seller ship from a warehouse, too, behind the others of its list."""
    rows = _locked(seller)
    # As it is now: who closes it waits, and sees then that a seller ships from it.
    warehouse = Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    if refusal := why_not_added(seller, warehouse):
        raise DomainError(refusal)
    row, _ = SellerWarehouse.objects.update_or_create(
        {"position": len(rows), "removed_at": None, "is_paused": False},
        seller=seller,
        warehouse=warehouse,
    )
    _record(row, actor, added=True)
    drive_from(seller, warehouse, actor=actor)
    return row


def why_not_added(seller: Seller, warehouse: Warehouse) -> str:
    """Why a seller cannot ship from a warehouse, too; "" where it can."""
    rows = buildings_of(seller)
    if any(row.warehouse_id == warehouse.pk for row in rows):
        return f"{seller} ships from {warehouse} already."
    if warehouse.closed_at:
        return f"{warehouse} is closed: open it first."
    if len(rows) >= MOST_BUILDINGS:
        return f"A seller ships from at most {MOST_BUILDINGS} warehouses."
    return ""


@transaction.atomic(savepoint=False)
def shift_building(row: SellerWarehouse, *, steps: int, actor: User | None) -> None:
    """Move a warehouse so many places down the list, or up; the first is the usual one."""
    rows = _locked(row.seller)
    place = next((number for number, each in enumerate(rows) if each.pk == row.pk), None)
    if place is None:
        raise DomainError(_gone(row))
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
    if all(each.pk != row.pk for each in _locked(row.seller)):
        raise DomainError(_gone(row))
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
    rows = {each.pk: each for each in _locked(row.seller)}
    if row.pk not in rows:
        raise DomainError(_gone(row))
    if rows[row.pk].takes_returns == takes:
        return
    SellerWarehouse.objects.filter(seller=row.seller_id).update(takes_returns=False)
    SellerWarehouse.objects.filter(pk=row.pk).update(takes_returns=takes)
    _record(row, actor, takes_returns=takes)


@transaction.atomic(savepoint=False)
def remove_building(row: SellerWarehouse, *, actor: User | None) -> None:
    """Take a warehouse off the list of a seller: its history stays. Raises DomainError."""
    rows = _locked(row.seller)
    found = next((each for each in rows if each.pk == row.pk), None)
    if found is None:
        raise DomainError(_gone(row))
    # `has_left` shares this lock: what has begun to come there is waited for, and counted below.
    SellerWarehouse.objects.select_for_update(no_key=True).get(pk=found.pk)
    if reasons := why_not_removed(found):
        raise DomainError(
            " ".join([say("{warehouse} stays on the list.", warehouse=row), *reasons])
        )
    found.removed_at, found.is_paused, found.takes_returns = timezone.now(), True, False
    found.save(update_fields=["removed_at", "is_paused", "takes_returns"])
    rest = [each for each in rows if each.pk != row.pk]
    for number, each in enumerate(rest):
        each.position = number
    SellerWarehouse.objects.bulk_update(rest, ["position"])
    _record(found, actor, removed=True)
    follow_warehouses(row.seller)


def why_not_removed(row: SellerWarehouse) -> list[str]:
    """What has to be done before a warehouse is taken off the list, in sentences; [] if nothing."""
    if row.position == 0:
        return [say("It is the usual one: move another one to the first place.")]
    mine = {"seller": row.seller_id, "warehouse": row.warehouse_id}
    to_send = Shipment.objects.filter(**mine, status__in=SHIPMENT_TO_SEND).count()
    out = Package.objects.filter(
        seller=row.seller_id,
        shipment__warehouse=row.warehouse_id,
        carrier=OWN,
        status__in=(*PACKAGE_UNDER_WAY, PackageStatus.RETURNING),
    ).count()
    back = Return.objects.filter(**mine, status__in=RETURN_OPEN).count()
    came = {"seller": row.seller_id, "order_return__warehouse": row.warehouse_id}
    aside = Discrepancy.objects.filter(**came).exclude(status=DiscrepancyStatus.DONE).count()
    aside += Repair.objects.filter(**came, status__in=(*REPAIR_OPEN, *REPAIR_TO_SEND)).count()
    said = (
        (to_send, say_count(
            to_send, "{n} shipment has still to leave it.", "{n} shipments have still to leave it.",
            n=to_send,
        )),
        (out, say_count(
            out, "{n} parcel is out with its couriers, and might come back.",
            "{n} parcels are out with its couriers, and might come back.", n=out,
        )),
        (back, say_count(
            back, "{n} return to it is not finished.", "{n} returns to it are not finished.",
            n=back,
        )),
        (aside, say_count(
            aside, "{n} thing that came back is set aside there.",
            "{n} things that came back are set aside there.", n=aside,
        )),
    )  # fmt: skip
    return [text for number, text in said if number] + _held(row.warehouse, row.seller)


def has_left(seller_id: UUID, warehouse_id: UUID) -> bool:
    """Whether a seller has left a warehouse; if not, it stays so until the transaction ends."""
    mine = {"seller": seller_id, "warehouse": warehouse_id}
    return any(removed_at for (removed_at,) in PLACE_ON_LIST(mine))


@transaction.atomic(savepoint=False)
def close_warehouse(warehouse: Warehouse) -> None:
    """Close a warehouse for good: its history stays. Raises DomainError."""
    row = Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    if reasons := why_not_closed(row):
        raise DomainError(" ".join([f"{row} stays open.", *reasons]))
    row.closed_at = row.closed_at or timezone.now()
    row.save(update_fields=["closed_at"])


@transaction.atomic(savepoint=False)
def open_warehouse(warehouse: Warehouse) -> None:
    """Let people work, and sellers ship, from a warehouse again."""
    Warehouse.objects.filter(pk=warehouse.pk).update(closed_at=None)


def why_not_closed(warehouse: Warehouse) -> list[str]:
    """What has to be done before a warehouse is closed, in sentences; [] if nothing."""
    reasons = []
    served = SellerWarehouse.objects.filter(warehouse=warehouse, removed_at__isnull=True)
    if names := list(served.order_by("seller__name").values_list("seller__name", flat=True)):
        reasons.append(f"These sellers ship from it: {', '.join(names[:MOST_NAMED])}.")
    if people := Member.objects.filter(warehouse=warehouse).count():
        reasons.append(f"People have {people} roles there: take them away.")
    return reasons + _held(warehouse, None)


def _held(warehouse: Warehouse, seller: Seller | None) -> list[str]:
    """What the books of other apps have there, of a seller or of all."""
    return [
        reason
        for path in settings.BUILDING_HOLDERS
        for reason in import_string(path)(warehouse, seller)
    ]


def _gone(row: SellerWarehouse) -> str:
    return say("{warehouse} is no longer on the list.", warehouse=row)


def buildings_of(seller: Seller) -> list[SellerWarehouse]:
    """The warehouses of a seller, in their order."""
    rows = SellerWarehouse.objects.filter(seller=seller, removed_at__isnull=True)
    rows = rows.select_related("warehouse")
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
