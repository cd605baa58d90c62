"""Create promises: the only dates that messages and the tracking page may state."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from orders.models import Order, Package, Promise, Seller, Service, Shipment, User, Warehouse
from orders.prepared import PreparedQuery, insert, parameter
from orders.promises.windows import must_notify_customer
from orders.promises.working_days import Span, Terms, arrival_span, packed_span, shipping_span
from orders.services.choosing import Kept, is_reached

ORDER = PreparedQuery(
    lambda: Order.objects.filter(pk=parameter(1)).select_related("seller__warehouse")
)


def terms_of(order: Order, warehouse: Warehouse | None = None) -> Terms:
    """What the dates of an order are computed from; its seller's warehouse must be loaded.

    `warehouse`: from which it leaves, else the usual one of its seller.
    The service is as it was when it was promised, whatever the seller has changed since. Without
    one, as of an order from before there were any, the seller's own days count.
    """
    service = order.service if order.service and is_reached(order) else {}
    return service_terms(order.seller, service, order.country, warehouse)


def terms_for(promise: Promise) -> Terms:
    """The same of a promise: of a shipment, those of the warehouse that it leaves."""
    return terms_of(promise.order, promise.shipment.warehouse if promise.shipment else None)


def service_terms(
    seller: Seller, service: Kept, country: str, leaves: Warehouse | None = None
) -> Terms:
    """What the dates to a country are computed from, by a service as an order keeps it."""
    warehouse, cut_off = leaves or seller.warehouse, service.get("cut_off")
    return Terms(
        zone=warehouse.time_zone,
        country=warehouse.country,
        cut_off_hour=warehouse.cut_off_hour,
        transit_days_min=service.get("min", seller.transit_days_min),
        transit_days_max=service.get("max", seller.transit_days_max),
        destination=country if service else "",
        days=service.get("days", Service.Days.WEEKDAYS.value),
        cut_off=time.fromisoformat(cut_off) if cut_off else None,
    )


def order_spans(now: datetime, terms: Terms, delivery_zone: str) -> tuple[Span, Span]:
    """(shipping span, arrival span) of an order accepted now."""
    leaves = shipping_span(now, terms)
    zone = ZoneInfo(terms.zone)
    arrives = arrival_span(
        leaves.earliest.astimezone(zone).date(), leaves.local_on, terms, delivery_zone
    )
    return leaves, arrives


def promise_shipping(shipment: Shipment, *, made_at: datetime) -> Promise:
    """Promise that a packed shipment leaves by the next working day."""
    span = packed_span(made_at, _terms_of_shipment(shipment))
    return _create(shipment, Promise.Kind.SHIPS, span, made_at)


def promise_arrivals(shipments: Sequence[Shipment], *, made_at: datetime) -> list[Promise]:
    """Promise the arrival of many shipments that leave now, in four statements.

    Each new promise replaces the promise of its whole order, with a narrower window.
    """
    order_ids = {shipment.order_id for shipment in shipments}
    orders = Order.objects.select_related("seller__warehouse").in_bulk(order_ids)
    present = newest_promises(order_ids, Promise.Kind.ARRIVES, shipment__isnull=True)
    carriers = dict(
        Package.objects.filter(shipment__in=[shipment.pk for shipment in shipments])
        .exclude(carrier="")
        .order_by("created_at")
        .values_list("shipment", "carrier")
    )
    houses = _others(shipments, orders.values())
    rows = []
    for shipment in shipments:
        order = orders[shipment.order_id]
        terms = terms_of(order, houses.get(shipment.warehouse_id))
        today = made_at.astimezone(ZoneInfo(terms.zone)).date()
        span = arrival_span(today, today, terms, order.time_zone)
        row = _row(shipment, Promise.Kind.ARRIVES, span, made_at)
        row.replaces = present.get(order.pk)
        row.carrier = carriers.get(shipment.pk, "")
        rows.append(row)
    insert(rows)
    return rows


def promise_delivery_windows(
    windows: Sequence[tuple[Package, datetime, datetime]],
    *,
    made_at: datetime,
    courier: User | None = None,
) -> list[Promise]:
    """Promise the delivery windows of a run, each (package, starts, ends).

    A fixed number of statements. An open delivery window of the order is replaced by the new one,
    but not that of a van of another warehouse, which comes by itself.
    """
    order_ids = {package.order_id for package, _, _ in windows}
    zones = dict(Order.objects.filter(pk__in=order_ids).values_list("pk", "time_zone"))
    leaves = Shipment.objects.filter(pk__in=[package.shipment_id for package, _, _ in windows])
    present = newest_promises(
        order_ids,
        Promise.Kind.AT_DOOR,
        settled_at__isnull=True,
        shipment__warehouse__in=leaves.values("warehouse"),
    )
    promises = Promise.objects.bulk_create(
        Promise(
            seller_id=package.seller_id,
            order_id=package.order_id,
            shipment_id=package.shipment_id,
            package=package,
            replaces=present.get(package.order_id),
            kind=Promise.Kind.AT_DOOR,
            earliest=starts,
            latest=ends,
            local_on=ends.astimezone(ZoneInfo(zones[package.order_id])).date(),
            zone=zones[package.order_id],
            made_at=made_at,
            carrier=package.carrier,
            courier=courier,
        )
        for package, starts, ends in windows
    )
    if present:
        mark_revised([(row.replaces, row) for row in promises if row.replaces], now=made_at)
    return promises


def newest_promises(order_ids: Iterable[UUID], kind: str, **conditions: Any) -> dict[UUID, Promise]:
    """{order id: its newest promise of this kind that was not released}, in one statement."""
    rows = Promise.objects.filter(
        order__in=set(order_ids), kind=kind, released_at__isnull=True, **conditions
    )
    newest = rows.order_by("order", "-made_at", "-pk").distinct("order")
    return {row.order_id: row for row in newest}


def mark_revised(pairs: Iterable[tuple[Promise, Promise]], *, now: datetime) -> None:
    """Settle promises that newer ones replace, (old, new) each, in at most two statements."""
    by_move: dict[bool, list[UUID]] = {}
    for old, new in pairs:
        by_hour = new.kind == Promise.Kind.AT_DOOR
        # What the customer chose is no date that we moved: it counts for nobody.
        is_ours = new.reason != Promise.Reason.WISHED
        moved = is_ours and must_notify_customer(old, new, by_the_hour=by_hour)
        by_move.setdefault(moved, []).append(old.pk)
    for moved, ids in by_move.items():
        Promise.objects.filter(pk__in=ids, settled_at__isnull=True).update(
            revised_at=now, is_moved=moved
        )


def _create(shipment: Shipment, kind: str, span: Span, made_at: datetime) -> Promise:
    promise = _row(shipment, kind, span, made_at)
    insert([promise])
    return promise


def _row(shipment: Shipment, kind: str, span: Span, made_at: datetime) -> Promise:
    return Promise(
        seller_id=shipment.seller_id,
        order_id=shipment.order_id,
        shipment=shipment,
        kind=kind,
        earliest=span.earliest,
        latest=span.latest,
        local_on=span.local_on,
        zone=span.zone,
        made_at=made_at,
    )


def _terms_of_shipment(shipment: Shipment) -> Terms:
    [order] = ORDER(shipment.order_id)
    houses = _others([shipment], [order])
    return terms_of(order, houses.get(shipment.warehouse_id))


def _others(shipments: Iterable[Shipment], orders: Iterable[Order]) -> dict[UUID, Warehouse]:
    """The warehouses of shipments but for the usual ones; no statement where there is none."""
    usual = {order.seller.warehouse_id: order.seller.warehouse for order in orders}
    others = {row.warehouse_id for row in shipments} - usual.keys()
    return usual | (Warehouse.objects.in_bulk(others) if others else {})
