"""The status of an order, computed from the counters of its lines: a pure function."""

from typing import NamedTuple

from orders.states import OrderStatus

COUNTERS = (
    "ordered",
    "allocated",
    "backordered",
    "cancelled",
    "picked",
    "packed",
    "shipped",
    "delivered",
    "lost",
    "came_back",
    "returned",
    "replaced",
)


class Quantities(NamedTuple):
    """Sums of units over the leaf lines of an order that ship."""

    ordered: int = 0
    allocated: int = 0
    backordered: int = 0
    cancelled: int = 0
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    delivered: int = 0
    lost: int = 0
    came_back: int = 0
    returned: int = 0
    replaced: int = 0


def summarize(q: Quantities, *, held: bool, out: bool, repaired: int = 0) -> OrderStatus:
    """The status of an order with these quantities; `out`: a package of it is out for delivery.

    `repaired`: units among the returned ones that their customer gets back, once repaired.
    """
    # The order of these rules matters: the furthest step that a unit has reached comes first.
    need = q.ordered - q.cancelled
    if not q.ordered:
        return OrderStatus.NOTHING_TO_SHIP
    if not need:
        return OrderStatus.CANCELLED
    if q.delivered + q.lost + q.came_back == need:
        return _journey_over(q, need, q.returned - repaired)
    if q.delivered:
        return OrderStatus.PARTLY_DELIVERED
    if q.shipped == need:
        return OrderStatus.OUT_FOR_DELIVERY if out else OrderStatus.SHIPPED
    if q.shipped:
        return OrderStatus.PARTLY_SHIPPED
    return _not_shipped(q, need, held=held)


def _journey_over(q: Quantities, need: int, given_back: int) -> OrderStatus:
    if q.delivered and given_back > 0:
        return OrderStatus.RETURNED if given_back == q.delivered else OrderStatus.PARTLY_RETURNED
    if q.delivered == need:
        return OrderStatus.DELIVERED
    # What is sent again is delivered, or not, by an order of its own: this one does not know.
    if q.delivered + q.replaced == need:
        return OrderStatus.REPLACED
    return OrderStatus.PARTLY_DELIVERED if q.delivered else OrderStatus.UNDELIVERED


def _not_shipped(q: Quantities, need: int, *, held: bool) -> OrderStatus:
    if held:
        return OrderStatus.ON_HOLD
    if q.packed == need:
        return OrderStatus.PACKED
    if q.allocated:
        return OrderStatus.IN_PROGRESS
    return OrderStatus.BACKORDERED if q.backordered else OrderStatus.RECEIVED
