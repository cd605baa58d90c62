"""Shipments to pick, apart from those whose units are to be counted, put away or put back first."""

from typing import Any, NamedTuple

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from orders.access import Viewer
from orders.lifecycle.holds import IS_HELD
from orders.models import Shipment, ShipmentLine, Warehouse
from orders.prepared import PreparedQuery, parameter
from orders.states import ShipmentStatus
from orders.words import say, say_count
from warehouse.floor.totes import IS_BOXED, holders_of
from warehouse.floor.zones.planned import begins_in
from warehouse.models import Location, PickList, Stock
from warehouse.states import PickListStatus
from warehouse.stock.closing import IS_CLOSED, IS_OPEN

# Released by a lead, or in one box with what is: all of a box is picked one after the other.
IS_IN_WAVE = Q(wave__isnull=False) | Q(
    Exists(
        Shipment.objects.filter(
            together__isnull=False, together=OuterRef("together"), wave__isnull=False
        )
    )
)
UNREADY = PreparedQuery(lambda: _unready(parameter(1))[:1])  # of a building
LOCATIONS_NAMED = 3  # a scanner's screen is small


class Waiting(NamedTuple):
    """Shipments to pick, and those held up by what is to be done first.

    That is a count of `locations`, goods to be put away from `docks`, or put back from `totes`.
    `for_wave` wait for a lead to release them, where picking is by waves; they are none of these.
    """

    to_pick: int
    to_count: int
    locations: list[str]
    docks: list[str]
    totes: list[str]
    for_wave: int = 0

    @property
    def reason(self) -> str:
        """“2 wait for a count of A-01-1, A-02-1.”, “3 wait for the next wave.”, both, or ""."""
        waved = say_count(
            self.for_wave,
            "{number} waits for the lead to release a wave.",
            "{number} wait for the lead to release a wave.",
            number=self.for_wave,
        )
        waved = waved if self.for_wave else ""
        return f"{self._places_first()} {waved}".strip()

    def _places_first(self) -> str:
        if not self.to_count:
            return ""
        reasons = [
            f"{words} {_named(codes)}"
            for words, codes in (
                (say("a count of"), self.locations),
                (say("goods to be put away from"), self.docks),
                (say("units to be put back from"), self.totes),
            )
            if codes
        ]
        return say_count(
            self.to_count,
            "{number} waits for {names}.",
            "{number} wait for {names}.",
            number=self.to_count,
            names=f", {say('and for')} ".join(reasons),
        )


def waiting_shipments(warehouse: Warehouse, viewer: Viewer, zone: str = "") -> Waiting:
    """Count what is released in a warehouse, not on hold and not begun; in a zone: what begins
    there.
    """
    released = Shipment.objects.visible_to(viewer).filter(
        ~IS_HELD, warehouse=warehouse, status=ShipmentStatus.RELEASED
    )
    for_wave = 0
    if warehouse.picks_by_wave:
        for_wave = released.filter(~IS_IN_WAVE).count()
        released = released.filter(IS_IN_WAVE)
    held = released.filter(waits_for_count(warehouse))
    if zone:
        ready = released.exclude(waits_for_count(warehouse))
        begins = ready.filter(begins_in(zone, warehouse, ready))
        return Waiting(begins.count(), 0, [], [], [], for_wave)
    number, of_them = released.count(), held.count()
    if not of_them:
        return Waiting(number, 0, [], [], [], for_wave)
    wanted = ShipmentLine.objects.filter(shipment__in=held).values("line__product")
    places = _unready(warehouse).filter(product__in=wanted)
    codes = places.order_by("location__code").values_list("location__code", flat=True).distinct()
    to_count = codes.filter(closed_at__isnull=False)
    docks = codes.filter(closed_at__isnull=True, location__is_staging=True)
    return Waiting(
        number - of_them,
        of_them,
        list(to_count),
        list(docks),
        _to_put_back(warehouse, wanted),
        for_wave,
    )


def is_something_unready(warehouse: Warehouse) -> bool:
    """Whether units of this building are closed, or are to be put away or back."""
    return bool(UNREADY(warehouse.pk))


def waits_for_count(warehouse: Warehouse) -> Q:
    """Shipments with a product of which fewer units are free than they need: the rest is closed
    until it is counted, or is to be put away, or put back.
    """
    return lacks_ready_units(warehouse) if is_something_unready(warehouse) else Q(pk__in=[])


def lacks_ready_units(warehouse: Warehouse) -> Q:
    """Like `waits_for_count`, of a building in which something is closed, or to be put away."""
    unready = _unready(warehouse)
    free = Stock.objects.filter(
        product=OuterRef("line__product"),
        location__warehouse=warehouse,
        on_hand__gt=F("pinned"),
    )
    free = free.filter(IS_OPEN).exclude(location__kind=Location.Kind.TOTE)
    open_units = _sum(free, "product", F("on_hand") - F("pinned"))
    lines = ShipmentLine.objects.filter(shipment=OuterRef("shipment"))
    needed = _sum(lines.filter(line__product=OuterRef("line__product")), "shipment", F("quantity"))
    # What nobody can say the place of is no reason to wait: a picker is told to count it.
    lines = ShipmentLine.objects.filter(line__product__in=unready.values("product"))
    short = lines.alias(needed=needed, free=open_units).filter(needed__gt=F("free"))
    return Q(Exists(short.filter(shipment=OuterRef("pk"))))


def _sum(rows: QuerySet[Any], by: str, units: Combinable) -> Coalesce:
    total = rows.order_by().values(by).annotate(total=Sum(units)).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def _unready(warehouse: Any) -> QuerySet[Stock]:
    """Units that no walk is sent for: closed, to be put away, or of a cancelled walk."""
    rows = Stock.objects.filter(location__warehouse=warehouse, on_hand__gt=0)
    is_loose = Q(location__kind=Location.Kind.TOTE, on_hand__gt=F("pinned"))
    return rows.filter(IS_CLOSED | is_loose)


def _to_put_back(warehouse: Warehouse, products: QuerySet[Any]) -> list[str]:
    """Where units of these products lie that are to be put back: totes, or opened boxes."""
    walks = PickList.objects.filter(
        warehouse=warehouse,
        status=PickListStatus.PUT_BACK,
        lines__to_put_back__gt=0,
        lines__stock__product__in=products,
    )
    rows = walks.annotate(is_boxed=IS_BOXED).select_related("shipment", "tote", "batch_tote")
    places: set[str] = set()
    for walk in rows.distinct():
        if walk.is_boxed:
            places.add(say("the boxes of {shipment}", shipment=walk.shipment))
        else:
            places.update(place.code for place in holders_of(walk))
    return sorted(places)


def _named(codes: list[str]) -> str:
    """The first codes, and how many more there are."""
    more = len(codes) - LOCATIONS_NAMED
    return ", ".join(
        [*codes[:LOCATIONS_NAMED], *([say("{more} more", more=more)] if more > 0 else [])]
    )
