"""What messages are about: their events, orders and lines, each by one prepared statement.

Of a batch of messages these are nearly all rows, so no row is loaded twice: a seller has one.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from notifications.models import Message
from orders.models import Event, Order, OrderLine, Promise, Seller
from orders.prepared import PreparedQuery, is_among

EVENTS = PreparedQuery(lambda: Event.objects.filter(is_among("orders_event.id", 1)))
ORDERS = PreparedQuery(lambda: Order.objects.filter(is_among("orders_order.id", 1)))
LINES = PreparedQuery(
    lambda: OrderLine.objects.filter(is_among("orders_orderline.order_id", 1)).order_by("position")
)
SELLERS = PreparedQuery(
    lambda: Seller.objects.filter(is_among("orders_seller.id", 1)).select_related(
        "warehouse", "message_settings", "sending_domain"
    )
)
PROMISES_OF = PreparedQuery(lambda: Promise.objects.filter(is_among("orders_promise.order_id", 1)))
PROMISES = PreparedQuery(lambda: Promise.objects.filter(is_among("orders_promise.id", 1)))

Lines = dict[UUID, list[OrderLine]]


def load_orders(messages: Sequence[Message]) -> Lines:
    """Give messages their events and orders, and these their sellers: {order id: its lines}.

    Four statements.
    """
    events = {row.pk: row for row in EVENTS([message.event_id for message in messages])}
    orders = {row.pk: row for row in ORDERS(list({message.order_id for message in messages}))}
    sellers = {row.pk: row for row in SELLERS(list({row.seller_id for row in orders.values()}))}
    for order in orders.values():
        order.seller = sellers[order.seller_id]
    for message in messages:
        message.event, message.order = events[message.event_id], orders[message.order_id]
    lines: Lines = defaultdict(list)
    for line in LINES(list(orders)):
        lines[line.order_id].append(line)
    return lines


def load_promises(orders: Collection[UUID], wanted: Collection[str]) -> dict[str, Promise]:
    """The promises of these orders, and the `wanted` of other ones: {id: promise}, oldest first.

    One statement, or two.
    """
    rows = PROMISES_OF(list(orders))
    if missing := {UUID(name) for name in wanted} - {row.pk for row in rows}:
        rows += PROMISES(list(missing))
    return {str(row.pk): row for row in sorted(rows, key=lambda row: (row.made_at, row.pk))}
