"""Totes: find or create a free one; it holds one shipment until hand-over or until emptied."""

from django.db.models import Exists, IntegerField, Max, OuterRef, QuerySet
from django.db.models.functions import Cast, Substr

from orders.models import Warehouse
from warehouse.models import Location, PickList, Stock
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

PREFIX = "T-"
IN_USE = (*PICK_LIST_BEGUN, PickListStatus.PUT_BACK)


def free_tote(warehouse: Warehouse) -> Location:
    """An empty tote that no walk uses, row-locked; created if there is none."""
    locked = _free_totes(warehouse).select_for_update(skip_locked=True, no_key=True)
    tote = locked.order_by("walk_position", "code").first()
    # Check again under the lock: another picker may have taken it since the query.
    if tote and _free_totes(warehouse).filter(pk=tote.pk).exists():
        return tote
    return _new_tote(warehouse)


def _free_totes(warehouse: Warehouse) -> QuerySet[Location]:
    return Location.objects.filter(
        ~Exists(Stock.objects.filter(location=OuterRef("pk"), on_hand__gt=0)),
        # Nothing was picked yet, or all is put back, and nobody has said that it is empty.
        ~Exists(PickList.objects.filter(tote=OuterRef("pk"), status__in=IN_USE)),
        warehouse=warehouse,
        kind=Location.Kind.TOTE,
    )


def _new_tote(warehouse: Warehouse) -> Location:
    """Create a tote with the next number; the warehouse's row lock keeps it unique."""
    Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    numbered = Location.objects.filter(warehouse=warehouse, code__regex=rf"^{PREFIX}[0-9]{{1,8}}$")
    number = Cast(Substr("code", len(PREFIX) + 1), IntegerField())
    last = numbered.aggregate(last=Max(number))["last"] or 0
    return Location.objects.create(
        warehouse=warehouse, code=f"{PREFIX}{last + 1}", kind=Location.Kind.TOTE
    )
