"""The search of orders: a condition for each column that a text may match."""

import re
from functools import reduce
from operator import and_

from django.db.models import Q

from fulfillment.keyset import MOST_COUNTED
from orders.access import Viewer
from orders.models import OrderLine, Package, SalesChannel

SHORTEST_NAME = 3  # letters in a trigram


def ways_to_find(viewer: Viewer, text: str) -> list[Q]:
    """Return a condition for each column that a search text may match; each has an index."""
    squeezed = "".join(text.split()).upper()
    packages = Package.objects.visible_to(viewer).filter(tracking_number=squeezed)
    # Ids of lines grow with those of their orders, so the limit keeps the newest orders. Without a
    # limit the planner scans all orders to find the few of a rare SKU.
    lines = OrderLine.objects.visible_to(viewer).filter(sku=text).order_by("-pk")
    ways = [
        Q(number__istartswith=text),
        Q(number__istartswith=f"#{text}"),
        Q(channel__in=SalesChannel.objects.visible_to(viewer), reference=text),
        Q(email__in=[text, text.lower()]),
        Q(pk__in=packages.values("order")),
        Q(pk__in=lines.values("order")[: MOST_COUNTED + 1]),
    ]
    words = text.split()
    if max(map(len, words), default=0) >= SHORTEST_NAME:
        # A regular expression uses the trigram index; the text in it is escaped.
        parts = [Q(customer_name__iregex=re.escape(word)) for word in words]
        ways.append(reduce(and_, parts))
    return ways
