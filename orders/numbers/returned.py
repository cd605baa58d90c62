"""Returns by product and reason: of the units that arrived in a period, how many came back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Lower

from orders.access import Viewer
from orders.models import OrderLine, PackageLine, Refund, Return, ReturnLine
from orders.numbers.counting import MEDIAN, NINE_OF_TEN, Period, Quantile
from orders.numbers.figures import FEW
from orders.states import RefundStatus, ReturnStatus

# What an inspection says of the units that came back.
FATES = ("restocked", "refurbished", "written_off", "sent_back")
GRADES = ("grade_a", "grade_b", "grade_c")
NOT_BACK = (ReturnStatus.REFUSED, ReturnStatus.CANCELLED)
YEAR = timedelta(days=365)
OFTEN = 3  # returns of a person in a year
MOST_PERSONS = 50


@dataclass(slots=True)
class Back:
    """Units of a product, or of all, that arrived, and how many of them are in returns, by reason.

    `fates`: what the inspection said of those that it has seen; `grades`: in which condition.
    """

    delivered: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)

    @property
    def units(self) -> int:
        return self.reasons.total()

    @property
    def rate(self) -> float | None:
        """In percent; None where too few arrived to say."""
        return self.share(self.units)

    def share(self, units: int) -> float | None:
        return None if self.delivered < FEW else 100 * units / self.delivered

    def add(self, other: "Back") -> None:
        self.delivered += other.delivered
        self.reasons += other.reasons
        self.fates += other.fates
        self.grades += other.grades


class Recovered(NamedTuple):
    """Units that can be sold again, and their price, in minor units of a currency."""

    currency: str
    units: int
    price: int


class Often(NamedTuple):
    """A person who sends much back; found by e-mail address, so nobody who was erased."""

    seller: str
    email: str
    returns: int
    orders: int


class Paid(NamedTuple):
    """How many refunds were paid, and how long half, and nine of ten, took: in seconds."""

    number: int
    median: float | None
    nine_of_ten: float | None


def moments(period: Period, zone: str) -> tuple[datetime, datetime]:
    """The begin of a period in a time zone, and its end, which is no part of it."""
    first, last = period.first, period.last + timedelta(days=1)
    begin, end = (datetime.combine(day, time.min, ZoneInfo(zone)) for day in (first, last))
    return begin, end


def arrived_lines(viewer: Viewer, period: Period) -> QuerySet[OrderLine]:
    """Select order lines of which the last parcel that came, came in a period."""
    begin, end = moments(period, viewer.zone)
    parcels = PackageLine.objects.visible_to(viewer)
    came = parcels.filter(package__delivered_at__gte=begin, package__delivered_at__lt=end)
    later = PackageLine.objects.filter(
        shipment_line__line=OuterRef("pk"), package__delivered_at__gte=end
    )
    rows: QuerySet[OrderLine] = OrderLine.objects.visible_to(viewer)
    return rows.filter(
        ~Exists(later), pk__in=came.values("shipment_line__line"), delivered__gt=0
    ).order_by()


def lines_back(
    viewer: Viewer, period: Period, *, product: UUID | None = None, reason: str = ""
) -> QuerySet[ReturnLine]:
    """Select what is in returns of the lines that arrived in a period, with its `units`.

    Those on their way count; of a closed return only what came.
    """
    arrived = arrived_lines(viewer, period)
    if product:
        arrived = arrived.filter(product=product)
    came = When(order_return__status=ReturnStatus.CLOSED, then=F("received"))
    units = Case(came, default=F("requested") + F("unexpected"), output_field=IntegerField())
    rows: QuerySet[ReturnLine] = ReturnLine.objects.visible_to(viewer).filter(line__in=arrived)
    rows = rows.exclude(order_return__status__in=NOT_BACK)
    rows = rows.exclude(order_return__reason=Return.Reason.UNDELIVERABLE)
    if reason:
        rows = rows.filter(order_return__reason=reason)
    return rows.annotate(units=units).filter(units__gt=0)


def units_back(viewer: Viewer, period: Period) -> dict[UUID | None, Back]:
    """{product: its units that arrived, and those in returns}; two statements."""
    found: dict[UUID | None, Back] = {}
    delivered = arrived_lines(viewer, period).values_list("product")
    for product, units in delivered.annotate(sum=Sum("delivered")):
        found[product] = Back(units)
    sums: dict[str, Any] = {f"all_{name}": Sum(name) for name in ("units", *FATES, *GRADES)}
    rows = lines_back(viewer, period).order_by()
    for product, reason, units, *seen in rows.values_list(
        "line__product", "order_return__reason"
    ).annotate(**sums):
        back = found.setdefault(product, Back(0))  # delivered between the two statements
        back.reasons[reason] += units
        back.fates.update(dict(zip(FATES, seen, strict=False)))
        back.grades.update(dict(zip(GRADES, seen[len(FATES) :], strict=True)))
    return found


def all_back(found: dict[UUID | None, Back]) -> Back:
    """The sums over all products."""
    total = Back()
    for one in found.values():
        total.add(one)
    return total


def recovered(viewer: Viewer, period: Period) -> Sequence[Recovered]:
    """What can be sold again, at the price at which it was sold; a part of a kit has none."""
    good = F("restocked") + F("refurbished")
    price = Sum(good * F("line__unit_price"), output_field=BigIntegerField())
    rows = lines_back(viewer, period).filter(inspected__gt=0).order_by("line__order__currency")
    sums = rows.values_list("line__order__currency").annotate(number=Sum(good), price=price)
    return [Recovered(*row) for row in sums if row[1]]


def refunds_paid(viewer: Viewer, period: Period) -> Paid:
    """Refunds that were paid in a period, and how long after the request; one statement."""
    begin, end = moments(period, viewer.zone)
    rows = Refund.objects.visible_to(viewer).filter(
        Q(paid__gt=0) | Q(paid=None), status=RefundStatus.PAID, paid_at__gte=begin, paid_at__lt=end
    )
    took = Func(
        F("paid_at") - Coalesce("order_return__created_at", "former_of__created_at"),
        template="EXTRACT(epoch FROM %(expressions)s)",
        output_field=FloatField(),
    )
    told = rows.order_by().annotate(took=took).aggregate(
        number=Count("pk"),
        median=Quantile("took", part=MEDIAN),
        most=Quantile("took", part=NINE_OF_TEN),
    )  # fmt: skip
    return Paid(told["number"], told["median"], told["most"])


def often_back(viewer: Viewer, period: Period) -> Sequence[Often]:
    """Persons with several returns in the year that ends with a period, the most first."""
    _, end = moments(period, viewer.zone)
    rows = Return.objects.visible_to(viewer).filter(created_at__gte=end - YEAR, created_at__lt=end)
    rows = rows.exclude(status__in=NOT_BACK).exclude(reason=Return.Reason.UNDELIVERABLE)
    persons = (
        rows.exclude(order__email="")
        .order_by()
        .annotate(email=Lower("order__email"))
        .values_list("seller__name", "email")
        .annotate(number=Count("pk"), orders=Count("order", distinct=True))
        .filter(number__gte=OFTEN)
        .order_by("-number", "seller__name", "email")
    )
    return [Often(*row) for row in persons[:MOST_PERSONS]]
