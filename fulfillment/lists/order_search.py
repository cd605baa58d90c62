"""The search of orders: a condition for each column that a text may match."""

import re

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.expressions import Combinable

from fulfillment.keyset import CappedCount
from orders.access import Viewer
from orders.models import OrderLine, Package, Return, SalesChannel
from warehouse.models import PackedSerial

# Of each way to find it, the newest: no search takes longer because a seller has more orders.
MOST_FOUND = 2_000
# Row-level security would keep the planner from the indexes of patterns; see migration 0042.
NUMBERED, NAMED, TITLED = "portal_orders_numbered", "portal_orders_named", "portal_orders_titled"
PHONED, POSTED = "portal_orders_phoned", "portal_orders_posted"
SHORTEST_NAME = 3  # letters in a trigram
PHONE = re.compile(r"\+?[\d\s()./-]+")
FEWEST_DIGITS = 5  # of a phone's end: fewer are those of an order's number


def ways_to_find(viewer: Viewer, text: str, *, most: int = MOST_FOUND) -> list[Q]:
    """Return a condition for each column that a search text may match; each has an index.

    `most`: how many orders are wanted, where the newest of all that are found are enough.
    """
    squeezed = "".join(text.split()).upper()
    packages = Package.objects.visible_to(viewer).filter(tracking_number=squeezed)
    returns = Return.objects.visible_to(viewer).filter(number=squeezed)
    serials = PackedSerial.objects.visible_to(viewer)
    serials = serials.filter(number__in=[text, text.upper(), text.lower()])
    lines = _lines(viewer, text)
    return [
        *(_newest(function, given, most) for function, given in _searches(text)),
        Q(channel__in=SalesChannel.objects.visible_to(viewer), reference=text),
        Q(email__in=[text, text.lower()]),
        Q(pk__in=packages.values("order")),
        Q(pk__in=returns.values("order")),
        Q(pk__in=serials.values("package_line__package__order")),
        Q(pk__in=lines.values("order")[: MOST_FOUND + 1]),
    ]


def found_by_each(viewer: Viewer, text: str) -> list[Combinable]:
    """How many each way with a limit finds: where one finds more than MOST_FOUND, some are left."""
    counts: list[Combinable] = [
        Func(_found(function, given), function="CARDINALITY", output_field=IntegerField())
        for function, given in _searches(text)
    ]
    return [*counts, CappedCount(_lines(viewer, text), most=MOST_FOUND)]


def _searches(text: str) -> list[tuple[str, str | list[str]]]:
    """The functions of the database that look for a text, and what each is given."""
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    digits = digits.lstrip("0")  # 0151 and 0049 151 are +49151
    searches: list[tuple[str, str | list[str]]] = [
        (NUMBERED, text),
        (NUMBERED, f"#{text}"),
        (POSTED, "".join(text.split()).upper()),
    ]
    if len(digits) >= FEWEST_DIGITS and PHONE.fullmatch(text):
        searches.append((PHONED, digits))
    words = text.split()
    if max(map(len, words), default=0) >= SHORTEST_NAME:
        searches += [(NAMED, words), (TITLED, words)]
    return searches


def _lines(viewer: Viewer, text: str) -> QuerySet[OrderLine]:
    """Lines of a SKU. Their ids grow with those of their orders: a limit keeps the newest."""
    rows: QuerySet[OrderLine] = OrderLine.objects.visible_to(viewer).filter(sku=text)
    return rows.order_by("-pk")


def _found(function: str, given: str | list[str], most: int = MOST_FOUND) -> Func:
    if function == TITLED:  # it finds lines, of which several may be of one order
        most = MOST_FOUND
    output = ArrayField(TextField()) if isinstance(given, list) else TextField()
    return Func(
        Value(given, output),
        Value(most + 1),
        template="ARRAY(SELECT %(function)s(%(expressions)s))",
        function=function,
        output_field=ArrayField(UUIDField()),
    )


def _newest(function: str, given: str | list[str], most: int) -> Q:
    """The orders that a function of the database finds; with IN it might be asked for each row."""
    return Q(
        Func(
            F("pk"),
            _found(function, given, most),
            template="%(expressions)s)",
            arg_joiner=" = ANY(",
            output_field=BooleanField(),
        )
    )
