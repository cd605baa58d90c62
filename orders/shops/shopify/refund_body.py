"""Refunds as Shopify sends them: a body of their own, and a list in each order."""

from typing import Any

import msgspec

from orders.shops.base import RefundReport
from orders.shops.reading import JsonProblems
from orders.shops.shopify.cost import currency_of, worth_of
from orders.shops.texts import Code, text
from orders.values.counts import MOST_LINES, MOST_UNITS


class RefundedLine(msgspec.Struct):
    """Units of one line of the order that were refunded."""

    line_item_id: Code | int | None = None
    quantity: int | None = None


class RefundBody(msgspec.Struct):
    """The fields of a refund that we read; of money alone it has no lines."""

    id: Code | int | None = None
    order_id: Code | int | None = None
    refund_line_items: Any = None
    transactions: Any = None


def read_refund(body: Any) -> RefundReport:
    """The report of a refund's body. Raises InvalidInput with every problem by field path."""
    problems = JsonProblems()
    refund = problems.read(RefundBody, body)
    for name in ("id", "order_id"):
        if not text(getattr(refund, name)) and name not in problems:
            problems.add(name, "expected an id, got nothing")
    removed = _removed(refund.refund_line_items, problems)
    problems.refuse()
    paid_in = currency_of(refund.transactions)
    worth = worth_of(refund.transactions, paid_in)
    known = {} if worth is None else {text(refund.id): worth}
    return RefundReport(text(refund.order_id), text(refund.id), removed, known, paid_in)


def removed_of(refunds: Any) -> dict[str, dict[str, int]]:
    """{refund: {line: units}} of the refunds in an order; what cannot be read says nothing.

    The order itself counts what is still wanted of each line, so nothing depends on them alone.
    """
    found = {}
    for body in (refunds if isinstance(refunds, list) else [])[:MOST_LINES]:
        problems = JsonProblems()
        refund = problems.read(RefundBody, body if isinstance(body, dict) else {})
        if text(refund.id):
            found[text(refund.id)] = _removed(refund.refund_line_items, problems)
    return found


def worths_of(refunds: Any, paid_in: str) -> dict[str, int]:
    """{refund: its amount in minor units} of the refunds in an order that say so."""
    found = {}
    for body in (refunds if isinstance(refunds, list) else [])[:MOST_LINES]:
        refund = JsonProblems().read(RefundBody, body if isinstance(body, dict) else {})
        worth = worth_of(refund.transactions, paid_in)
        if text(refund.id) and worth is not None:
            found[text(refund.id)] = worth
    return found


def _removed(lines: Any, problems: JsonProblems) -> dict[str, int]:
    if lines is None:
        return {}
    if not isinstance(lines, list) or len(lines) > MOST_LINES:
        problems.add("refund_line_items", f"expected a list of at most {MOST_LINES} lines")
        return {}
    removed: dict[str, int] = {}
    for place, value in enumerate(lines):
        path = f"refund_line_items[{place}]"
        line = problems.read(RefundedLine, value, path)
        if line.quantity is None or not 0 <= line.quantity <= MOST_UNITS:
            problems.add(f"{path}.quantity", f"expected a whole number from 0 to {MOST_UNITS}")
        elif text(line.line_item_id):
            key = text(line.line_item_id)
            removed[key] = removed.get(key, 0) + line.quantity
    return removed
