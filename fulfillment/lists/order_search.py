"""The search of orders: a condition for each column that a text may match."""

import re

from django.db.models import Q
from django.db.models.expressions import RawSQL

from orders.access import Viewer
from orders.models import OrderLine, Package, SalesChannel

# Of each way to find it, the newest: no search takes longer because a seller has more orders.
MOST_FOUND = 2_000
# Row-level security would keep the planner from the indexes of patterns; see migration 0042.
NUMBERED = "SELECT portal_orders_numbered(%s, %s)"
NAMED = "SELECT portal_orders_named(%s, %s)"
SHORTEST_NAME = 3  # letters in a trigram


def ways_to_find(viewer: Viewer, text: str) -> list[Q]:
    """Return a condition for each column that a search text may match; each has an index."""
    squeezed = "".join(text.split()).upper()
    packages = Package.objects.visible_to(viewer).filter(tracking_number=squeezed)
    # Ids of lines grow with those of their orders, so the limit keeps the newest orders.
    lines = OrderLine.objects.visible_to(viewer).filter(sku=text).order_by("-pk")
    ways = [
        _newest(NUMBERED, text),
        _newest(NUMBERED, f"#{text}"),
        Q(channel__in=SalesChannel.objects.visible_to(viewer), reference=text),
        Q(email__in=[text, text.lower()]),
        Q(pk__in=packages.values("order")),
        Q(pk__in=lines.values("order")[: MOST_FOUND + 1]),
    ]
    words = text.split()
    if max(map(len, words), default=0) >= SHORTEST_NAME:
        # A regular expression uses the trigram index; the text in it is escaped.
        ways.append(_newest(NAMED, [re.escape(word) for word in words]))
    return ways


def _newest(function: str, text: str | list[str]) -> Q:
    return Q(pk__in=RawSQL(function, (text, MOST_FOUND + 1)))  # noqa: S611 - of constants
