"""What the page of returned units shows: by product and reason, beside the period before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from orders.access import Viewer
from orders.models import Product, Return
from orders.numbers.counting import Period
from orders.numbers.figures import FEW
from orders.numbers.returned import (
    Back,
    Often,
    Paid,
    all_back,
    often_back,
    recovered,
    refunds_paid,
    units_back,
)
from orders.numbers.wording import (
    AS_BEFORE,
    FEW_BEFORE,
    FEW_WORDS,
    SOME,
    duration,
    points_since,
)
from orders.values.money import plain
from orders.words import say, say_later
from orders.words.writing import percent

NOTHING = Back()
UNKNOWN = say_later("Product not in the catalogue")
MOST, MOST_BARS = 200, 8
FATES = {
    "restocked": "back in stock",
    "refurbished": "back in stock as used",
    "written_off": "written off",
    "sent_back": "sent back to the customer",
}
# The condition in which they came, as the worker graded them.
GRADES = {"grade_a": "as new", "grade_b": "used", "grade_c": "damaged"}
# The height of a row with the two bars of a product, and the width of the widest one.
ROW, WIDEST = 54, 480
HEADS = [
    "By", "Name", "SKU", "First day", "Last day", "Units arrived", "Units returned", "Percent",
    "Units arrived before", "Units returned before", "Percent before",
    *(f"Units {words}" for words in (*FATES.values(), *GRADES.values())),
]  # fmt: skip


class Share(NamedTuple):
    """Units of some that arrived, in words: the share, or that there are too few to say."""

    units: int
    delivered: int
    value: str


class ProductRow(NamedTuple):
    """A product with its share now and before, and the units by reason, the most first."""

    pk: UUID | None
    title: str
    sku: str
    now: Share
    before: Share
    reasons: Sequence[tuple[str, str, int]]
    back: Back
    former: Back


class ReasonRow(NamedTuple):
    """A reason with its share of all that arrived, now and before."""

    code: str
    label: str
    now: Share
    before: Share


class Bars(NamedTuple):
    """A product in the chart: the lengths of its two bars, and where they begin."""

    row: ProductRow
    y: int
    now: float
    before: float | None


class Returned(NamedTuple):
    """The whole page."""

    total: Share
    change: str
    direction: str
    products: Sequence[ProductRow]
    more: int
    reasons: Sequence[ReasonRow]
    bars: Sequence[Bars]
    chart_height: int
    fates: Sequence[tuple[int, str]]
    inspected: int
    grades: Sequence[tuple[int, str]]
    graded: int
    sold_again: Sequence[tuple[int, str]]
    paid: Paid
    median: str
    nine_of_ten: str
    often: Sequence[Often]


def returned_of(viewer: Viewer, period: Period) -> Returned:
    """Count and word what came back of what arrived in a period; nine statements."""
    now, before = units_back(viewer, period), units_back(viewer, period.before)
    rows = product_rows(viewer, now, before)
    total, former = all_back(now), all_back(before)
    paid, bars = refunds_paid(viewer, period), list(_bars(rows))
    change, direction = _change(total, former)
    is_said = paid.number >= FEW
    return Returned(
        total=share(total),
        change=change,
        direction=direction,
        products=rows[:MOST],
        more=len(rows[MOST:]),
        reasons=list(_reasons(total, former)),
        bars=bars,
        chart_height=ROW * len(bars),
        fates=[(total.fates[code], say(words)) for code, words in FATES.items()],
        inspected=total.fates.total(),
        grades=[(total.grades[code], say(words)) for code, words in GRADES.items()],
        graded=total.grades.total(),
        sold_again=[
            (one.units, plain(one.price, one.currency) if one.currency else "")
            for one in recovered(viewer, period)
        ],
        paid=paid,
        median=duration(paid.median or 0) if is_said else str(FEW_WORDS),
        nine_of_ten=duration(paid.nine_of_ten or 0) if is_said else "",
        often=often_back(viewer, period),
    )


def table_of(viewer: Viewer, period: Period) -> Iterator[list[object]]:
    """Rows of the file: the total, then each reason, then each product."""
    now, before = units_back(viewer, period), units_back(viewer, period.before)
    total, former = all_back(now), all_back(before)
    yield list(HEADS)
    yield _line("total", "", "", period, total, former)
    for row in _reasons(total, former):
        figures = [*_three(total, row.now.units), *_three(former, row.before.units)]
        blank = [""] * (len(FATES) + len(GRADES))
        yield ["reason", row.label, "", period.first, period.last, *figures, *blank]
    for one in product_rows(viewer, now, before):
        yield _line("product", one.title, one.sku, period, one.back, one.former)


def product_rows(
    viewer: Viewer, now: Mapping[UUID | None, Back], before: Mapping[UUID | None, Back]
) -> list[ProductRow]:
    """The products of which something arrived, the highest share first; one statement."""
    named = Product.objects.visible_to(viewer).in_bulk([pk for pk in now if pk])
    rows = []
    for pk, back in now.items():
        product, former = named.get(pk) if pk else None, before.get(pk, NOTHING)
        rows.append(
            ProductRow(
                pk=pk,
                title=product.title if product else str(UNKNOWN),
                sku=product.sku if product else "",
                now=share(back),
                before=share(former),
                reasons=[(code, _label(code), n) for code, n in back.reasons.most_common()],
                back=back,
                former=former,
            )
        )
    return sorted(
        rows, key=lambda row: (row.back.rate is None, -(row.back.rate or 0), -row.back.units,
                               row.title, row.sku),
    )  # fmt: skip


def share(back: Back, units: int | None = None) -> Share:
    """The share of all units that are back, or of some of them."""
    number = back.units if units is None else units
    value = back.share(number)
    return Share(number, back.delivered, str(FEW_WORDS) if value is None else percent(value))


def _reasons(total: Back, former: Back) -> Iterator[ReasonRow]:
    seen = total.reasons + former.reasons
    for code in sorted(seen, key=lambda code: (-total.reasons[code], code)):
        now, before = share(total, total.reasons[code]), share(former, former.reasons[code])
        yield ReasonRow(code, _label(code), now, before)


def _bars(rows: Sequence[ProductRow]) -> Iterator[Bars]:
    """The products with the highest share, where there are enough units to say it."""
    shown = [row for row in rows if row.back.rate][:MOST_BARS]
    rates = [rate for row in shown for rate in (row.back.rate, row.former.rate)]
    most = max((rate for rate in rates if rate is not None), default=1)
    for place, row in enumerate(shown):
        now, before = row.back.rate or 0, row.former.rate
        yield Bars(
            row,
            y=place * ROW,
            now=round(WIDEST * now / most, 1),
            before=None if before is None else round(WIDEST * before / most, 1),
        )


def _change(now: Back, before: Back) -> tuple[str, str]:
    """(what changed since the period before, "better", "worse" or "")."""
    if now.rate is None:
        return "", ""
    if before.rate is None:
        return str(FEW_BEFORE), ""
    points = now.rate - before.rate
    if abs(points) < SOME:
        return str(AS_BEFORE), ""
    return points_since(points, before.rate), "worse" if points > 0 else "better"


def _line(by: str, name: str, sku: str, period: Period, now: Back, before: Back) -> list[object]:
    figures = [*_three(now, now.units), *_three(before, before.units)]
    seen = [*(now.fates[code] for code in FATES), *(now.grades[code] for code in GRADES)]
    return [by, name, sku, period.first, period.last, *figures, *seen]


def _three(back: Back, units: int) -> list[object]:
    """Arrived, returned, percent; the last is empty where there are too few to say."""
    value = back.share(units)
    return [back.delivered, units, "" if value is None else f"{value:.1f}"]


def _label(code: str) -> str:
    return say(str(Return.Reason(code).label))
