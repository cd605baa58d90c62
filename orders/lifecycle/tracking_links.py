"""Tracking links after a rotation of TRACKING_KEY: counted by key, and renewed where it is lost."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from orders.keys import token_hash, tracking_tokens
from orders.models import Order

CHUNK = 2000
LOST = -1


def links_by_key() -> Counter[int]:
    """{place of a key in TRACKING_KEY, or LOST: how many orders have a link made with it}."""
    found: Counter[int] = Counter()
    for orders in _chunks():
        found.update(_place_of_key(order) for order in orders)
    return found


def renew_lost_links() -> int:
    """Give orders whose key is no longer listed a link of the present key; returns how many.

    The link that their customers have stops working; the next message has the new one.
    """
    renewed = 0
    for orders in _chunks():
        lost = [order.pk for order in orders if _place_of_key(order) == LOST]
        renewed += _renew(lost) if lost else 0
    return renewed


@transaction.atomic(savepoint=False)
def _renew(ids: list[UUID]) -> int:
    orders = list(Order.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    for order in orders:
        order.tracking_hash = token_hash(tracking_tokens(order.pk, order.token_revision)[0])
    Order.objects.bulk_update(orders, ["tracking_hash"])
    return len(orders)


def _place_of_key(order: Order) -> int:
    tokens = tracking_tokens(order.pk, order.token_revision)
    made_as = bytes(order.tracking_hash)
    return next((n for n, token in enumerate(tokens) if token_hash(token) == made_as), LOST)


def _chunks() -> Iterator[list[Order]]:
    """All orders by keyset; a server-side cursor would not work behind a pooler."""
    orders = Order.objects.only("id", "token_revision", "tracking_hash").order_by("pk")
    chunk = list(orders[:CHUNK])
    while chunk:
        yield chunk
        chunk = list(orders.filter(pk__gt=chunk[-1].pk)[:CHUNK])
