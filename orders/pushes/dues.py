"""Units that a shop need not expect any more: cancelled here, or returned; and the refund due.

Money is never moved by us: whether, and how much, is the decision of the seller, in the shop.
"""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from babel.numbers import get_currency_precision
from django.db.models import Q

from orders.models import Event, OrderLine, Push, ReturnLine, ShopOrder
from orders.values.texts import one_line

LONGEST_ABOUT = 250
LONGEST_GOODS = 190
# Payments of which nothing was taken: there is nothing to give back.
NOT_TAKEN = {
    ShopOrder.Payment.UNPAID,
    ShopOrder.Payment.AUTHORISED,
    ShopOrder.Payment.VOIDED,
    ShopOrder.Payment.REFUNDED,
}
Units = dict[UUID, int]


def abouts(events: Iterable[tuple[Event, str]]) -> dict[UUID, str]:
    """What is said of each (event, what): {event: words}; one of no unit of the shop has none."""
    pairs = list(events)
    units = {event.pk: _units(event, what) for event, what in pairs}
    wanted = {line for counted in units.values() for line in counted}
    # Parts of a kit come back one by one; the shop knows the kit.
    of_shop = Q(shop_line__gt="") | Q(kit_line__shop_line__gt="")
    lines = OrderLine.objects.filter(of_shop, pk__in=wanted)
    rows = lines.select_related("order__in_shop", "kit_line").order_by("position")
    known = {line.pk: line for line in rows}
    found_again = {event.pk for event, what in pairs if what == Push.What.FOUND}
    found = {
        pk: _about(counted, known, is_due=pk not in found_again) for pk, counted in units.items()
    }
    return {pk: about for pk, about in found.items() if about}


def is_paid(line: OrderLine) -> bool:
    """Whether the customer has paid, and the shop has refunded nothing of unknown units since."""
    known: ShopOrder | None = getattr(line.order, "in_shop", None)
    if known is None:
        return True
    return known.payment not in NOT_TAKEN and all(known.removed.values())


def _units(event: Event, what: str) -> Units:
    if what == Push.What.RETURNED:
        rows = ReturnLine.objects.filter(order_return=event.subject_id)
        back = rows.values_list("line_id", "inspected", "sent_back")
        return {pk: inspected - sent for pk, inspected, sent in back if inspected > sent}
    return {UUID(pk): int(units) for pk, units in event.data.get("units", {}).items()}


def _title(line: OrderLine) -> str:
    kit = f" of {one_line(line.kit_line.title)}" if line.kit_line else ""
    return f"{one_line(line.title)}{kit}"


def _about(units: Units, known: dict[UUID, OrderLine], *, is_due: bool) -> str:
    mine = [line for pk, line in known.items() if pk in units]
    if not mine:
        return ""
    goods = ", ".join(f"{units[line.pk]} × {_title(line)}" for line in mine)
    if len(goods) > LONGEST_GOODS:
        goods = f"{goods[: LONGEST_GOODS - 2]} …"
    total = sum(units[line.pk] * line.unit_price for line in mine)
    currency = mine[0].order.currency
    if not (is_due and total and currency and is_paid(mine[0])):
        return goods
    digits = get_currency_precision(currency)
    amount = f"{Decimal(total).scaleb(-digits):.{digits}f} {currency}"
    return f"{goods}; refund due: {amount}"[:LONGEST_ABOUT]
