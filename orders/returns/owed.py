"""What is owed for a return: its units at their price, with their shares of the order's charge.

Of a line the units that come back are counted from its first, what was cancelled or refunded for no
return from its last: so two returns never share a unit, and together they get exactly the whole.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.utils import timezone

from orders.events.recording import record
from orders.lifecycle.kits import by_kit
from orders.models import (
    Charge,
    Event,
    Order,
    OrderLine,
    Refund,
    RefundLine,
    Return,
    ShopOrder,
    User,
)
from orders.returns.exchanged import (
    cheaper_units,
    evened_units,
    is_sold,
    paid_order,
    refunded_units,
    unsettled_gap,
)  # fmt: skip
from orders.returns.given_back import (
    COUNTED,
    GivenBack,
    ShopRefund,
    covered_units,
    credits_of,
    given_back,
    refunded_before,
    tick_off_told,
)  # fmt: skip
from orders.returns.shares import of_units, split
from orders.returns.terms import method_of, promise_of_refund, returns_shipping
from orders.states import RefundStatus


@dataclass(slots=True)
class _Line:
    """A line as it was sold, with its shares, and how many of its units were given back so far."""

    line: OrderLine
    discount: int = 0
    tax: int = 0
    returned: int = 0  # in earlier refunds
    elsewhere: int = 0  # cancelled, or refunded for no return
    now: int = 0

    @property
    def is_back(self) -> bool:
        """Whether all units that were sent of it have come back, or none was to be sent."""
        kept = self.line.ordered - self.line.cancelled
        return not (self.line.ships or self.line.is_kit) or self.returned + self.now >= kept

    def value(self, begin: int, end: int) -> int:
        """What the customer paid for these units of it."""
        return self.line.unit_price * (end - begin) - self._off(begin, end) + self._on(begin, end)

    def part(self) -> RefundLine:
        begin, end = self.returned, self.returned + self.now
        return RefundLine(
            seller_id=self.line.seller_id,
            line=self.line,
            units=self.now,
            goods=self.line.unit_price * self.now,
            discount=self._off(begin, end),
            tax=self._on(begin, end),
        )

    def _off(self, begin: int, end: int) -> int:
        return of_units(self.discount, self.line.ordered, begin, end)

    def _on(self, begin: int, end: int) -> int:
        return of_units(self.tax, self.line.ordered, begin, end)


@dataclass(slots=True)
class _Account:
    """What an order cost, and what of it was given back before this return."""

    order: Order
    charge: Charge
    lines: dict[UUID, _Line]
    others: dict[str, int]  # sums of the other refunds
    former: list[Refund]  # those of this return that are paid or waived
    is_exact: bool
    given: GivenBack = field(default_factory=GivenBack)
    gap: int = 0  # by which what is sent in exchange was cheaper, less what is settled of it
    cheaper: dict[str, list[int]] = field(default_factory=dict)  # {line: [units, amount]}
    is_open: bool = False  # something is owed, and nobody knows how much
    parts: list[RefundLine] = field(default_factory=list)


def owe_refund(order_return: Return, *, actor: User | None) -> Refund | None:
    """Write down what is owed for a closed return, whose order is locked; None for nothing.

    Again when more of it is to be refunded: what was paid or waived stays, and the rest is a refund
    of its own, with a date of its own.
    """
    last = Refund.objects.filter(order_return=order_return).first()
    is_over = last is not None and last.status != RefundStatus.OWED and not last.is_nothing
    former = list(order_return.former_refunds.all()) + ([last] if last and is_over else [])
    covered = covered_units(former)
    if order_return.is_undeliverable or covered is None:
        return last
    order = Order.objects.select_related("seller").get(pk=order_return.order_id)
    in_shop = ShopOrder.objects.filter(order=order).first()
    credits = credits_of(order_return, former)
    units = refunded_units(order_return, of_credits=credits) - covered
    cheaper = cheaper_units(order_return)
    gap = unsettled_gap(cheaper, former)
    is_first = not (last or credits or gap)
    told = _told_before(order_return, order, in_shop, units) if is_first else None
    is_taken = in_shop is None or told or in_shop.payment not in ShopOrder.NOT_TAKEN
    if not (units or gap > 0) or not order.currency or not is_taken:
        return last
    account = _account(order, in_shop, former, but=None if is_over else last, told=told)
    account.gap, account.cheaper = gap, cheaper
    _take(account, units)
    _open_replaced(account, units)
    if last and last.is_nothing:  # more came to it: begin anew
        last.delete()
        last = None
    covers = {
        "units": {str(pk): number for pk, number in sorted(units.items())},
        "credits": sorted(str(pk) for pk in credits),
    }
    refund = _write(account, order_return, last, covers, actor, told=told)
    if refund and told:
        tick_off_told(refund, told)
    return refund


def most_paid_first(refund: Refund) -> int | None:
    """What was paid for what was given up for these goods, and is left; in minor units.

    None where they were sent in place of nothing, where nobody knows, and for what was sold.
    """
    order, first = refund.order, paid_order(refund.order)
    back = Return.objects.filter(exchange=order).first()
    if first is None or (back and is_sold(back)):
        return None
    account = _account(
        first, ShopOrder.objects.filter(order=first).first(), [], but=None, told=None
    )
    units = evened_units(back) if back else Counter[UUID]()
    if back and not units:
        return 0
    if not account.charge.is_known:
        return None
    _count(account)
    others = Refund.objects.filter(order__lines__replaces__order=first).exclude(pk=refund.pk)
    spent = Refund.objects.filter(pk__in=others.values("pk")).aggregate(n=Sum(COUNTED, default=0))
    left = account.charge.paid - account.charge.elsewhere - account.others["amount"] - spent["n"]
    mine = sum(account.lines[pk].value(0, n) for pk, n in units.items() if pk in account.lines)
    return int(max(0, min(left, mine) if mine else left))


def _told_before(
    order_return: Return, order: Order, in_shop: ShopOrder | None, units: Mapping[UUID, int]
) -> ShopRefund | None:
    """The refund of the shop that can only be the one of this return, which is not written yet."""
    if told := refunded_before(order, in_shop, units):
        account = _account(order, in_shop, [], but=None, told=told)
        _take(account, units)
        _open_replaced(account, units)
        sums = _sums(account, order_return, None)
        if account.parts and told.settles(sums["amount"], sums["fee"]):
            return told
    return None


def _account(
    order: Order,
    in_shop: ShopOrder | None,
    former: list[Refund],
    *,
    but: Refund | None,
    told: ShopRefund | None,
) -> _Account:
    """What an order cost, and what of it is in its refunds; without `but`, `told` of the shop."""
    charge = Charge.objects.filter(order=order).first()
    charge = charge or Charge(seller_id=order.seller_id, order=order, is_known=False)
    rows = list(OrderLine.objects.filter(order=order).order_by("position", "pk"))
    sold = [row for row in rows if row.kit_line_id is None]
    prices = [row.unit_price * row.ordered for row in sold]
    discounts = split(min(charge.discount, sum(prices)), prices)
    taxes = split(charge.tax, prices)
    lines = {
        row.pk: _Line(row, off, on) for row, off, on in zip(sold, discounts, taxes, strict=True)
    }
    account = _Account(order, charge, lines, {}, former, is_exact=charge.is_known)
    _add_returned(account, but)
    _add_elsewhere(account, rows, in_shop, but=told.number if told else "")
    return account


def _add_returned(account: _Account, but: Refund | None) -> None:
    others = Refund.objects.filter(order=account.order).exclude(pk__in=[but.pk] if but else [])
    account.others = others.aggregate(
        amount=Sum(COUNTED, default=0), shipping=Sum("shipping", default=0)
    )
    parts = RefundLine.objects.filter(refund__in=others).order_by().values_list("line")
    for line_id, units in parts.annotate(n=Sum("units")):
        account.lines[line_id].returned = units


def _add_elsewhere(
    account: _Account, rows: Sequence[OrderLine], in_shop: ShopOrder | None, *, but: str
) -> None:
    """Count the units that were cancelled, and what the shop gave back for no return."""

    def price(line_id: UUID, units: int) -> int:
        line = account.lines[line_id]
        return line.value(max(0, line.line.ordered - units), line.line.ordered)

    account.given = given_back(account.order, rows, in_shop, price=price, but=but)
    account.is_exact &= account.given.is_clear
    for pk, line in account.lines.items():
        line.elsewhere = max(0, min(line.line.ordered - line.returned, account.given.units[pk]))


def _take(account: _Account, units: Mapping[UUID, int]) -> None:
    """Put the units of the return on the lines as they were sold; a part of a kit has no price."""
    rows = list(OrderLine.objects.filter(order=account.order).order_by("position", "pk"))
    for sold in by_kit(rows, units):
        if sold.kit:
            account.is_open |= sold.kit.unit_price > 0
            continue
        line = account.lines[sold.line.pk]
        given = min(account.given.unexplained[sold.line.pk], line.elsewhere)
        others = line.line.ordered - line.returned - line.elsewhere + given - sold.units
        if given and sold.units and others > 0:  # of these units, or of those the customer keeps
            account.is_exact = account.given.is_clear = False
        line.now = min(sold.units, line.line.ordered - line.elsewhere - line.returned)
    account.parts = [line.part() for line in account.lines.values() if line.now > 0]


def _open_replaced(account: _Account, units: Mapping[UUID, int]) -> None:
    """What was sent again has no price: it was paid with another order, of which nobody asks.

    However often it was: what it is sent for may itself have been sent again.
    """
    lines = set(units)
    while lines and not account.is_open:
        back = OrderLine.objects.filter(pk__in=lines)
        again = OrderLine.objects.filter(Q(pk__in=back) | Q(pk__in=back.values("kit_line")))
        former = list(
            again.filter(replaces__isnull=False).values_list(
                "replaces", "replaces__unit_price", "replaces__kit_line__unit_price"
            )
        )
        account.is_open |= any(price or of_kit for _, price, of_kit in former)
        lines = {line_id for line_id, *_ in former if line_id}
    account.is_exact &= not account.is_open


def _write(
    account: _Account,
    order_return: Return,
    last: Refund | None,
    covers: dict[str, Any],
    actor: User | None,
    *,
    told: ShopRefund | None,
) -> Refund | None:
    """Write the refund that is owed: `last`, or a further one where that is settled."""
    known = last if last and last.status == RefundStatus.OWED else None
    sums = _sums(account, order_return, known)
    is_known = known and known.is_exact == account.is_exact
    is_known = is_known and all(getattr(known, name) == value for name, value in sums.items())
    if known and is_known and known.covers != covers:
        known.covers = covers
        known.save(update_fields=["covers"])
    # Where the fee or a discount takes all of it nothing is paid; its units have come back all the
    # same. Where not all is known, or it was paid with another order, the seller names the amount.
    is_zero = account.is_open or (account.charge.paid > 0 and bool(account.parts))
    is_nothing = known is None and is_zero and not sums["amount"] and account.is_exact
    # Of what nobody knows the seller decides, also where nothing seems to be left.
    is_there = sums["amount"] or is_zero or known or not account.given.is_clear
    if is_known or not is_there or (is_nothing and account.former):
        return last
    is_owed = not (is_nothing or told)
    refund = known or further_refund(order_return, account.order, last, is_promised=is_owed)
    if is_nothing:
        refund.status, refund.paid, refund.paid_at = RefundStatus.PAID, 0, refund.owed_at
    for name, value in sums.items():
        setattr(refund, name, value)
    refund.is_exact, refund.covers = account.is_exact, covers
    refund.differences = account.cheaper if refund.difference > 0 else {}
    account.charge.owed = account.others["amount"] + refund.amount
    account.charge.save()
    refund.save()
    refund.lines.all().delete()
    for part in account.parts:
        part.refund = refund
    RefundLine.objects.bulk_create(account.parts)
    if is_owed:
        tell_owed(refund, actor=actor)
    return refund


def tell_owed(refund: Refund, *, actor: User | None) -> Event:
    """Record what is owed now: shops and webhooks are told so."""
    data = {"amount": refund.amount, "currency": refund.currency}
    event = Event.of(refund, "owed", actor=actor, **data)
    record([event])
    return event


def further_refund(
    order_return: Return, order: Order, last: Refund | None, *, is_promised: bool = True
) -> Refund:
    """The refund of a return that is to be written; `last`, which is settled, is a former one."""
    if last:
        Refund.objects.filter(pk=last.pk).update(order_return=None, former_of=order_return)
    now = timezone.now()
    return Refund(
        seller_id=order.seller_id,
        order=order,
        order_return=order_return,
        currency=order.currency,
        method=method_of(order, order_return),
        promise=promise_of_refund(order, now) if is_promised else None,
        owed_at=now,
        goods=0,
        amount=0,
        covers={"units": {}, "credits": []},
    )


def _sums(account: _Account, order_return: Return, known: Refund | None) -> dict[str, int]:
    """The amounts of the refund; together never more than is left of what was paid."""
    charge, parts = account.charge, account.parts
    shipping = 0
    if returns_shipping(account.order) and all(line.is_back for line in account.lines.values()):
        shipping = charge.shipping - account.others["shipping"]
    goods, discount, tax = (
        sum(getattr(part, name) for part in parts) for name in ("goods", "discount", "tax")
    )
    _count(account)
    left = charge.paid - charge.elsewhere - account.others["amount"]
    difference = max(account.gap, -(goods - discount + tax + shipping))
    # Whatever was edited or given back since: what is over the rest of the money is not owed.
    discount += max(0, goods - discount + tax + shipping + difference - left)
    paid = [row for row in account.former if row.status == RefundStatus.PAID]
    fee = order_return.fee - sum(row.fee for row in paid)
    whole = goods - discount + tax + shipping + difference
    fee = min(max(0, fee), whole)
    amount = whole - fee
    goodwill = min(known.goodwill if known else 0, left - amount)
    return {
        "goods": goods, "discount": discount, "tax": tax, "shipping": shipping, "fee": fee,
        "difference": difference, "goodwill": goodwill, "amount": amount + goodwill,
    }  # fmt: skip


def _count(account: _Account) -> None:
    """Count anew what was paid, and what of it went back for no return."""
    charge = account.charge
    lines = account.lines.values()
    charge.paid = sum(line.value(0, line.line.ordered) for line in lines) + charge.shipping
    if not charge.is_known:  # at least what was paid back
        charge.paid = max(charge.paid, account.others["amount"])
    given = account.given.money + sum(
        line.value(line.line.ordered - line.elsewhere, line.line.ordered) for line in lines
    )
    charge.elsewhere = max(0, min(given, charge.paid - account.others["amount"]))
