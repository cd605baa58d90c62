"""The search of orders: a condition for each column that a text may match."""

import re

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, TextField, UUIDField, Value

from orders.access import Viewer
from orders.models import OrderLine, Package, Return, SalesChannel

# Of each way to find it, the newest: no search takes longer because a seller has more orders.
MOST_FOUND = 2_000
# Row-level security would keep the planner from the indexes of patterns; see migration 0042.
NUMBERED, NAMED, TITLED = "portal_orders_numbered", "portal_orders_named", "portal_orders_titled"
PHONED, POSTED = "portal_orders_phoned", "portal_orders_posted"
SHORTEST_NAME = 3  # letters in a trigram
PHONE = re.compile(r"\+?[\d\s()./-]+")
FEWEST_DIGITS = 5  # of a phone's end: fewer are those of an order's number


def ways_to_find(viewer: Viewer, text: str) -> list[Q]:
    """Return a condition for each column that a search text may match; each has an index."""
    squeezed = "".join(text.split()).upper()
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    digits = digits.lstrip("0")  # 0151 and 0049 151 are +49151
    packages = Package.objects.visible_to(viewer).filter(tracking_number=squeezed)
    returns = Return.objects.visible_to(viewer).filter(number=squeezed)
    # Ids of lines grow with those of their orders, so the limit keeps the newest orders.
    lines = OrderLine.objects.visible_to(viewer).filter(sku=text).order_by("-pk")
    ways = [
        _newest(NUMBERED, text),
        _newest(NUMBERED, f"#{text}"),
        Q(channel__in=SalesChannel.objects.visible_to(viewer), reference=text),
        Q(email__in=[text, text.lower()]),
        Q(pk__in=packages.values("order")),
        Q(pk__in=returns.values("order")),
        Q(pk__in=lines.values("order")[: MOST_FOUND + 1]),
        _newest(POSTED, squeezed),
    ]
    if len(digits) >= FEWEST_DIGITS and PHONE.fullmatch(text):
        ways.append(_newest(PHONED, digits))
    words = text.split()
    if max(map(len, words), default=0) >= SHORTEST_NAME:
        ways += [_newest(NAMED, words), _newest(TITLED, words)]
    return ways


def _newest(function: str, given: str | list[str]) -> Q:
    """The orders that a function of the database finds; with IN it might be asked for each row."""
    output = ArrayField(TextField()) if isinstance(given, list) else TextField()
    found = Func(
        Value(given, output),
        Value(MOST_FOUND + 1),
        template="ARRAY(SELECT %(function)s(%(expressions)s))",
        function=function,
        output_field=ArrayField(UUIDField()),
    )
    return Q(
        Func(
            F("pk"),
            found,
            template="%(expressions)s)",
            arg_joiner=" = ANY(",
            output_field=BooleanField(),
        )
    )
