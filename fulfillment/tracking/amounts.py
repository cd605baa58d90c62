"""What was refunded for a return, and what is still owed for it: amounts, for a proven customer."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from fulfillment.tracking.queries import Tracked
from fulfillment.tracking.wording import acts_in
from notifications.words.wording import money
from orders.models import Refund
from orders.states import RefundStatus


@dataclass(frozen=True)
class Amounts:
    """The amounts of a return, in words."""

    number: str  # of the return
    said: list[str]


def amounts_of(tracked: Tracked, language: str) -> list[Amounts]:
    """Those of each return for which something is or was owed.

    Who gets a gift need not be who gets the money: of one none is said.
    """
    numbers = {row.id: row.number for row in tracked.returns if row.refund or row.was_paid}
    if not numbers or tracked.order.is_gift:
        return []
    rows: dict[UUID | None, list[Refund]] = defaultdict(list)
    for refund in Refund.objects.filter(order=tracked.order.pk).order_by("owed_at", "pk"):
        rows[refund.order_return_id or refund.former_of_id].append(refund)
    found = [Amounts(number, _said(rows[pk], language)) for pk, number in numbers.items()]
    return [amounts for amounts in found if amounts.said]


def _said(refunds: list[Refund], language: str) -> list[str]:
    """The sum of what was paid, where the shop named all of it; then what is exactly owed."""
    said = acts_in(language)
    paid = [row.paid for row in refunds if row.status == RefundStatus.PAID]
    owed = [row for row in refunds if row.status == RefundStatus.OWED and row.is_exact]
    known = [amount for amount in paid if amount is not None]
    named = [
        (said.amount_refunded, sum(known) if len(known) == len(paid) else 0),
        (said.amount_owed, sum(row.amount for row in owed)),
    ]
    return [
        text.format(amount=money(amount, refunds[0].currency, language))
        for text, amount in named
        if amount > 0
    ]
