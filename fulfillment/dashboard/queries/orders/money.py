"""What the goods of an order cost, and what its shop says of the payment."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from fulfillment.dashboard.rule_forms import amount
from orders.models import Order, OrderLine, ShopOrder


class Money(NamedTuple):
    """Sums of an order as texts, "" for none. `payment`: in the words of the shop."""

    ordered: str
    cancelled: str
    returned: str
    left: str  # what is neither cancelled nor returned
    currency: str
    payment: str


def money(order: Order, lines: Iterable[OrderLine], repaired: Mapping[UUID, int]) -> Money | None:
    """Add up what was sold: a kit has the price, its parts have none; None without a price.

    `repaired`: {line id: units} that came back, and are the customer's all the same.
    The shop sends neither shipping nor discounts: these are sums of goods. One statement.
    """
    sold = [line for line in lines if not line.kit_line_id]
    payment = _payment(order)
    ordered = sum(line.unit_price * line.ordered for line in sold)
    if not ordered:
        return Money("", "", "", "", "", payment) if payment else None
    cancelled = sum(line.unit_price * line.cancelled for line in sold)
    back = ((line, line.returned - repaired.get(line.pk, 0)) for line in sold)
    returned = sum(line.unit_price * units for line, units in back)
    return Money(
        ordered=_text(ordered, order),
        cancelled=_text(cancelled, order),
        returned=_text(returned, order),
        left=_text(ordered - cancelled - returned, order),
        currency=order.currency,
        payment=payment,
    )


def _text(units: int, order: Order) -> str:
    return amount(units, order.currency) if units else ""


def _payment(order: Order) -> str:
    code = ShopOrder.objects.filter(order=order).values_list("payment", flat=True).first()
    return ShopOrder.Payment(code).label if code else ""
