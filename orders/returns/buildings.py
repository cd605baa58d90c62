"""To which warehouse of its seller a return goes: the one that takes all, or back."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q, Sum

from orders.accounts.buildings import has_left
from orders.models import Order, Return, SellerWarehouse, ShipmentLine, Warehouse
from orders.states import ShipmentStatus


def building_for(order: Order, lines: Iterable[UUID]) -> UUID:
    """Where a return of these order lines goes: one statement, more where a seller has several.

    Where none takes all returns: to the one that sent most of it. Its seller does not leave it
    until the transaction ends.
    """
    wanted = list(lines)
    while True:
        listed = SellerWarehouse.objects.filter(seller=order.seller_id, removed_at__isnull=True)
        houses = list(listed.order_by("position"))
        if len(houses) == 1:  # the usual one, which nobody leaves
            return houses[0].warehouse_id
        chosen = _chosen(houses, wanted)
        if not has_left(order.seller_id, chosen):
            return chosen


def _chosen(houses: Sequence[SellerWarehouse], lines: Sequence[UUID]) -> UUID:
    if taking := [row.warehouse_id for row in houses if row.takes_returns]:
        return taking[0]
    sent = ShipmentLine.objects.filter(line__in=lines, shipment__status=ShipmentStatus.HANDED_OVER)
    units = sent.values("shipment__warehouse").annotate(units=Sum("packed"))
    by_house = dict(units.values_list("shipment__warehouse", "units"))
    served = [row.warehouse_id for row in houses]  # the usual one wins where as many left
    return max(served, key=lambda pk: by_house.get(pk, 0))


def address_of(coming: Return) -> Warehouse:
    """The building to which a return goes; its own, or its order with its seller, is loaded."""
    return coming.warehouse or coming.order.seller.warehouse


def goes_to(warehouse: Warehouse) -> Q:
    """Returns that go to a warehouse; of those from before it was said, to the usual one."""
    usual = Q(warehouse__isnull=True, order__seller__warehouse=warehouse)
    return Q(warehouse=warehouse) | usual


def lies_in(warehouse: Warehouse) -> Q:
    """Discrepancies of returns that came to a warehouse; of a parcel of no return nobody knows."""
    came = Return.objects.filter(goes_to(warehouse))
    return Q(order_return__isnull=True) | Q(order_return__in=came)


def serves(warehouse_id: UUID, seller_id: UUID) -> bool:
    """Whether a seller's goods may lie in a warehouse."""
    rows = SellerWarehouse.objects.filter(seller=seller_id, removed_at__isnull=True)
    return rows.filter(warehouse=warehouse_id).exists()
