"""Where goods would be picked now: which shipments begin in a zone, and which lie all in it.

Asked of each product and number of units once: the places of a product decide, not the order.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from orders.models import Shipment, ShipmentLine, Warehouse
from orders.prepared import PreparedColumns, is_among_some, parameter
from warehouse.floor.zones.choosing import own
from warehouse.models import Location, PickFace, Stock
from warehouse.planning.pick_route import Place, Want, walk
from warehouse.stock.closing import IS_OPEN
from warehouse.stock.lots import EXPIRES_ON

WALK = ("location__walk_position", "location__code")
Wanted = tuple[UUID, int]  # of a line of a shipment: the product, and its units


def begins_in(zone: str, warehouse: Warehouse, waiting: QuerySet[Shipment]) -> Q:
    """Of these shipments: units of it would be picked in a zone, or in none.

    Of a product in two lines of a shipment some may lie elsewhere: the stops of its walk decide.
    """
    plans = _plans(zone, warehouse, waiting)
    here = [wanted for wanted, zones in plans.items() if zones & {"", zone}]
    return Q(Exists(_lines().filter(_are(here))))


def lies_in(zone: str, warehouse: Warehouse, waiting: QuerySet[Shipment]) -> Q:
    """Of these shipments: all its units would be picked in a zone, or in none; as `begins_in`."""
    plans = _plans(zone, warehouse, waiting)
    here = [wanted for wanted, zones in plans.items() if zones <= {"", zone}]
    return ~Q(Exists(_lines().exclude(_are(here))))


def zones_of_each(warehouse: Warehouse, wanted: Iterable[Wanted]) -> dict[Wanted, list[str]]:
    """The zones in which each would be picked, in walking order; [] where its units are nowhere."""
    wants = {one: Want(one[0], *one) for one in wanted}
    places = defaultdict(list)
    for place in places_of(warehouse.pk, wants.values()):
        places[place.product_id].append(place)
    return {
        one: [stop.place.zone for stop in walk([want], places[want.product_id])]
        for one, want in wants.items()
    }


def places_of(
    warehouse_id: UUID, wants: Iterable[Want], avoid: Collection[UUID] = ()
) -> list[Place]:
    """Where units of these products lie that no walk is sent for, but at the stocks to `avoid`."""
    products = {want.product_id for want in wants}
    return [Place(*row) for row in PLACES(warehouse_id, list(products), list(avoid))]


def _plans(zone: str, warehouse: Warehouse, waiting: QuerySet[Shipment]) -> dict[Wanted, set[str]]:
    """The zones for what these shipments want of the products that lie in a zone, or in none."""
    lying = Stock.objects.filter(own(zone, "location__"), location__warehouse=warehouse)
    lying = lying.filter(IS_OPEN, on_hand__gt=F("pinned")).exclude(
        location__kind=Location.Kind.TOTE
    )
    lines = ShipmentLine.objects.filter(
        shipment__in=waiting.order_by().values("pk"), line__product__in=lying.values("product")
    )
    wanted = lines.order_by().values_list("line__product", "quantity").distinct()
    return {one: set(zones) for one, zones in zones_of_each(warehouse, wanted).items() if zones}


def _lines() -> QuerySet[ShipmentLine]:
    return ShipmentLine.objects.filter(shipment=OuterRef("pk"))


def _are(wanted: Iterable[Wanted]) -> Q:
    """Lines of a shipment that want one of these."""
    products = defaultdict(list)
    for product, units in wanted:
        products[units].append(product)
    found = Q(pk__in=[])
    for units, some in products.items():
        found |= Q(quantity=units, line__product__in=some)
    return found


def _places() -> Any:
    """Of the warehouse `$1`, the products `$2`, and not the stocks `$3`."""
    stocks = (
        Stock.objects.filter(is_among_some("warehouse_stock.product_id", 2), IS_OPEN)
        .filter(location__warehouse=parameter(1), on_hand__gt=F("pinned"))
        # What lies in a tote is to be put back first.
        .exclude(location__kind=Location.Kind.TOTE)
        .exclude(is_among_some("warehouse_stock.id", 3))
    )
    faces = PickFace.objects.filter(product=OuterRef("product"), location__warehouse=parameter(1))
    is_face = Exists(faces.filter(location=OuterRef("location")))
    is_reserve = ExpressionWrapper(Exists(faces) & ~is_face, BooleanField())
    free = F("on_hand") - F("pinned")
    columns = ("pk", "product", "lot", *WALK, free, is_reserve, EXPIRES_ON, "location__zone")
    return stocks.values_list(*columns)


PLACES = PreparedColumns(_places)
