"""A refund that was paid, ticked off by the seller or told by the shop; or that is waived.

We move no money. A refund of the shop ticks one off only where it can be no other: what may be of
something else is shown to the seller, and nothing is told.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from orders.errors import DomainError, Outdated
from orders.events.recording import record
from orders.lifecycle.changes import keep_changes
from orders.lifecycle.transitions import lock_orders, move, move_back
from orders.models import Charge, Discrepancy, Event, Promise, Refund, ShopOrder, User
from orders.returns.given_back import (
    ShopRefund,
    count_anew,
    counted,
    is_otherwise_explained,
    unmatched,
)
from orders.returns.owed import further_refund, most_paid_first, owe_refund, tell_owed
from orders.returns.terms import wants_credit
from orders.states import DiscrepancyStatus, RefundStatus
from orders.values.money import plain
from orders.values.texts import one_line
from orders.words import predicate, say, say_later, state

BY_SELLER, BY_SHOP = "seller", "shop"
LONGEST_CODE = 60
SETTLED = {
    RefundStatus.PAID: say_later("This refund is ticked off already."),
    RefundStatus.WAIVED: say_later("This refund is waived."),
}


@transaction.atomic(savepoint=False)
def pay_refund(refund: Refund, *, amount: int, method: str, code: str = "", actor: User) -> Refund:
    """Tick off a refund that was paid in the shop: how much, and how. Raises DomainError.

    `code`: of a store credit; who wished for one is told it, so that it is needed. Of a gift nobody
    is told it, so that none is kept.

    If the shop has told of the same money before, it is the refund of this one.
    """
    current, charge = _owed(refund)
    if method not in Refund.Method.values:
        raise DomainError(say("Choose how it was paid."))
    is_told = method == Refund.Method.CREDIT and not current.order.is_gift
    if is_told and wants_credit(current.of_return.wish) and not one_line(code):
        raise DomainError(say("Enter the code of the store credit: the customer is sent it."))
    # What went back for no return is not certain where the amount is not.
    elsewhere = charge.elsewhere if current.is_exact else 0
    most = charge.paid - elsewhere - counted(current.order, but=current)
    is_bound = current.is_exact or charge.is_known
    if amount < 1 or (is_bound and amount > most):
        raise DomainError(say("That is more than is left of what the customer paid, or nothing."))
    _not_more_than_for_the_first(current, amount)
    told = unmatched(ShopOrder.objects.filter(order=current.order_id).first())
    same = next((one for one in told if _is_same(one, current, amount)), None)
    changes = {
        "paid": amount,
        "method": method,
        "is_by_hand": True,
        "credit_code": one_line(code)[:LONGEST_CODE] if is_told else "",
        "shop_refund": same.number[:60] if same else "",
    }
    return _pay(current, changes, by=BY_SELLER, actor=actor)


@transaction.atomic(savepoint=False)
def waive_refund(refund: Refund, *, reason: str, actor: User) -> Refund:
    """Owe it no more, for a reason; its date is withdrawn. Raises DomainError."""
    current, charge = _owed(refund)
    if not one_line(reason):
        raise DomainError(say("Say why it is not paid."))
    waived = move([current], RefundStatus.WAIVED, actor=actor)[0]
    event = Event.objects.filter(kind="refund.waived", subject_id=current.pk).latest("pk")
    keep_changes(current.order, event, {}, reason=reason)
    Promise.ledger.filter(refund=current, settled_at=None).update(released_at=timezone.now())
    _settle_credits(current, actor)
    count_anew(charge)
    return waived


@transaction.atomic(savepoint=False)
def add_goodwill(
    refund: Refund, *, amount: int, reason: str, seen: str = "", actor: User
) -> Refund:
    """Owe so much more for a return, of the seller's own will, for a reason. Raises DomainError.

    With what is owed for it; where that is settled, as a refund of its own.
    `seen`: what `owed_seen` said when the form was shown: what is sent twice is added once.
    """
    lock_orders([refund.order_id])
    back = Refund.objects.select_related("order_return", "former_of").get(pk=refund.pk).of_return
    current = Refund.objects.select_related("order__seller").get(order_return=back)
    charge = Charge.objects.select_related("order").get(order=current.order_id)
    if seen and seen != _sum_of(current):
        raise Outdated(say("What is owed has changed since: look at it again."))
    if not one_line(reason):
        raise DomainError(say("Say why it is paid."))
    is_bound = current.is_exact or charge.is_known
    left = charge.paid - charge.elsewhere - counted(current.order)
    if amount < 1 or (is_bound and amount > left):
        raise DomainError(say("That is more than is left of what the customer paid, or nothing."))
    _not_more_than_for_the_first(current, current.amount + amount)
    if current.status != RefundStatus.OWED:
        current = further_refund(back, current.order, current)
    current.goodwill += amount
    current.amount += amount
    current.save()
    count_anew(charge)
    keep_changes(current.order, tell_owed(current, actor=actor), {}, reason=reason)
    return current


def state_seen(refund: Refund) -> str:
    """Whether a refund is owed, waived or paid, and since when: another one each time."""
    return f"{refund.status} {refund.paid_at.isoformat() if refund.paid_at else ''}".strip()


def owed_seen(refund: Refund) -> str:
    """What was last owed for the return of a refund: another one whenever more is added."""
    return _sum_of(Refund.objects.get(order_return=refund.of_return))


def _sum_of(refund: Refund) -> str:
    return f"{refund.pk.hex} {refund.amount}"


@transaction.atomic(savepoint=False)
def owe_again(refund: Refund, *, seen: str = "", actor: User) -> Refund:
    """Take back that a refund was ticked off by the seller, or waived. Raises DomainError.

    `seen`: what `state_seen` said when the page was shown; what a colleague did since stays.
    """
    lock_orders([refund.order_id])
    current = Refund.objects.select_related("order_return").get(pk=refund.pk)
    if seen and seen != state_seen(current):
        present = predicate(state(current))
        raise Outdated(say("This refund is {present} by now: look at it again.", present=present))
    if current.status == RefundStatus.OWED:
        raise DomainError(say("This refund is owed."))
    if current.order_return is None:
        raise DomainError(say("More was owed for this return since: this refund stays as it is."))
    if current.status == RefundStatus.PAID and not current.is_by_hand:
        raise DomainError(say("The shop has told us that it was paid."))
    settled = _settled_by(current)
    cleared: dict[str, Any] = {
        "paid": None, "paid_at": None, "shop_refund": "", "is_by_hand": False, "credit_code": "",
        "method": settled.data.get("owed_as", current.method),
    }  # fmt: skip
    move_back(_credits_settled_by(settled), DiscrepancyStatus.DECIDED, actor=actor)
    move_back([current], RefundStatus.OWED, actor=actor, changes=cleared)
    promise = Promise.ledger.filter(refund=current)
    promise.update(done_at=None, kept_at=None, released_at=None)
    owe_refund(current.order_return, actor=actor)
    charge = Charge.objects.get(order=current.order_id)
    elsewhere = charge.elsewhere if current.is_exact else 0  # as where one is paid
    if charge.is_known and counted(charge.order) + elsewhere > charge.paid:
        raise DomainError(say("With it more would be refunded than the customer has paid."))
    count_anew(charge)
    return Refund.objects.get(pk=current.pk)


def heed_shop_refunds(known: ShopOrder, new: Iterable[str]) -> None:
    """Tick off what a shop says it has refunded since: `new` are its ids of refunds.

    One that names exactly the units of a return pays it with its amount, to which the shop may
    leave the fee or a part of it; one that names no units pays the only one that is owed, if that
    is its amount. The row of the shop's order is locked.
    """
    if known.order_id is None:
        return
    lock_orders([known.order_id])
    refunds = Refund.objects.select_related("order").filter(order=known.order_id).order_by("pk")
    mine, fresh = list(refunds), set(new)
    for told in unmatched(known) if mine else []:
        if told.number in fresh and told.worth:
            _heed(told, known, mine)
    if known.payment == ShopOrder.Payment.REFUNDED:
        for one in mine:  # all of the order, and it does not say of what
            if one.status == RefundStatus.OWED:
                _pay(one, {}, by=BY_SHOP)


def _heed(told: ShopRefund, known: ShopOrder, mine: list[Refund]) -> None:
    """Note which of our refunds one of the shop is, if it is certain."""
    if linked := next((one for one in mine if _is_ticked_off(one, told)), None):
        linked.shop_refund = told.number[:60]
        linked.save(update_fields=["shop_refund"])
    elif paid := _paid_by(told, known, mine):
        changes = {"paid": told.worth, "shop_refund": told.number[:60]}
        mine[mine.index(paid)] = _pay(paid, changes, by=BY_SHOP)


def _owed(refund: Refund) -> tuple[Refund, Charge]:
    """The refund, and what its order cost, with the order locked. Raises DomainError."""
    lock_orders([refund.order_id])
    current = Refund.objects.select_related("order", "order_return").get(pk=refund.pk)
    if current.status in SETTLED:
        raise DomainError(str(SETTLED[RefundStatus(current.status)]))
    return current, Charge.objects.select_related("order").get(order=current.order_id)


def _not_more_than_for_the_first(refund: Refund, amount: int) -> None:
    """What was sent again was paid with what it replaces: no more than that goes back for it."""
    most = most_paid_first(refund)
    if most == 0:
        raise DomainError(
            say("Nothing is left of what was paid for the goods that these were sent for.")
        )
    if most is not None and amount > most:
        raise DomainError(
            say(
                "That is more than is left of what was paid for the goods that these were sent "
                "for: {amount}.",
                amount=plain(most, refund.currency),
            )
        )


def _is_same(told: ShopRefund, refund: Refund, amount: int) -> bool:
    """Whether a refund of the shop may be this one: its amount, and of no other units."""
    return told.worth == amount and (not told.units or told.is_for(refund))


def _is_ticked_off(refund: Refund, told: ShopRefund) -> bool:
    """Whether the seller has ticked this money off before the shop told of it."""
    is_open = refund.is_by_hand and not refund.shop_refund
    return is_open and _is_same(told, refund, refund.paid or 0)


def _paid_by(told: ShopRefund, known: ShopOrder, mine: Iterable[Refund]) -> Refund | None:
    """The one refund that is paid by that of the shop; None where it may be another."""
    owed = [one for one in mine if one.status == RefundStatus.OWED]
    meant = [one for one in owed if told.is_for(one)] if told.units else owed
    if len(meant) != 1:
        return None
    only = meant[0]
    if not told.settles(only.amount, only.fee if told.units else 0):
        return None
    if (not told.units and not only.is_exact) or is_otherwise_explained(told, only.order, known):
        return None
    return only


def _pay(refund: Refund, changes: dict[str, Any], *, by: str, actor: User | None = None) -> Refund:
    now = timezone.now()
    data = {"by": by, "currency": refund.currency} | (
        {"amount": changes["paid"]} if changes.get("paid") else {}
    )
    kept = data | {"owed_as": str(refund.method)}  # for who takes the tick back
    paid = move(
        [refund], RefundStatus.PAID, actor=actor, changes=changes | {"paid_at": now}, **kept
    )
    of_which = {"refund": str(refund.pk)}  # more may be owed for it since
    record([Event.of(refund.order_return, "refunded", actor=actor, **data, **of_which)])
    _settle(refund, now)
    _settle_credits(refund, actor)
    count_anew(Charge.objects.select_related("order").get(order=refund.order_id))
    return paid[0]


def _credits(refund: Refund) -> QuerySet[Discrepancy]:
    rows = Discrepancy.objects.filter(order_return=refund.order_return_id)
    return rows.filter(decision=Discrepancy.Decision.CREDIT)


def _settled_by(refund: Refund) -> Event:
    """The event with which it was ticked off or waived last."""
    kind = f"refund.{refund.status}"
    told = Event.objects.filter(order=refund.order_id, kind=kind, subject_id=refund.pk)
    return told.latest("pk")


def _credits_settled_by(event: Event) -> QuerySet[Discrepancy]:
    """What was missing in the return, and was settled with its refund by this event."""
    done = Event.objects.filter(
        order=event.order_id,
        kind="discrepancy.done",
        transaction_id=event.transaction_id,
        pk__gt=event.pk,
    )
    rows = Discrepancy.objects.filter(pk__in=done.values("subject_id"))
    return rows.filter(status=DiscrepancyStatus.DONE)


def _settle_credits(refund: Refund, actor: User | None) -> None:
    """What was missing in the return, and is part of its refund, waits for nobody any more."""
    decided = _credits(refund).filter(status=DiscrepancyStatus.DECIDED)
    move(decided, DiscrepancyStatus.DONE, actor=actor)


def _settle(refund: Refund, now: datetime) -> None:
    """Keep the date of a refund, or break it."""
    promise = Promise.ledger.filter(refund=refund)
    promise.filter(settled_at=None, latest__gte=now).update(done_at=now, kept_at=now)
    promise.filter(Q(broken_at__isnull=False) | Q(settled_at=None), done_at=None).update(
        done_at=now, broken_at=F("latest")
    )
