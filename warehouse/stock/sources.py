"""The warehouses that an order may get its units from, where its seller has several."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from orders.models import Order, SellerWarehouse, Shipment, Warehouse
from orders.services.choosing import is_reached, transit_days
from orders.states import SHIPMENT_NOT_BEGUN
from orders.values.postcodes import plain_postcode
from warehouse.planning.sourcing import UNREACHED, House, Source
from warehouse.stock.closing import FREE

Houses = dict[UUID, list[House]]  # by order
# Of an order: units that it lacks lay where no service brought them from (`beyond.py` of promises),
# and now there are other services or carriers, or no such units there. It is looked at again.
BEYOND_BEFORE = """
    SELECT marked.id FROM orders_order marked
    JOIN orders_seller seller ON seller.id = marked.seller_id
    WHERE marked.service ? 'beyond' AND (
        marked.service -> 'beyond' ->> 'looked_at' IS DISTINCT FROM seller.services_version::text
        OR (marked.service -> 'beyond' -> 'carriers' @> %(carriers)s::jsonb) IS NOT TRUE
        OR NOT EXISTS (
            SELECT FROM orders_orderline lacking
            JOIN orders_sellerwarehouse house
                ON house.seller_id = lacking.seller_id AND NOT house.is_paused
            JOIN warehouse_supply supply ON supply.product_id = lacking.product_id
                AND supply.warehouse_id = house.warehouse_id
            WHERE lacking.order_id = marked.id AND lacking.backordered > 0 AND {free} > 0
                AND marked.service -> 'beyond' -> 'warehouses' ? house.warehouse_id::text
        )
    )
""".replace("{free}", FREE)
ZONE = 2  # the first characters of a postcode, which name a region


def houses_for(order_ids: Collection[UUID]) -> Houses:
    """{order id: the warehouses that it may get units from}; three statements for all."""
    if not order_ids:
        return {}
    orders = Order.objects.filter(pk__in=order_ids).select_related("seller__warehouse")
    rows = {order.pk: order for order in orders}
    lists: dict[UUID, list[SellerWarehouse]] = defaultdict(list)
    sellers = {order.seller_id for order in rows.values()}
    named = SellerWarehouse.objects.filter(seller__in=sellers, is_paused=False)
    for row in named.select_related("warehouse").order_by("position", "pk"):
        lists[row.seller_id].append(row)
    begun = open_shipments(order_ids)
    return {
        pk: [_house(order, row, is_open=(pk, row.warehouse_id) in begun) for row in lists[seller]]
        for pk, order in rows.items()
        for seller in [order.seller_id]
    }


def open_shipments(order_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], Shipment]:
    """{(order, warehouse): its shipment that nobody picks yet, nor was split off}.

    One parcel is better than two. No picker can take it meanwhile: that needs the order's lock.
    """
    rows = Shipment.objects.filter(status__in=SHIPMENT_NOT_BEGUN, is_apart=False)
    rows = rows.filter(order__in=list(order_ids)).order_by("pk")
    return {(row.order_id, row.warehouse_id): row for row in rows}


def kept(found: Source) -> dict[str, Any]:
    """What a shipment keeps of why its units come from there."""
    return {
        "why": found.why.value,
        "lacks": {
            str(pk): {"line": str(lack.line_id), "has": lack.has, "of": lack.of}
            for pk, lack in found.lacks.items()
        },
    }


def _house(order: Order, row: SellerWarehouse, *, is_open: bool) -> House:
    """Of an order that goes nowhere yet, to no address or by no service, each is as good."""
    days = transit_days(order, row.warehouse) if order.service and is_reached(order) else 0
    return House(
        row.warehouse_id,
        days=UNREACHED if days is None else days,
        distance=_distance(order, row.warehouse),
        position=row.position,
        is_open=is_open,
    )


def _distance(order: Order, warehouse: Warehouse) -> int:
    """0: in the same region by its postcode, then next to it, in the same country, abroad."""
    if order.country != warehouse.country:
        return 3
    here, there = plain_postcode(warehouse.postcode), plain_postcode(order.postcode)
    if not here or not there or here[0] != there[0]:
        return 2
    return 0 if here[:ZONE] == there[:ZONE] else 1
