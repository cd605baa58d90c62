"""Count the facts of the figures of a period, and of the period before: a few statements a page."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, BooleanField, Case, Count, FloatField, Min, QuerySet, When

from orders.access import Viewer
from orders.models import NumberFact, NumbersPlace, Seller
from orders.numbers.figures import FEW, FIGURES, Figure

MEDIAN, NINE_OF_TEN = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the seller's calendar, the last included; the period before has as many."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the facts is looked at; an empty field does not filter."""

    channel: UUID | None = None
    carrier: str = ""
    warehouse: UUID | None = None

    def without(self, name: str) -> "Part":
        """The same of all channels, carriers or warehouses."""
        return Part(**{**asdict(self), name: Part.__dataclass_fields__[name].default})

    def given(self) -> dict[str, Any]:
        """As conditions on facts."""
        named = {"channel": self.channel, "carrier": self.carrier, "warehouse": self.warehouse}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many facts of a figure have which outcome; of cycle times the quantiles in seconds."""

    figure: Figure
    outcomes: Counter[str] = field(default_factory=Counter)
    median: float | None = None
    nine_of_ten: float | None = None

    @property
    def total(self) -> int:
        return self.outcomes.total()

    @property
    def counted(self) -> int:
        return sum(self.outcomes[outcome] for outcome in self.figure.counted)

    @property
    def is_few(self) -> bool:
        return self.total < FEW

    @property
    def share(self) -> float | None:
        """In percent; None where there are too few to say, or there is no share of it."""
        if self.is_few or not self.figure.counted:
            return None
        return 100 * self.counted / self.total


class Quantile(Aggregate):
    """The value that so many of the rows do not exceed."""

    function = "percentile_disc"
    template = "percentile_disc(%(part)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def facts_of(
    viewer: Viewer, number: str, period: Period, part: Part, now: datetime
) -> QuerySet[NumberFact]:
    """Select the facts of a number that count in a period by now."""
    rows = NumberFact.objects.visible_to(viewer).filter(
        number=number, day__range=(period.first, period.last), counts_from__lte=now
    )
    return rows.filter(**part.given())


def read_up_to(viewer: Viewer) -> datetime | None:
    """Up to when what happened is counted, of all sellers of a viewer; None: not all was read."""
    places = NumbersPlace.objects.visible_to(viewer).filter(read_at__isnull=False)
    read = places.aggregate(number=Count("pk"), at=Min("read_at"))
    is_all = read["number"] == Seller.objects.visible_to(viewer).count()
    return read["at"] if is_all else None


def tallies(
    viewer: Viewer, period: Period, part: Part, now: datetime
) -> dict[str, tuple[Tally, Tally]]:
    """{figure: (in this period, in the one before)}; two statements."""
    both = Period(period.before.first, period.last)
    is_now = Case(When(day__gte=period.first, then=True), default=False, output_field=_BOOLEAN)
    rows = _all_facts(viewer, both, part, now).annotate(is_now=is_now).order_by()
    counts: dict[tuple[str, bool], Counter[str]] = {}
    for number, of_now, outcome, count in rows.values_list("number", "is_now", "outcome").annotate(
        count=Count("*")
    ):
        counts.setdefault((number, of_now), Counter())[outcome] = count
    took = {
        of_now: (median, most)
        for of_now, median, most in rows.filter(number=NumberFact.Number.CYCLE)
        .values_list("is_now")
        .annotate(median=Quantile("value", part=MEDIAN), most=Quantile("value", part=NINE_OF_TEN))
    }
    return {
        figure.code: (
            _tally(figure, counts.get((figure.number, True)), took.get(True)),
            _tally(figure, counts.get((figure.number, False)), took.get(False)),
        )
        for figure in FIGURES
    }


def members(
    viewer: Viewer, period: Period, part: Part, now: datetime, *, by: str
) -> dict[Any, dict[str, Tally]]:
    """{channel, carrier or warehouse: {figure: tally}} of a period; two statements."""
    rows = _all_facts(viewer, period, part, now).order_by()
    counts: dict[tuple[Any, str], Counter[str]] = {}
    for member, number, outcome, count in rows.values_list(by, "number", "outcome").annotate(
        count=Count("*")
    ):
        counts.setdefault((member, number), Counter())[outcome] = count
    took = {
        member: (median, most)
        for member, median, most in rows.filter(number=NumberFact.Number.CYCLE)
        .values_list(by)
        .annotate(median=Quantile("value", part=MEDIAN), most=Quantile("value", part=NINE_OF_TEN))
    }
    return {
        member: {
            figure.code: _tally(figure, counts.get((member, figure.number)), took.get(member))
            for figure in FIGURES
        }
        for member in dict.fromkeys(member for member, _ in counts)
    }


def by_day(
    viewer: Viewer, figure: Figure, period: Period, part: Part, now: datetime
) -> dict[date, Counter[str]]:
    """{day: {outcome: count}}, every day of the period; one statement."""
    found: dict[date, Counter[str]] = {
        period.first + timedelta(days=number): Counter() for number in range(period.days)
    }
    rows = facts_of(viewer, figure.number, period, part, now).order_by()
    for day, outcome, count in rows.values_list("day", "outcome").annotate(count=Count("*")):
        found[day][outcome] = count
    return found


_BOOLEAN = BooleanField()


def _all_facts(viewer: Viewer, period: Period, part: Part, now: datetime) -> QuerySet[NumberFact]:
    rows = NumberFact.objects.visible_to(viewer).filter(
        number__in=NumberFact.Number.values,
        day__range=(period.first, period.last),
        counts_from__lte=now,
    )
    return rows.filter(**part.given())


def _tally(
    figure: Figure, outcomes: Counter[str] | None, took: tuple[float, float] | None
) -> Tally:
    median, most = took if took and figure.number == NumberFact.Number.CYCLE else (None, None)
    return Tally(figure, outcomes or Counter(), median, most)
