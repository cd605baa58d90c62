"""Claim released shipments for a walk, the most urgent first: locked, so that nobody else does."""

from collections import defaultdict
from functools import cache
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from orders.lifecycle.together import HELD, leave, members
from orders.models import Hold, Shipment, ShipmentLine, User, Warehouse
from orders.prepared import PreparedQuery, condition, is_among, parameter
from orders.statements import held_locks, run
from orders.states import SHIPMENT_NOT_BEGUN, ShipmentStatus
from warehouse.floor.waiting import (
    IS_IN_WAVE,
    UNREADY,
    is_something_unready,
    lacks_ready_units,
    waits_for_count,
)
from warehouse.floor.zones.choosing import zone_of
from warehouse.floor.zones.planned import begins_in, lies_in
from warehouse.models import Location, Stock
from warehouse.planning.batching import Candidate, batched
from warehouse.stock.closing import IS_OPEN
from warehouse.stock.lots import EXPIRES_ON

# Begun, and not in a box that has its label.
AT_WORK = (ShipmentStatus.PICKING, ShipmentStatus.PICKED, ShipmentStatus.PACKED)
BY_URGENCY = ("ship_by", "-priority", "pk")
IS_WAITED_FOR = Exists(
    Shipment.objects.filter(
        together=OuterRef("together"), together__isnull=False, status__in=AT_WORK
    )
)
EITHER = """
WITH
-- What something begun waits for.
waited_for AS ({waited_for}),
-- The others, where there is none of these.
others AS ({others})
SELECT * FROM waited_for UNION ALL SELECT * FROM others
"""
LOOKED_AT = 5  # shipments that wait, for each slot of a cart


def claim(
    warehouse: Warehouse, actor: User, passed: tuple[UUID, ...] = (), *, zone: str = ""
) -> Shipment | None:
    """The most urgent released shipment, locked with its order (SKIP LOCKED), or None.

    First what goes into a box with something that was begun: that waits for it at the bench.
    In a zone only those of which something would be picked there.
    """
    shipment = _most_urgent(warehouse, passed, zone)
    if shipment is None:
        return None
    held_locks().add(shipment.order_id)  # its order was locked with it
    # Look again under the lock: a hold may have been opened while this statement looked.
    is_there = URGENT[warehouse.picks_by_wave].still(warehouse.pk, shipment.pk)
    if is_there and (shipment.together is None or _is_complete(shipment, _ready(warehouse), actor)):
        return shipment
    return claim(warehouse, actor, (*passed, shipment.pk), zone=zone)


def _most_urgent(warehouse: Warehouse, passed: tuple[UUID, ...], zone: str) -> Shipment | None:
    if not zone and (found := URGENT[warehouse.picks_by_wave].first(warehouse.pk, passed)):
        return found
    if is_something_unready(warehouse):
        ready = _ready(warehouse).exclude(lacks_ready_units(warehouse))
    elif zone:
        ready = _ready(warehouse)
    else:
        return None
    waiting = ready.exclude(pk__in=passed)
    waiting = waiting.filter(begins_in(zone, warehouse, waiting)) if zone else waiting
    return _first(waiting.filter(IS_WAITED_FOR)) or _first(waiting)


def claim_for_cart(warehouse: Warehouse, actor: User, most: int) -> list[Shipment]:
    """Up to `most` released shipments, locked as by `claim`; by urgency, then by saved ways.

    Who keeps to a zone gets those that lie in it: a cart is not passed on.
    """
    ready, zone = _ready(warehouse), zone_of(actor, warehouse)
    waiting = ready.exclude(waits_for_count(warehouse)).annotate(is_waited_for=IS_WAITED_FOR)
    waiting = waiting.filter(lies_in(zone, warehouse, waiting)) if zone else waiting
    return _claimed(waiting, ready, warehouse, actor, most)


def claim_for_batch(
    warehouse: Warehouse, actor: User, most: int, *, most_units: int
) -> list[Shipment]:
    """Like `claim_for_cart`, of one seller and with few units; none where the first has more.

    What goes into a box with others is picked by itself.
    """
    ready, zone = _ready(warehouse), zone_of(actor, warehouse)
    of_shipment = ShipmentLine.objects.filter(shipment=OuterRef("pk")).values("shipment")
    units = of_shipment.annotate(total=Sum("quantity")).values("total")
    waiting = ready.exclude(waits_for_count(warehouse)).annotate(
        is_waited_for=IS_WAITED_FOR, units=Subquery(units)
    )
    waiting = waiting.filter(begins_in(zone, warehouse, waiting)) if zone else waiting
    first = waiting.order_by("-is_waited_for", *BY_URGENCY).first()
    if first is None or first.together or first.units > most_units:
        return []
    if zone:  # what lies in others too goes by itself, from one to the next
        waiting = waiting.filter(lies_in(zone, warehouse, waiting))
        if not waiting.filter(pk=first.pk).exists():
            return []
    small = waiting.filter(
        seller=first.seller_id, together__isnull=True, units__range=(1, most_units)
    )
    return _claimed(small, ready, warehouse, actor, most)


