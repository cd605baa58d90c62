"""Let a shipment that nobody picks yet leave another warehouse of its seller."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from orders.decisions.split import contents
from orders.errors import DomainError, Outdated
from orders.events.recording import record
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.transitions import lock_order
from orders.models import (
    Event,
    Order,
    Seller,
    SellerWarehouse,
    Shipment,
    ShipmentLine,
    User,
    Warehouse,
    Wish,
)
from orders.services.choosing import is_reached, transit_days
from orders.services.reach import Place, where
from orders.states import SHIPMENT_NOT_BEGUN
from orders.words import predicate, say, state
from warehouse.models import Supply
from warehouse.planning.sourcing import Why
from warehouse.stock.closing import promisable
from warehouse.stock.postings import SupplyKey, lock_supplies
from warehouse.stock.reservations import release_reservations, restore_reservations


@transaction.atomic(savepoint=False)
def send_from(
    shipment: Shipment,
    warehouse: Warehouse,
    *,
    actor: User | None,
    reason: str = "",
    seen: str = "",
) -> Shipment:
    """Reserve its units in another warehouse instead; `seen`: what of it a page had shown.

    Raises DomainError where a picker was faster, or that warehouse lacks units.
    """
    order = lock_order(shipment.order_id)
    shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment.pk)
    if seen and seen != contents(shipment):
        raise Outdated(
            say(
                "Shipment {shipment} has other units than this page had shown. Look at what is "
                "in it now, and choose again.",
                shipment=shipment,
            )
        )
    _refuse(order, shipment, warehouse)
    lines = list(shipment.lines.select_related("line").order_by("line__position", "pk"))
    products = {row.line.product_id for row in lines if row.line.product_id}
    before = shipment.warehouse_id
    # Of both warehouses in one statement: so nobody who locks them one by one waits for us.
    supplies = lock_supplies((pk, place) for pk in products for place in (before, warehouse.pk))
    _refuse_short(lines, warehouse, supplies)
    release_reservations({(row.line_id, before): row.quantity for row in lines})
    units: Counter[tuple[UUID, UUID]] = Counter()
    for row in lines:
        if row.line.product_id:
            units[row.line_id, row.line.product_id] += row.quantity
    restore_reservations(units, warehouse_id=warehouse.pk)
    Shipment.objects.filter(pk=shipment.pk).update(
        warehouse=warehouse, wave=None, will_miss_since=None, chosen={"why": Why.MOVED.value}
    )
    event = Event.of(
        shipment, "moved", actor=actor, before=str(before), warehouse=str(warehouse.pk)
    )
    record([event])
    keep_changes(order, event, {}, reason=reason)
    return Shipment.objects.get(pk=shipment.pk)


def movable_of(order: Order, shipment: UUID | None) -> Shipment:
    """The shipment of an order to move: that with this id, or the only one. Raises DomainError."""
    rows = list(order.shipments.order_by("created_at", "pk"))
    if refusal := why_not_moved(order, rows):
        raise DomainError(refusal)
    found = [row for row in rows if (row.pk == shipment if shipment else _is_movable(row))]
    if len(found) != 1:
        raise DomainError(say("Say which of the shipments of order {order} is meant.", order=order))
    return found[0]


def warehouse_of(seller: Seller, code: str) -> Warehouse | None:
    """The warehouse with this code, if the seller ships from it."""
    served = SellerWarehouse.objects.filter(seller=seller, removed_at__isnull=True)
    rows = Warehouse.objects.filter(served__in=served, code__iexact=code)
    return rows.order_by("pk").first()


def why_not_moved(order: Order, shipments: Sequence[Shipment]) -> str:
    """Why nothing of an order can leave another warehouse; "" where it may, if that has all."""
    open_ones = [row for row in shipments if row.status in SHIPMENT_NOT_BEGUN]
    if not open_ones:
        return say("Order {order} has no shipment that nobody picks yet.", order=order)
    if not any(map(_is_movable, open_ones)):
        return _goes_with_others(open_ones[0])
    served = SellerWarehouse.objects.filter(seller=order.seller_id, removed_at__isnull=True)
    if served.count() < 2:
        return say("All orders of this seller leave one warehouse.")
    return why_it_stays(order)


def why_it_stays(order: Order) -> str:
    """That its customer chose a pickup point, where nobody drives from elsewhere; "" if not."""
    chosen = Wish.objects.filter(order=order.pk, ended_at=None, point__is_active=True)
    if not chosen.exists():
        return ""
    return say("The customer of order {order} chose a pickup point.", order=order)


def _is_movable(shipment: Shipment) -> bool:
    return shipment.status in SHIPMENT_NOT_BEGUN and shipment.together is None


def _goes_with_others(shipment: Shipment) -> str:
    return say(
        "Shipment {shipment} goes out in one box with another order: send it apart first.",
        shipment=shipment,
    )


def _refuse(order: Order, shipment: Shipment, warehouse: Warehouse) -> None:
    if shipment.status not in SHIPMENT_NOT_BEGUN:
        raise DomainError(
            say(
                "Shipment {shipment} is {present}: it leaves where it lies.",
                shipment=shipment,
                present=predicate(state(shipment)),
            )
        )
    if shipment.warehouse_id == warehouse.pk:
        raise DomainError(
            say(
                "Shipment {shipment} leaves {warehouse} already.",
                shipment=shipment,
                warehouse=warehouse,
            )
        )
    if shipment.together:
        raise DomainError(_goes_with_others(shipment))
    if refusal := why_it_stays(order):
        raise DomainError(refusal)
    if order.service and is_reached(order) and transit_days(order, warehouse) is None:
        place = where(Place(order.country, order.postcode, order.city))
        told = "No service goes from {warehouse} to {place}."
        raise DomainError(say(told, warehouse=warehouse, place=place))
    served = SellerWarehouse.objects.filter(seller=shipment.seller_id, removed_at__isnull=True)
    if not served.filter(warehouse=warehouse).exists():
        raise DomainError(say("Nothing of this seller leaves {warehouse}.", warehouse=warehouse))


def _refuse_short(
    lines: list[ShipmentLine], warehouse: Warehouse, supplies: dict[SupplyKey, Supply]
) -> None:
    """Raise DomainError where the warehouse lacks units, with the first line of which it does."""
    taken: Counter[UUID] = Counter()
    for row in lines:
        product_id = row.line.product_id
        if product_id is None:
            continue
        supply = supplies.get((product_id, warehouse.pk))
        has = max(0, promisable(supply) - taken[product_id]) if supply else 0
        if has < row.quantity:
            raise DomainError(
                say(
                    "{warehouse} has {has} of {wanted} {title}.",
                    warehouse=warehouse,
                    has=has,
                    wanted=row.quantity,
                    title=row.line.title,
                )
            )
        taken[product_id] += row.quantity
