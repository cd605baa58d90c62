"""How many lines orders become, where a kit counts as its parts."""

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count

from orders.catalogue.parts import MOST_PARTS
from orders.lifecycle.aliases import meant_by
from orders.models import KitPart, SalesChannel
from orders.shops.base import IncomingOrder
from orders.values.texts import one_line


def are_over(channel: SalesChannel, orders: Sequence[IncomingOrder], most: int) -> bool:
    """Whether orders become more than so many lines; nothing is asked where they cannot."""
    given = sum(len(order.lines) for order in orders)
    if given > most or given * MOST_PARTS <= most:
        return given > most
    return given + _more(channel, orders) > most


def _more(channel: SalesChannel, orders: Sequence[IncomingOrder]) -> int:
    kits = KitPart.objects.filter(seller=channel.seller_id)
    if not kits.exists():
        return 0
    skus = Counter(line.sku for order in orders for line in order.lines if line.ships)
    meant = {sku: product.pk for sku, product in meant_by(channel, skus).items()}
    rows = kits.filter(kit__in=set(meant.values())).order_by().values_list("kit")
    parts = dict(rows.annotate(Count("part")))
    return sum(
        number * (parts.get(meant[named], 1) - 1)
        for sku, number in skus.items()
        if (named := one_line(sku)) in meant
    )
