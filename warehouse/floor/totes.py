"""Totes: scanned or found free for a walk; one holds a shipment until it is packed or put back."""

from django.db import transaction
from django.db.models import Exists, IntegerField, Max, OuterRef, QuerySet
from django.db.models.functions import Cast, Substr

from orders.errors import DomainError, WrongScan
from orders.models import Warehouse
from orders.states import ShipmentStatus
from warehouse.models import Location, PickList, Stock
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

PREFIX = "T-"
MOST_AT_ONCE = 500
LARGEST_NUMBER = 99_999_999
IN_USE = (*PICK_LIST_BEGUN, PickListStatus.PUT_BACK)
# What is packed lies in its boxes: their tote is empty, though the books name it until hand-over.
NOT_PACKED = (ShipmentStatus.PICKING, ShipmentStatus.PICKED)


def free_tote(warehouse: Warehouse) -> Location:
    """An empty tote that no walk uses, row-locked; created if there is none."""
    locked = free_totes(warehouse).select_for_update(skip_locked=True, no_key=True)
    tote = locked.order_by("walk_position", "code").first()
    # Check again under the lock: another picker may have taken it since the query.
    if tote and free_totes(warehouse).filter(pk=tote.pk).exists():
        return tote
    return _new_tote(warehouse)


def scanned_tote(warehouse: Warehouse, code: str) -> Location:
    """The empty tote with this code, row-locked. Raises DomainError where it is none, or in use."""
    known = totes_of(warehouse).filter(code__in={code.strip(), code.strip().upper()})
    tote = known.select_for_update(no_key=True).first()
    if tote is None:
        raise WrongScan(code, "an empty tote")
    if free_totes(warehouse).filter(pk=tote.pk).exists():
        return tote
    walk = PickList.objects.filter(tote=tote).select_related("shipment").latest("created_at")
    raise DomainError(f"Tote {tote} is in use for shipment {walk.shipment}: take an empty one.")


@transaction.atomic(savepoint=False)
def add_totes(warehouse: Warehouse, first: int, last: int) -> int:
    """Add totes with these numbers, but those that are there already; returns how many are new."""
    if not 1 <= first <= last <= LARGEST_NUMBER:
        raise DomainError(f"Enter the numbers of the totes from small to large, from 1: {first}.")
    if last - first >= MOST_AT_ONCE:
        raise DomainError(f"Add at most {MOST_AT_ONCE} totes at once.")
    codes = [f"{PREFIX}{number}" for number in range(first, last + 1)]
    there = Location.objects.filter(warehouse=warehouse, code__in=codes)
    known = set(there.values_list("code", flat=True))
    new = [code for code in codes if code not in known]
    Location.objects.bulk_create(
        Location(warehouse=warehouse, code=code, kind=Location.Kind.TOTE) for code in new
    )
    return len(new)


def totes_of(warehouse: Warehouse) -> QuerySet[Location]:
    """The totes of a warehouse."""
    return Location.objects.filter(warehouse=warehouse, kind=Location.Kind.TOTE)


def free_totes(warehouse: Warehouse) -> QuerySet[Location]:
    """The totes that no walk uses and in which nothing lies."""
    walks = PickList.objects.filter(tote=OuterRef("pk"))
    # Nothing was picked yet, or all is put back, and nobody has said that it is empty.
    unused = totes_of(warehouse).filter(~Exists(walks.filter(status__in=IN_USE)))
    if warehouse.scans_totes:
        return unused.filter(~Exists(walks.filter(shipment__status__in=NOT_PACKED)))
    return unused.filter(~Exists(Stock.objects.filter(location=OuterRef("pk"), on_hand__gt=0)))


def _new_tote(warehouse: Warehouse) -> Location:
    """Create a tote with the next number; the warehouse's row lock keeps it unique."""
    Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    numbered = Location.objects.filter(warehouse=warehouse, code__regex=rf"^{PREFIX}[0-9]{{1,8}}$")
    number = Cast(Substr("code", len(PREFIX) + 1), IntegerField())
    last = numbered.aggregate(last=Max(number))["last"] or 0
    return Location.objects.create(
        warehouse=warehouse, code=f"{PREFIX}{last + 1}", kind=Location.Kind.TOTE
    )
