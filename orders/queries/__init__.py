"""Read-only questions about what was promised."""

from orders.queries.order_list import OrderFilter, OrderList, order_list
from orders.queries.order_page import OrderPage, order_page
from orders.queries.timeline import Entry, timeline
from orders.queries.worklist import Matter, overdue, today_in_numbers, unknown_lines, worklist

__all__ = [
    "Entry", "Matter", "OrderFilter", "OrderList", "OrderPage", "order_list", "order_page",
    "overdue", "timeline", "today_in_numbers", "unknown_lines", "worklist",
]  # fmt: skip
