"""Mark the shipments that will miss their deadline at the present rate, for their sellers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from orders.lifecycle.dead_letters import one_by_one
from orders.models import Shipment, Warehouse
from orders.states import SHIPMENT_TO_SEND
from warehouse.floor.leading.board import pace_of, picks_of, predicted
from warehouse.models import StockMovement


def foresee_all(now: datetime) -> None:
    """Look at each warehouse: its sellers share its pickers, and none sees the others' work."""
    houses = Warehouse.objects.order_by("pk")
    one_by_one("foreseeing lateness", houses, lambda warehouse: foresee(warehouse, now))


@transaction.atomic
def foresee(warehouse: Warehouse, now: datetime) -> int:
    """Mark what will be late, and take the mark off all else; returns how many that are."""
    here = Shipment.objects.filter(warehouse=warehouse, status__in=SHIPMENT_TO_SEND)
    movements = StockMovement.objects.filter(location__warehouse=warehouse)
    missed = predicted(here, now=now, lines_an_hour=pace_of(picks_of(movements, now), now))
    marked = here.filter(will_miss_since__isnull=False)
    _mark(marked.exclude(pk__in=missed).values_list("pk", flat=True), None)
    _mark(here.filter(pk__in=missed, will_miss_since=None).values_list("pk", flat=True), now)
    return len(missed)


def _mark(pks: Iterable[Any], since: datetime | None) -> None:
    # What somebody works on is marked the next time: nobody waits for this, nor this for anybody.
    rows = Shipment.objects.filter(pk__in=list(pks))
    free = rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
    Shipment.objects.filter(pk__in=list(free)).update(will_miss_since=since)
