"""Zone picking: a tote is filled in one zone and passed on to the next, in one walk.

Its shipment stays `picking` until the last stop of the last zone is done, so that it is never
packed before all is there; a cancellation, a hold or an edit is that of any walk that was begun.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders, locked_rows, move
from orders.models import Event, User, Warehouse
from orders.words import say
from warehouse.floor.pausing import WALK_IS_HELD, going_on
from warehouse.floor.zones.choosing import own, zone_of
from warehouse.models import PickLine, PickList
from warehouse.states import PICK_LIST_BEGUN, PickListStatus

_OPEN_STOPS = PickLine.objects.filter(
    pick_list=OuterRef("pk"), quantity__gt=F("picked") + F("short")
).order_by("position")


def pass_on(walk: PickList, *, actor: User | None) -> None:
    """Let the tote of a walk wait for another zone, where nothing more of it is in its own.

    It was read under the lock of its order, and has open stops.
    """
    if not walk.zone or walk.passed_at or walk.status not in PICK_LIST_BEGUN:
        return
    stops = PickLine.objects.filter(pick_list=walk, quantity__gt=F("picked") + F("short"))
    if stops.filter(own(walk.zone, "stock__location__")).exists():
        return
    now = timezone.now()
    if walk.status == PickListStatus.OPEN:
        move([walk], PickListStatus.PAUSED, actor=actor, changes={"paused_at": now})
    PickList.objects.filter(pk=walk.pk).update(passed_at=now)
    record([Event.of(walk, "passed_on", actor=actor, former=walk.zone)])
    walk.status, walk.passed_at = PickListStatus.PAUSED, now


def passed_walks(warehouse: Warehouse, zone: str) -> QuerySet[Any]:
    """The walks whose totes wait for somebody of a zone ("": of any), the most urgent first.

    With `is_held` and `next_zone`, that of their next stop.
    """
    rows = PickList.objects.filter(
        warehouse=warehouse, status=PickListStatus.PAUSED, passed_at__isnull=False
    )
    rows = rows.annotate(
        is_held=WALK_IS_HELD, next_zone=Subquery(_OPEN_STOPS.values("stock__location__zone")[:1])
    )
    if zone:
        rows = rows.filter(Exists(_OPEN_STOPS.filter(own(zone, "stock__location__"))))
    rows = rows.select_related("shipment__order", "tote", "batch_tote", "picker")
    return rows.order_by("shipment__ship_by", "-shipment__priority", "passed_at", "pk")


def stops_in_zone(walk: PickList, stops: Sequence[Any]) -> list[Any]:
    """Those of these stops that its picker picks: of the walk's zone, all where none is open there.

    So nobody is stuck whose locations were given to another zone meanwhile.
    """
    here = [stop for stop in stops if stop.stock.location.zone in ("", walk.zone)]
    is_open = walk.zone and any(stop.open_quantity for stop in here)
    return here if is_open else list(stops)


@transaction.atomic(savepoint=False)
def take_passed(warehouse: Warehouse, actor: User) -> PickList | None:
    """The most urgent walk that was passed on to this picker's zone; None where none waits."""
    if not warehouse.picks_by_zone:
        return None
    for walk in passed_walks(warehouse, zone_of(actor, warehouse)).filter(is_held=False):
        if taken := _taken(walk, warehouse, actor):
            return taken
    return None


@transaction.atomic(savepoint=False)
def take_on(walk: PickList, *, actor: User) -> PickList:
    """Go on with a walk that was passed on. Raises DomainError where that is not for this picker.

    That is where it waits for another zone, is on hold, or was taken by somebody else.
    """
    # Serializes two taps of one picker, who would get two open pick lists otherwise.
    locked_rows(User, [actor.pk])
    if other := going_on(actor):
        raise DomainError(say("You are picking {other}: finish or pause it first.", other=other))
    if taken := _taken(walk, walk.warehouse, actor):
        return taken
    waiting = passed_walks(walk.warehouse, "").filter(pk=walk.pk).first()
    if waiting is None:
        raise DomainError(say("Somebody else goes on with shipment {walk}.", walk=walk))
    if waiting.is_held:
        raise DomainError(say("Order {order} is on hold.", order=waiting.shipment.order))
    told = "Tote {tote} waits for zone {zone}."
    raise DomainError(say(told, tote=waiting.tote, zone=waiting.next_zone))


def _taken(walk: PickList, warehouse: Warehouse, actor: User) -> PickList | None:
    """The walk, now of this picker; None where it does not wait for this one any more."""
    lock_orders([walk.shipment.order_id])
    zone = zone_of(actor, warehouse)
    current = passed_walks(warehouse, zone).filter(is_held=False, pk=walk.pk).first()
    if current is None:
        return None
    now_of = {"picker": actor, "zone": zone, "passed_at": None}
    PickList.objects.filter(pk=current.pk).update(**now_of)
    begun: list[PickList] = move(
        [current], PickListStatus.OPEN, actor=actor, changes={"paused_at": None}
    )
    return begun[0]
