"""A refund that was paid: ticked off by the seller, or told by the shop. We move no money."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Charge, Discrepancy, Event, Promise, Refund, ShopOrder, User
from orders.states import DiscrepancyStatus, RefundStatus

BY_SELLER, BY_SHOP = "seller", "shop"


@transaction.atomic(savepoint=False)
def pay_refund(refund: Refund, *, amount: int, method: str, actor: User) -> Refund:
    """Tick off a refund that was paid in the shop: how much, and how. Raises DomainError."""
    lock_orders([refund.order_id])
    current = Refund.objects.select_related("order").get(pk=refund.pk)
    if current.status == RefundStatus.PAID:
        raise DomainError("This refund is ticked off already.")
    if method not in Refund.Method.values:
        raise DomainError("Choose how it was paid.")
    charge = Charge.objects.get(order=current.order_id)
    most = charge.paid - charge.elsewhere - charge.owed + current.amount
    if amount < 1 or (current.is_exact and amount > most):
        raise DomainError("That is more than is left of what the customer paid, or nothing.")
    return _pay(current, {"paid": amount, "method": method}, by=BY_SELLER, actor=actor)


def heed_shop_refunds(known: ShopOrder, new: Iterable[str]) -> None:
    """Tick off what a shop says it has refunded since: `new` are its ids of refunds.

    One that has the units of a return, or its amount, pays it; of no known amount it says nothing.
    The row of the shop's order is locked.
    """
    if known.order_id is None:
        return
    lock_orders([known.order_id])
    owed = list(
        Refund.objects.filter(order=known.order_id, status=RefundStatus.OWED).order_by("pk")
    )
    for refund_id in new:
        worth = known.paid_back.get(refund_id)
        units = known.removed.get(refund_id, {})
        paid = next((one for one in owed if worth and _is_of(one, worth, units)), None)
        if paid:
            owed.remove(paid)
            _pay(paid, {"paid": worth, "shop_refund": refund_id[:60]}, by=BY_SHOP)
    if known.payment == ShopOrder.Payment.REFUNDED:
        for one in owed:  # all of the order, and it does not say of what
            _pay(one, {}, by=BY_SHOP)


def _is_of(refund: Refund, worth: int, units: Mapping[str, int]) -> bool:
    parts = list(refund.lines.select_related("line"))
    has_units = all(units.get(part.line.shop_line, 0) >= part.units for part in parts)
    return has_units or worth >= refund.amount


def _pay(refund: Refund, changes: dict[str, Any], *, by: str, actor: User | None = None) -> Refund:
    now = timezone.now()
    data = {"by": by, "currency": refund.currency} | (
        {"amount": changes["paid"]} if changes.get("paid") else {}
    )
    paid = move(
        [refund], RefundStatus.PAID, actor=actor, changes=changes | {"paid_at": now}, **data
    )
    record([Event.of(refund.order_return, "refunded", actor=actor, **data)])
    _settle(refund, now)
    credited = Discrepancy.objects.filter(
        order_return=refund.order_return_id,
        decision=Discrepancy.Decision.CREDIT,
        status=DiscrepancyStatus.DECIDED,
    )
    move(credited, DiscrepancyStatus.DONE, actor=actor)
    return paid[0]


def _settle(refund: Refund, now: datetime) -> None:
    """Keep the date of a refund, or break it."""
    promise = Promise.ledger.filter(refund=refund)
    promise.filter(settled_at=None, latest__gte=now).update(done_at=now, kept_at=now)
    promise.filter(Q(broken_at__isnull=False) | Q(settled_at=None), done_at=None).update(
        done_at=now, broken_at=F("latest")
    )
