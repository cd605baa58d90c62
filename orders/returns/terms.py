"""Terms of a seller for refunds and exchanges: the fee, shipping, the days, the way it is paid."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from orders.events.recording import record
from orders.models import (
    Event,
    Order,
    OrderLine,
    Promise,
    Refund,
    Return,
    Seller,
    ShopOrder,
    User,
)
from orders.returns.policy import local_day
from orders.states import RefundStatus

FIELDS = (
    "refund_days", "refund_method", "refunds_shipping", "return_fee", "return_fee_currency",
    "exchange_days", "exchange_skus", "exchange_ahead", "return_choices",
)  # fmt: skip
# What a customer may want instead of money: of each line, of some and credit for the rest, credit.
EXCHANGE, BOTH, CREDIT = "exchange", "both", "credit"
REPAIR = "repair"  # of all of it
# Of a return: a refund of it was waived.
WAS_WAIVED = Exists(Refund.objects.filter(former_of=OuterRef("pk"), status=RefundStatus.WAIVED))
# One of it was paid before the one that is owed now.
WAS_PAID = Exists(
    Refund.objects.filter(former_of=OuterRef("pk"), status=RefundStatus.PAID).exclude(paid=0)
)
# And what messages say by it: its order has prices, and the shop did not say that nothing of it was
# paid.
BY_REFUND: dict[str, Any] = {
    "may_be_refunded": ~Q(order__currency="")
    & Exists(OrderLine.objects.filter(order=OuterRef("order"), unit_price__gt=0))
    & ~Exists(ShopOrder.objects.filter(order=OuterRef("order"), payment__in=ShopOrder.NOT_TAKEN)),
    "was_waived": WAS_WAIVED,
}
# For these reasons a return may cost something: nothing was wrong with what came.
OF_CHOICE = frozenset(
    {Return.Reason.CHANGED_MIND, Return.Reason.TOO_LARGE, Return.Reason.TOO_SMALL}
)
# Who withdraws from a whole purchase gets what shipping cost there, whatever the seller's terms:
# the European Union (Directive 2011/83, article 13), Iceland, Liechtenstein, Norway, and Britain.
SHIPPING_BY_LAW = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
        "IS", "LI", "NO", "GB",
    }
)  # fmt: skip


def fee_of(order: Order, reason: str = Return.Reason.CHANGED_MIND) -> int:
    """What a return of an order costs for this reason, in minor units of its currency."""
    seller = order.seller
    if reason not in OF_CHOICE or seller.return_fee_currency != order.currency:
        return 0
    return seller.return_fee


def wants_credit(wish: str) -> bool:
    """Whether a customer wants what is refunded as store credit."""
    return wish in (CREDIT, BOTH)


def method_of(order: Order, order_return: Return) -> str:
    """How it is paid: as store credit where the customer wishes so, else as the seller says."""
    wished = wants_credit(order_return.wish)
    return str(Refund.Method.CREDIT if wished else order.seller.refund_method)


def promise_of_refund(order: Order, now: datetime) -> Promise | None:
    """The date until which it is paid, in the ledger; None where the seller names no days."""
    if order.seller.refund_days is None:
        return None
    day = local_day(order, now) + timedelta(days=order.seller.refund_days)
    return Promise.ledger.create(
        seller_id=order.seller_id,
        order=order,
        kind=Promise.Kind.REFUNDED,
        earliest=now,
        latest=datetime.combine(day, time(23, 59, 59), ZoneInfo(order.time_zone)),
        local_on=day,
        zone=order.time_zone,
        made_at=now,
    )


def offers_credit(seller: Seller) -> bool:
    """Whether customers may choose store credit instead of their money."""
    return bool(seller.return_choices.get("credit"))


def offers_repair(seller: Seller) -> bool:
    """Whether customers may ask for what they send back to be repaired."""
    return bool(seller.return_choices.get("repair"))


def returns_shipping(order: Order) -> bool:
    """Whether shipping is refunded when all of an order comes back."""
    return order.seller.refunds_shipping or order.country in SHIPPING_BY_LAW


@transaction.atomic(savepoint=False)
def change_terms(seller: Seller, given: Mapping[str, Any], *, actor: User | None) -> Seller:
    """Change the terms of refunds: for returns that are requested, or closed, from now on."""
    current = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    names = [name for name in FIELDS if name in given]
    for name in names:
        setattr(current, name, given[name])
    current.save(update_fields=names)
    kind = "seller.refund_terms_changed"
    record([Event(seller_id=seller.pk, kind=kind, subject_id=seller.pk, actor=actor)])
    return current
