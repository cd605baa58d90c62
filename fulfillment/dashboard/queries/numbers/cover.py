"""Stock cover: how many days the stock of a product lasts at the pace of the last four weeks."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import floor
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Sum

from orders.access import Viewer
from orders.models import NumberFact, PackageLine, Product
from warehouse.models import Supply

DAYS = 28
# Under so many units sent in these days, the next order may halve the number.
FEW_UNITS = 10
MOST = 200


class Cover(NamedTuple):
    """A product that was sent lately; `days` is None where too few units were."""

    product: Product
    available: int
    sent: int
    days: float | None

    @property
    def whole_days(self) -> int:
        """The nearest number of days."""
        return floor((self.days or 0) + 0.5)


def stock_cover(viewer: Viewer, today: date) -> tuple[Sequence[Cover], int]:
    """(the products with the least cover first, how many there are); three statements."""
    left = NumberFact.objects.visible_to(viewer).filter(
        number=NumberFact.Number.CYCLE, day__gt=today - timedelta(days=DAYS), day__lte=today
    )
    lines = PackageLine.objects.visible_to(viewer).filter(package__in=left.values("subject_id"))
    sent = _sums(lines.filter(shipment_line__line__product__isnull=False).order_by(),
                 "shipment_line__line__product", Sum("quantity"))  # fmt: skip
    supplies = Supply.objects.visible_to(viewer).filter(product__in=sent).order_by()
    available = _sums(supplies, "product", Sum(F("on_hand") - F("reserved")))
    by_need = sorted(
        ((days(available.get(pk, 0), units), pk) for pk, units in sent.items()),
        key=lambda each: (each[0] is None, each[0] or 0, each[1]),
    )
    shown = by_need[:MOST]
    products = Product.objects.visible_to(viewer).in_bulk([pk for _, pk in shown])
    rows = [Cover(products[pk], available.get(pk, 0), sent[pk], lasts) for lasts, pk in shown]
    return rows, len(by_need)


def days(available: int, sent: int) -> float | None:
    """For how many days units last at the pace at which they were sent."""
    return available * DAYS / sent if sent >= FEW_UNITS else None


def _sums(rows: Any, key: str, total: Sum) -> dict[UUID, int]:
    return dict(rows.values_list(key).annotate(total=total))