def _claimed(
    waiting: QuerySet[Any], ready: QuerySet[Shipment], warehouse: Warehouse, actor: User, most: int
) -> list[Shipment]:
    """Up to `most` of what waits, each locked; what another takes at the moment is passed over."""
    urgent = waiting.order_by("-is_waited_for", *BY_URGENCY)[: most * LOOKED_AT]
    claimed: list[Shipment] = []
    for pk in batched(_candidates(list(urgent), warehouse)):
        if len(claimed) == most:
            break
        shipment = _first(waiting.filter(pk=pk))
        # Look again under the lock, as `claim` does.
        is_there = shipment and ready.filter(pk=pk).exists()
        if shipment and is_there and _is_complete(shipment, ready, actor):
            claimed.append(shipment)
    return claimed


def _ready(warehouse: Warehouse) -> QuerySet[Shipment]:
    """What is released, by a wave too where picking is by waves, and not on hold."""
    return _released(warehouse.pk, is_by_wave=warehouse.picks_by_wave)


def _released(warehouse: Any, *, is_by_wave: bool) -> QuerySet[Shipment]:
    holds = Hold.objects.filter(
        Q(shipment__isnull=True) | Q(shipment=OuterRef("pk")),
        seller=OuterRef("seller"),
        order=OuterRef("order"),
        released_at__isnull=True,
    )
    rows = Shipment.objects.filter(
        ~Exists(holds), warehouse=warehouse, status=ShipmentStatus.RELEASED
    )
    return rows.filter(IS_IN_WAVE) if is_by_wave else rows


def _candidates(shipments: list[Any], warehouse: Warehouse) -> list[Candidate]:
    """The shipments, by urgency, with the places to which they send a picker."""
    lines = ShipmentLine.objects.filter(shipment__in=shipments)
    products_of = defaultdict(set)
    for shipment_id, product_id in lines.values_list("shipment", "line__product"):
        products_of[shipment_id].add(product_id)
    stocks = Stock.objects.filter(
        IS_OPEN,
        ~Q(location__kind=Location.Kind.TOTE),
        product__in=set().union(*products_of.values()),
        location__warehouse=warehouse,
        on_hand__gt=F("pinned"),
    ).order_by(
        EXPIRES_ON.desc(nulls_first=True), "-lot", "-location__walk_position", "-location__code"
    )
    # Of several places of a product the last one read holds: first expiry, lot, shortest way.
    place_of = dict(stocks.values_list("product", "location__code"))
    return [
        Candidate(
            row.pk,
            (not row.is_waited_for, row.ship_by, -row.priority),
            frozenset(place_of[one] for one in products_of[row.pk] if one in place_of),
            row.together,
        )
        for row in shipments
    ]


def _first(waiting: QuerySet[Shipment]) -> Shipment | None:
    return _locked_by_urgency(waiting).first()


def _locked_by_urgency(waiting: QuerySet[Shipment]) -> QuerySet[Shipment]:
    locked = waiting.select_related("order").select_for_update(
        skip_locked=True, no_key=True, of=("self", "order")
    )
    return locked.order_by(*BY_URGENCY)


class _Urgent(NamedTuple):
    """The most urgent shipment of the building `$1`, but for `$2`, where all units there are ready:
    of those that something begun waits for, and of the others where there is none of these. And
    whether the shipment `$2` still waits there.
    """

    waited_for: PreparedQuery[Shipment]
    others: PreparedQuery[Shipment]
    still: PreparedQuery[Shipment]

    def first(self, warehouse: UUID, passed: tuple[UUID, ...]) -> Shipment | None:
        """The most urgent one, locked with its order; both are looked for in one statement."""
        rows = run(_either(self.waited_for.sql, self.others.sql), [warehouse, list(passed)])
        return next((self.waited_for.row(row) for row in rows), None)

    @classmethod
    def of(cls, *, is_by_wave: bool) -> Self:
        def waiting(*conditions: Any) -> QuerySet[Shipment]:
            rows = _released(parameter(1), is_by_wave=is_by_wave)
            rows = rows.filter(~Exists(UNREADY.make()), *conditions)
            return _locked_by_urgency(rows.exclude(is_among("orders_shipment.id", 2)))[:1]

        def still() -> QuerySet[Shipment]:
            return _released(parameter(1), is_by_wave=is_by_wave).filter(pk=parameter(2))

        return cls(
            PreparedQuery(lambda: waiting(IS_WAITED_FOR)),
            PreparedQuery(lambda: waiting(condition("NOT EXISTS (SELECT FROM waited_for)"))),
            PreparedQuery(still),
        )


@cache
def _either(waited_for: str, others: str) -> str:
    return EITHER.format(waited_for=waited_for, others=others)


URGENT = {is_by_wave: _Urgent.of(is_by_wave=is_by_wave) for is_by_wave in (False, True)}


def _is_complete(shipment: Shipment, ready: QuerySet[Shipment], actor: User) -> bool:
    """Let what was to go into one box, and cannot be picked now, go out alone: no date waits.

    False while somebody works on one of these orders: then another walk comes first.
    """
    if shipment.together is None:
        return True
    others = members(shipment).filter(status__in=SHIPMENT_NOT_BEGUN).exclude(pk=shipment.pk)
    locked = others.select_related("order").select_for_update(
        skip_locked=True, no_key=True, of=("self", "order")
    )
    rows = list(locked.order_by("pk"))
    if len(rows) < others.count():
        return False
    fit = set(ready.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    if late := [row for row in rows if row.pk not in fit]:
        leave(late, HELD, actor=actor)
    return True
