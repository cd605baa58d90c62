"""Portions of a claimed batch: each is loaded, rendered and sent before the next is loaded."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Count

from notifications.models import Message
from orders.models import OrderLine
from orders.prepared import PreparedColumns, is_among

# Lines of orders whose facts are in memory at once. A batch of usual orders is one portion, so
# its look-ups are shared; two orders of 2,000 lines are one too.
MOST_LINES = 4_000

LINES = PreparedColumns(
    lambda: (
        OrderLine.objects.filter(is_among("orders_orderline.order_id", 1))
        .values_list("order")
        .annotate(Count("pk"))
        .order_by()
    )
)


def portions(messages: Sequence[Message]) -> list[list[Message]]:
    """Split a batch by the size of its orders, sellers in turn: the heavy ones of one wait last."""
    lines = _lines_of({message.order_id for message in messages})
    found: list[list[Message]] = []
    room = 0
    for message in _in_turn(messages):
        size = lines[message.order_id]
        if size > room or not found:
            found.append([])
            room = MOST_LINES
        found[-1].append(message)
        room -= size
    return found


def _in_turn(messages: Sequence[Message]) -> Iterator[Message]:
    """The first message of each seller, then the second of each, and so on."""
    seen = Counter[UUID]()
    turns: list[tuple[int, int, Message]] = []
    for place, message in enumerate(messages):
        turns.append((seen[message.seller_id], place, message))
        seen[message.seller_id] += 1
    return (message for *_, message in sorted(turns, key=lambda row: row[:2]))


def _lines_of(orders: set[UUID]) -> Counter[UUID]:
    return Counter(dict(LINES(list(orders))))
