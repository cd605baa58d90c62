"""Release waves: a lead says which shipments are picked now; what waits for one, by deadline."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.holds import IS_HELD
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Shipment, User, Warehouse
from orders.states import ShipmentStatus
from orders.words import say
from warehouse.floor.waiting import IS_IN_WAVE
from warehouse.models import Wave

MOST_IN_A_WAVE = 1000
SHOWN = 10


@transaction.atomic(savepoint=False)
def release_wave(
    warehouse: Warehouse,
    *,
    until: datetime,
    carrier: str = "",
    most: int = MOST_IN_A_WAVE,
    actor: User,
) -> Wave:
    """Release what is to leave until a moment, of a carrier or of any: at most so many, by urgency.

    With one of them goes what is sent in its box.
    Raises DomainError where the warehouse picks without waves, or nothing waits for this one.
    """
    if not warehouse.picks_by_wave:
        raise DomainError(
            say("Picking goes without waves here: each picker gets what is due next.")
        )
    rows = for_wave(warehouse).filter(ship_by__lte=until)
    if carrier:
        rows = rows.filter(order__service__carrier=carrier)
    chosen = list(rows.order_by("ship_by", "-priority", "pk")[:most])
    boxes = {row.together for row in chosen if row.together}
    chosen += for_wave(warehouse).filter(together__in=boxes).exclude(pk__in=_pks(chosen))
    lock_orders(row.order_id for row in chosen)
    # Under the locks: some may have been cancelled, or be in another lead's wave by now.
    pks = list(for_wave(warehouse).filter(pk__in=_pks(chosen)).values_list("pk", flat=True))
    if not pks:
        raise DomainError(say("No shipment waits for this wave."))
    wave = Wave.objects.create(
        warehouse=warehouse,
        carrier=carrier,
        until=until,
        shipments=len(pks),
        released_by=actor,
        released_at=timezone.now(),
    )
    Shipment.objects.filter(pk__in=pks).update(wave=wave.pk)
    record([Event.of(wave, "released", actor=actor, shipments=len(pks), carrier=carrier)])
    return wave


def for_wave(warehouse: Warehouse) -> QuerySet[Shipment]:
    """What could be picked, and is in no wave yet."""
    return Shipment.objects.filter(
        ~IS_IN_WAVE, ~IS_HELD, warehouse=warehouse, status=ShipmentStatus.RELEASED
    )


def by_deadline(rows: QuerySet[Shipment]) -> list[tuple[datetime, int]]:
    """[(moment by which they leave, number)] of these shipments."""
    return list(rows.order_by("ship_by").values_list("ship_by").annotate(number=Count("pk")))


def carriers_of(rows: QuerySet[Shipment]) -> list[str]:
    """The carriers of these shipments that are chosen already."""
    named = rows.annotate(carrier=KeyTextTransform("carrier", "order__service")).order_by("carrier")
    return [code for code in named.values_list("carrier", flat=True).distinct() if code]


def latest_waves(waves: QuerySet[Wave]) -> list[Any]:
    """The last waves with `left`: how many of their shipments are still to be begun."""
    rows: list[Any] = list(waves.select_related("released_by").order_by("-released_at")[:SHOWN])
    waiting = Shipment.objects.filter(wave__in=_pks(rows), status=ShipmentStatus.RELEASED)
    left = dict(waiting.order_by().values_list("wave").annotate(Count("pk")))
    for row in rows:
        row.left = left.get(row.pk, 0)
    return rows


def _pks(rows: Iterable[Any]) -> list[Any]:
    return [row.pk for row in rows]
