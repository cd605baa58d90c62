"""Pause a walk, go on with it, give it to another picker."""

from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.labelling import open_hold
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Event, Hold, User, Warehouse
from warehouse.models import PickList
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

# Of a walk: an open hold stops its shipment, or all of its order.
_HOLDS = Hold.objects.filter(
    Q(shipment__isnull=True) | Q(shipment=OuterRef("shipment")), order=OuterRef("shipment__order")
)
WALK_IS_HELD = Exists(_HOLDS.filter(released_at__isnull=True))
# A hold has ended since the walk was set aside for it.
IS_LET_GO = Exists(_HOLDS.filter(released_at__gt=OuterRef("paused_at")))


@transaction.atomic(savepoint=False)
def pause_walk(walk: PickList, *, actor: User) -> PickList:
    """Leave an open walk for later: its tote stays its own. Raises DomainError for another's."""
    current = _lock(walk)
    if current.picker_id != actor.pk:
        raise DomainError(f"This pick list belongs to {current.picker}.")
    if current.status != PickListStatus.OPEN:
        raise DomainError(f"The walk of shipment {current} is paused already.")
    return _pause(current, actor=actor)


@transaction.atomic(savepoint=False)
def continue_walk(walk: PickList, *, actor: User) -> PickList:
    """Go on with a paused walk; another one that this picker has open is paused for it.

    Raises DomainError while its order is on hold.
    """
    # Serializes two taps of one picker, who would get two open pick lists otherwise.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    mine = PickList.objects.filter(picker=actor, status=PickListStatus.OPEN)
    others = list(mine.exclude(pk=walk.pk).select_related("shipment"))
    lock_orders(row.shipment.order_id for row in (walk, *others))  # at once: in their order
    for other in others:
        _pause(_lock(other), actor=actor)
    current = _lock(walk)
    if current.picker_id != actor.pk:
        raise DomainError(f"This pick list belongs to {current.picker}.")
    if current.status == PickListStatus.OPEN:
        return current
    if hold := open_hold([current.shipment]):
        raise DomainError(f"Order {hold.order} is on hold ({hold}): it goes on when that ends.")
    [back] = move([current], PickListStatus.OPEN, actor=actor, changes={"paused_at": None})
    return back


@transaction.atomic(savepoint=False)
def give_walk(walk: PickList, picker: User, *, actor: User) -> PickList:
    """Give a walk to another picker, whom it waits for as a paused one."""
    current = _lock(walk)
    if current.picker_id == picker.pk:
        raise DomainError(f"This pick list belongs to {picker} already.")
    former = current.picker_id
    if current.status == PickListStatus.OPEN:
        current = _pause(current, actor=actor)
    PickList.objects.filter(pk=current.pk).update(picker=picker)
    current.picker = picker
    whose = {"former": str(former), "picker": str(picker.pk)}
    record([Event.of(current, "given", actor=actor, **whose)])
    return current


def paused_walks(picker: User, warehouse: Warehouse) -> QuerySet[Any]:
    """The paused walks of a picker with `is_held`, first those that a hold has let go."""
    rows = PickList.objects.filter(picker=picker, warehouse=warehouse, status=PickListStatus.PAUSED)
    first = Case(When(IS_LET_GO, then=0), default=1)
    rows = rows.annotate(is_held=WALK_IS_HELD, is_let_go=IS_LET_GO).order_by(
        first, "paused_at", "pk"
    )
    return rows.select_related("shipment__order", "tote")


def set_aside(walk: PickList, *, actor: User) -> bool:
    """Pause the open walk of an order on hold, and say whether it was one: others go on."""
    if not PickList.objects.filter(WALK_IS_HELD, pk=walk.pk).exists():
        return False
    _pause(_lock(walk), actor=actor)
    return True


def _pause(walk: PickList, *, actor: User) -> PickList:
    when = {"paused_at": timezone.now()}
    [paused] = move([walk], PickListStatus.PAUSED, actor=actor, changes=when)
    return paused


def _lock(walk: PickList) -> PickList:
    """The walk, read fresh under the lock of its order. Raises DomainError when it has ended."""
    lock_orders([walk.shipment.order_id])
    current = PickList.objects.select_related("shipment", "picker", "tote").get(pk=walk.pk)
    if current.status not in PICK_LIST_BEGUN:
        present = current.shipment.get_status_display().lower()
        raise DomainError(f"Shipment {current} is {present}: its walk has ended.")
    return current
