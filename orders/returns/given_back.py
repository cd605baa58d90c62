"""What the shop gave back beside the refunds that we know of; and whether it is known for what.

A shop names the units of a refund, or only its amount. What may be one of our refunds, or the money
of units that were cancelled, is not taken off twice; where it may be either, no amount is exact.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Case, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from orders.events.recording import record
from orders.lifecycle.transitions import move
from orders.models import (
    Charge,
    Discrepancy,
    Event,
    Order,
    OrderLine,
    PackageLine,
    Problem,
    Refund,
    RefundLine,
    Return,
    ShopOrder,
)
from orders.states import DiscrepancyStatus, RefundStatus

# What counts of a refund: what is owed, or what was paid if that is more; of a waived one nothing.
COUNTED = Case(
    When(status=RefundStatus.WAIVED, then=Value(0, BigIntegerField())),
    default=Greatest("amount", Coalesce("paid", "amount")),
)
Price = Callable[[UUID, int], int]  # of the last units of a line


@dataclass(frozen=True, slots=True)
class ShopRefund:
    """A refund that the shop made, and that is none of ours; without `units` it names none."""

    number: str
    worth: int | None
    units: Mapping[str, int]  # {the shop's id of a line: units}

    def is_for(self, refund: Refund) -> bool:
        """Whether it names exactly the units of this refund."""
        parts = refund.lines.select_related("line")
        return self.units == {part.line.shop_line: part.units for part in parts}

    def settles(self, amount: int, fee: int) -> bool:
        """Whether its money is what is owed for these units; the shop may leave a fee to them."""
        return self.worth is not None and 0 < amount <= self.worth <= amount + fee


@dataclass(slots=True)
class GivenBack:
    """What went back of an order for none of its other refunds."""

    units: Counter[UUID] = field(default_factory=Counter)  # cancelled or given back, by line
    unpaid: Counter[UUID] = field(default_factory=Counter)  # those of which no refund is told
    unexplained: Counter[UUID] = field(default_factory=Counter)  # those the shop gave for no reason
    money: int = 0  # for no such units
    is_clear: bool = True


def unmatched(in_shop: ShopOrder | None) -> list[ShopRefund]:
    """The refunds of the shop by which money went, or may have, and that are none of ours."""
    if in_shop is None:
        return []
    told = Refund.objects.filter(order=in_shop.order_id).exclude(shop_refund="")
    ours = set(told.values_list("shop_refund", flat=True))
    found = (
        ShopRefund(
            refund,
            in_shop.paid_back.get(refund),
            {line: int(number) for line, number in removed.items() if int(number) > 0},
        )
        for refund, removed in in_shop.removed.items()
    )
    return [one for one in found if one.number[:60] not in ours and one.worth != 0]


def counted(order: Order, *, but: Refund | None = None) -> int:
    """The sum of the refunds of an order, of each what was paid if that is more."""
    rows = Refund.objects.filter(order=order)
    rows = rows.exclude(pk=but.pk) if but else rows
    total: int = rows.aggregate(n=Sum(COUNTED, default=0))["n"]
    return total


def count_anew(charge: Charge) -> None:
    """Count what is owed or was paid of an order after one of its refunds has changed."""
    charge.owed = counted(charge.order)
    if not charge.is_known:  # at least that
        charge.paid = max(charge.paid, charge.owed)
    charge.elsewhere = max(0, min(charge.elsewhere, charge.paid - charge.owed))
    charge.save(update_fields=["owed", "paid", "elsewhere"])


def covered_units(former: Sequence[Refund]) -> Counter[UUID] | None:
    """{order line: units} that are paid for or waived; None where one of these does not say so."""
    units: Counter[UUID] = Counter()
    for row in former:
        if not row.covers:
            return None
        units.update({UUID(pk): number for pk, number in row.covers["units"].items()})
    return units


def credits_of(order_return: Return, former: Sequence[Refund]) -> set[UUID]:
    """What never came and is refunded all the same: to be, or with a former refund of it."""
    found = order_return.discrepancies.filter(decision=Discrepancy.Decision.CREDIT)
    paid = {UUID(pk) for row in former for pk in row.covers["credits"]}
    rows = found.filter(Q(status=DiscrepancyStatus.DECIDED) | Q(pk__in=paid))
    return set(rows.values_list("pk", flat=True))


def given_back(
    order: Order,
    rows: Sequence[OrderLine],
    in_shop: ShopOrder | None,
    *,
    price: Price,
    but: str = "",
) -> GivenBack:
    """What went back of an order beside our refunds of it; `but`: without this one of the shop."""
    found, told = GivenBack(), refunded_problems(order, rows)
    refunds = [one for one in unmatched(in_shop) if one.number != but]
    open_rows = list(Refund.objects.filter(order=order, shop_refund=""))
    of_lines = RefundLine.objects.filter(refund__in=open_rows).order_by().values_list("line")
    ours = Counter(dict(of_lines.annotate(n=Sum("units"))))
    owed = {one.pk for one in open_rows if one.status == RefundStatus.OWED}
    of_owed = set(RefundLine.objects.filter(refund__in=owed).values_list("line", flat=True))
    named, money = _named(rows, refunds, price, found)
    for row in rows:
        if row.kit_line_id is not None:
            continue
        is_doubtful = named[row.pk] > 0 and row.pk in of_owed
        found.is_clear &= not is_doubtful
        more = max(0, named[row.pk] - ours[row.pk])
        units = row.cancelled + max(told[row.pk], more - row.cancelled)
        found.units[row.pk] = max(0, min(row.ordered, units))
        found.unpaid[row.pk] = max(0, found.units[row.pk] - more)
        found.unexplained[row.pk] = max(0, more - row.cancelled - told[row.pk])
    _offset(found, money, open_rows, price)
    return found


def _named(
    rows: Sequence[OrderLine], refunds: Sequence[ShopRefund], price: Price, found: GivenBack
) -> tuple[Counter[UUID], list[int]]:
    """The units that these refunds name, by line; and the sums that they gave beside these."""
    lines = {row.shop_line: row.pk for row in rows if row.shop_line and row.kit_line_id is None}
    named, money = Counter[UUID](), list[int]()
    for refund in refunds:
        units = Counter({lines[one]: n for one, n in refund.units.items() if one in lines})
        if refund.worth is None:
            named.update(units)
            found.is_clear &= bool(refund.units)
            continue
        value = sum(price(line, number) for line, number in units.items())
        cents = units.total()  # a shop may round each unit otherwise
        if not refund.units or refund.worth + cents < value:
            money.append(refund.worth)
            continue
        named.update(units)
        if refund.worth > value + cents and len(units) == len(refund.units):
            money.append(refund.worth - value)
    return named, money


def _offset(found: GivenBack, money: Sequence[int], ours: Sequence[Refund], price: Price) -> None:
    """Take what may be our refunds, then the units of which no refund is told, off the money."""
    ours_by_sum = Counter(one.paid or one.amount for one in ours)
    is_owed = {one.paid or one.amount for one in ours if one.status == RefundStatus.OWED}
    rest = 0
    for amount in money:
        if ours_by_sum[amount]:
            ours_by_sum[amount] -= 1
            found.is_clear &= amount not in is_owed
        else:
            rest += amount
    if not rest:
        return
    maybe_ours = sum(amount * number for amount, number in ours_by_sum.items())
    unpaid = sum(price(line, units) for line, units in found.unpaid.items())
    found.is_clear &= not maybe_ours and rest == unpaid
    found.money = max(0, rest - maybe_ours - unpaid)


def refunded_problems(order: Order, rows: Sequence[OrderLine]) -> Counter[UUID]:
    """The units that are refunded for a reported problem, by line as it was sold."""
    units = Counter[UUID]()
    refunded = Problem.objects.filter(order=order, answer=Problem.Answer.REFUND)
    for pk, number in refunded.filter(line__isnull=False).values_list("line", "quantity"):
        units[pk] += number
    parcels = PackageLine.objects.filter(package__in=refunded.filter(line=None).values("package"))
    for pk, number in parcels.values_list("shipment_line__line", "quantity"):
        units[pk] += number
    for row in rows:
        if row.kit_line_id and row.units_per_kit and (parts := units.pop(row.pk, 0)):
            units[row.kit_line_id] = max(units[row.kit_line_id], -(-parts // row.units_per_kit))
    return units


def refunded_before(
    order: Order, in_shop: ShopOrder | None, units: Mapping[UUID, int]
) -> ShopRefund | None:
    """The refund of the shop that names exactly these units of a return, and can be of no others.

    They are all that was left of their lines, and no other refund of ours may be it.
    """
    rows = list(OrderLine.objects.filter(order=order))
    back = [row for row in rows if units.get(row.pk)]
    named = {row.shop_line: units[row.pk] for row in back}
    found = [one for one in unmatched(in_shop) if one.worth and one.units == named]
    if in_shop is None or len(found) != 1 or any(row.kit_line_id for row in back):
        return None
    problems, returned = refunded_problems(order, rows), Counter[UUID]()
    ours = RefundLine.objects.filter(refund__order=order).order_by().values_list("line", "units")
    for pk, number in ours:
        returned[pk] += number
    is_all = all(
        units[row.pk] + row.cancelled + returned[row.pk] == row.ordered and not problems[row.pk]
        for row in back
    )
    untold = Refund.objects.filter(order=order, shop_refund="")
    is_other = any(found[0].is_for(one) for one in untold)
    if not is_all or is_other or is_otherwise_explained(found[0], order, in_shop):
        return None
    return found[0]


def tick_off_told(refund: Refund, told: ShopRefund) -> None:
    """Pay a refund that was just written by that which the shop made before."""
    owed_as, now = str(refund.method), timezone.now()
    paid: dict[str, Any] = {"paid": told.worth, "paid_at": now, "shop_refund": told.number[:60]}
    data: dict[str, Any] = {
        "by": "shop",
        "currency": refund.currency,
        "amount": told.worth,
        "owed_as": owed_as,
    }
    move([refund], RefundStatus.PAID, actor=None, changes=paid, **data)
    del data["owed_as"]
    record([Event.of(refund.of_return, "refunded", actor=None, **data, refund=str(refund.pk))])
    count_anew(Charge.objects.select_related("order").get(order=refund.order_id))


def is_refunded_undelivered(order: Order) -> bool:
    """Whether the shop has refunded all units of an order that came back undelivered."""
    in_shop = ShopOrder.objects.filter(order=order).first()
    if in_shop is None or in_shop.payment == ShopOrder.Payment.REFUNDED:
        return in_shop is not None
    named = Counter[str]()
    for one in unmatched(in_shop):
        named.update(one.units)
    back = OrderLine.objects.filter(order=order, kit_line=None, came_back__gt=0)
    counts = list(back.values_list("shop_line", "came_back", "cancelled"))
    return bool(counts) and all(named[line] >= came + gone for line, came, gone in counts)


def is_otherwise_explained(refund: ShopRefund, order: Order, in_shop: ShopOrder) -> bool:
    """Whether a refund of the shop may be of units that were cancelled, or have not been sent."""
    rows = list(OrderLine.objects.filter(order=order))
    given = given_back(order, rows, in_shop, price=lambda _pk, _units: 0, but=refund.number)
    return any(
        given.unpaid[row.pk] or (row.ships and row.shipped + row.cancelled < row.ordered)
        for row in rows
        if not refund.units or row.shop_line in refund.units
    )
