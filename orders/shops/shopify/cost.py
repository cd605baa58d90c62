"""What a Shopify order cost beyond its lines, where its sums say so without a doubt."""

from collections.abc import Iterable
from typing import Any

from orders.shops.base import Cost, IncomingLine
from orders.shops.reading import minor_units
from orders.values.counts import MOST_LINES, MOST_MONEY


def cost_of(
    lines: Iterable[IncomingLine],
    paid_in: str,
    *,
    subtotal: Any,
    total: Any,
    added_tax: Any,
    tip: Any,
) -> Cost | None:
    """The discount and the shipping of an order; None where they do not follow from its sums.

    `subtotal` is after discounts and before shipping. Tax on top is of lines and of shipping, and a
    tip is neither: then a share of a line would be guessed.
    """
    goods = sum(line.unit_price * line.quantity for line in lines)
    try:
        first, last = minor_units(subtotal, paid_in), minor_units(total, paid_in)
        if any(minor_units(more or 0, paid_in) for more in (added_tax, tip)):
            return None
    except ValueError:
        return None
    cost = Cost(discount=goods - first, shipping=last - first)
    return cost if paid_in and all(0 <= amount <= MOST_MONEY for amount in cost) else None


def worth_of(transactions: Any, paid_in: str) -> int | None:
    """What a refund gave back, by its transactions; None where it does not say so."""
    if not isinstance(transactions, list) or len(transactions) > MOST_LINES:
        return None
    worth = 0
    for row in transactions:
        if not isinstance(row, dict) or row.get("currency") != paid_in or not paid_in:
            return None
        if row.get("kind") != "refund" or row.get("status") != "success":
            continue
        try:
            worth += minor_units(row.get("amount"), paid_in)
        except ValueError:
            return None
    return worth if worth <= MOST_MONEY else None


def currency_of(transactions: Any) -> str:
    """The currency of a refund's transactions; empty where they have none, or several."""
    rows = transactions if isinstance(transactions, list) else []
    found = {row.get("currency") for row in rows[:MOST_LINES] if isinstance(row, dict)}
    only = found.pop() if len(found) == 1 else ""
    return only if isinstance(only, str) and len(only) == len("EUR") else ""
