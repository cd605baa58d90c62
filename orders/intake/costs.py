"""What an order cost, followed where its shop edits it: else no refund of it is exact any more."""

from orders.models import Charge, OrderLine, Refund, ShopOrder
from orders.returns.shares import of_units, split
from orders.shops.base import Cost, OrderReport


def is_whole(report: OrderReport) -> bool:
    """Whether the order of a report has all units that were bought: its cost is of these."""
    told = {line.shop_line: line.quantity for line in report.order.lines}
    return all(told.get(line, 0) == units.bought for line, units in report.lines.items())


def follow_cost(known: ShopOrder, report: OrderReport) -> None:
    """Keep the cost of an order that the shop has edited, or that nobody knows it any more.

    `known.order` is what its report has made of it. A discount of before is of the lines of before:
    with lines that were added since, nobody knows the share of each.
    """
    charge = Charge.objects.filter(order=known.order_id).first()
    if charge is None or not is_whole(report):
        return
    rows = list(OrderLine.objects.filter(order=known.order_id, kit_line=None))
    here = {row.shop_line: (row.unit_price, row.ordered) for row in rows}
    told = {line.shop_line: (line.unit_price, line.quantity) for line in report.order.lines}
    cost = report.order.cost
    if len(here) == len(rows) and here == told and cost:
        _take(charge, cost)
    elif cost is None or not _is_same(charge, cost, rows, told):
        _doubt(charge)


def _take(charge: Charge, cost: Cost) -> None:
    """The lines are those of the shop: take its cost, unless something is owed by the old one."""
    is_same = cost == Cost(charge.discount, charge.tax, charge.shipping)
    if not is_same and Refund.objects.filter(order=charge.order_id).exists():
        _doubt(charge)
        return
    charge.is_known = charge.is_known or not cost.discount
    charge.discount, charge.tax, charge.shipping = cost
    charge.save(update_fields=["is_known", "discount", "tax", "shipping"])


def _doubt(charge: Charge) -> None:
    charge.is_known = False
    charge.save(update_fields=["is_known"])


def _is_same(
    charge: Charge, cost: Cost, rows: list[OrderLine], told: dict[str, tuple[int, int]]
) -> bool:
    """Whether what the shop has of fewer units costs what these cost here by their shares."""
    wanted = {
        row.shop_line: (row.unit_price, row.ordered - row.cancelled)
        for row in rows
        if row.ordered > row.cancelled
    }
    if wanted != told:  # what is not cancelled yet is a difference
        return all(wanted.get(line, there)[0] == there[0] for line, there in told.items())
    prices = [row.unit_price * row.ordered for row in rows]
    discounts = split(min(charge.discount, sum(prices)), prices)
    taxes = split(charge.tax, prices)
    value = 0
    for row, off, on in zip(rows, discounts, taxes, strict=True):
        kept = row.ordered - row.cancelled
        value += row.unit_price * kept
        value += of_units(on, row.ordered, 0, kept) - of_units(off, row.ordered, 0, kept)
    there = sum(price * units for price, units in told.values()) - cost.discount + cost.tax
    return (value, charge.shipping) == (there, cost.shipping)
