"""The pickup points that a customer may choose, and when they are open."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, takewhile
from uuid import UUID

from babel.dates import get_day_names
from django.db.models import Exists, OuterRef, Q

from orders.models import Order, Package, PickupPoint, SellerWarehouse, Shipment
from orders.states import ShipmentStatus
from orders.values.postcodes import plain_postcode

MOST_POINTS = 5
RIGHT_TO_LEFT = ("ar",)
LISTED = {"ar": "، ", "ja": "、"}  # instead of a comma


def points_near(order: Order) -> list[PickupPoint]:
    """The open pickup points whose postcodes are most like that of an order, the closest first.

    How far they are nobody knows: those are left out whose postcodes begin otherwise. They are
    those of the warehouse that it leaves; an order that leaves several is brought to no one point,
    nor one of which nobody knows yet which of several it will leave.
    """
    code = plain_postcode(order.postcode)
    mine = Shipment.objects.filter(order=order.pk).exclude(status=ShipmentStatus.CANCELLED)
    here = Exists(mine.filter(warehouse=OuterRef("warehouse")))
    elsewhere = Exists(mine.exclude(warehouse=OuterRef("warehouse")))
    listed = SellerWarehouse.objects.filter(seller=order.seller_id, removed_at__isnull=True)
    others = listed.exclude(warehouse=OuterRef("warehouse"))
    unplanned = Q(~Exists(mine), ~Exists(others), warehouse=order.seller.warehouse_id)
    rows = PickupPoint.objects.filter(
        unplanned | (Q(here) & ~Q(elsewhere)), country=order.country, is_active=True
    )
    ranked = [(_alike(code, plain_postcode(row.postcode)), row) for row in rows]
    near = [(rank, row) for rank, row in ranked if rank]
    near.sort(key=lambda pair: (-pair[0], pair[1].postcode, pair[1].name, pair[1].pk))
    return [row for _, row in near[:MOST_POINTS]]


def points_at(parcels: Iterable[Package]) -> dict[UUID, PickupPoint]:
    """{package id: the pickup point where it waits}, in one statement where one waits.

    Their shipments are loaded. Of a place that a courier typed nothing is known.
    """
    return points_called(
        {
            box.pk: (box.shipment.warehouse_id, box.pickup_point)
            for box in parcels
            if box.pickup_point
        }
    )


def points_called(places: Mapping[UUID, tuple[UUID, str]]) -> dict[UUID, PickupPoint]:
    """Of {any id: (warehouse id, what the place is called)}, {that id: the pickup point}."""
    if not places:
        return {}
    rows = PickupPoint.objects.filter(warehouse__in={house for house, _ in places.values()})
    known = {(row.warehouse_id, row.label): row for row in rows.order_by("is_active")}
    return {pk: known[place] for pk, place in places.items() if place in known}


def open_hours(hours: Sequence[str], language: str) -> str:
    """Mon–Fri 9:00–18:00, Sat 9:00–12:00: the words of the lead, without the days it is closed."""
    names = get_day_names("abbreviated", context="stand-alone", locale=language)
    said = []
    for words, days in groupby(enumerate(hours), key=lambda pair: pair[1]):
        numbers = [number for number, _ in days]
        ends = dict.fromkeys((names[numbers[0]], names[numbers[-1]]))
        if words:
            # The lead's language may run the other way.
            open_then = f"\u2068{words}\u2069" if language in RIGHT_TO_LEFT else words
            said.append(f"{'–'.join(ends)} {open_then}")
    return LISTED.get(language, ", ").join(said)


def _alike(code: str, other: str) -> int:
    """How many characters two postcodes begin with together."""
    both = zip(code, other, strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], both)))
