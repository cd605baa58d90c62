"""An exchange in advance: sent once its return is approved, with a day by which the goods come;
and one that costs more, which its seller decides about first.

What was sent and whose goods did not come is the seller's to decide: wait longer, or keep it as
sold. We charge nobody.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.dead_letters import Work, run_alone
from orders.lifecycle.holds import release_hold
from orders.lifecycle.transitions import move
from orders.models import Event, Order, OrderLine, Return, Seller, User
from orders.models.returns import OURS
from orders.returns.exchanged import (
    IS_AWAITED,
    UNFOLLOWED_AFTER,
    exchanged_units,
    held_for_more,
    lock_with_exchanges,
    locked_exchange,
    surcharge_of,
    waiting,
)
from orders.returns.policy import local_day
from orders.states import OrderStatus, ReturnStatus
from orders.words import say

REMINDING = Work("return_reminders", "Reminding of a return in exchange")
YEAR = timedelta(days=365)
REMIND_BEFORE = timedelta(days=3)  # the last day, less: `FEWEST_DAYS` leaves time for it
FEWEST_DAYS, MOST_DAYS = 5, 90
SETTLED = (ReturnStatus.REFUSED, ReturnStatus.CANCELLED)
# Of a return: what it is exchanged for does not wait for the goods, and these have not come.
IS_OUT = Q(~IS_AWAITED, exchange__isnull=False, status=ReturnStatus.APPROVED) & ~Q(
    exchange__status=OrderStatus.CANCELLED
)


class Ahead(NamedTuple):
    """By which terms a seller sends before the goods come; None is no limit."""

    days: int  # from the approval, until they have to come
    value: int | None = None  # at most, in minor units
    currency: str = ""  # of that value
    returns: int | None = None  # of a customer within a year, this one counted

    @classmethod
    def of(cls, seller: Seller) -> Self | None:
        """The terms of a seller; None where nothing is sent in advance."""
        return cls(**seller.exchange_ahead) if seller.exchange_ahead else None

    def kept(self) -> dict[str, Any]:
        """As the column of the seller holds it."""
        return {name: value for name, value in self._asdict().items() if value not in (None, "")}


def send_ahead(order_return: Return, *, actor: User | None) -> None:
    """Send what an approved return is exchanged for now, where the terms of its seller allow it.

    From then on `exchange_until` is the day by which the goods have to come, counted from the
    approval; so it is where somebody has released the exchange before.
    """
    kept = locked_exchange(order_return)
    if kept is None:
        return
    seller = Seller.objects.get(pk=order_return.seller_id)
    terms, holds = Ahead.of(seller), list(waiting(kept))
    if holds:
        _keep_longer(order_return)
    if holds and (terms is None or not _is_allowed(order_return, terms)):
        return
    if held_for_more(kept).exists():  # the seller decides about its price first
        return
    for hold in holds:
        release_hold(hold, actor=actor)
    order = Order.objects.get(pk=order_return.order_id)
    days = terms.days if terms else max(seller.exchange_days or 0, FEWEST_DAYS)
    _set_day(order_return, local_day(order, timezone.now()) + timedelta(days=days))
    if holds:
        record([Event.of(order_return, "sent_ahead", actor=actor)])


@transaction.atomic(savepoint=False)
def decide_surcharge(order_return: Return, decision: str, *, actor: User | None) -> Return:
    """Waive what an exchange costs more, or ask for it in the shop. Raises DomainError.

    What is waived is sent as any other: at once, where its return is approved and the terms of its
    seller send in advance (`exchanges/released.py`). What is asked for waits until the seller
    releases it: that it was paid nobody knows here. It may still be waived then.
    """
    lock_with_exchanges(order_return.order_id)
    current = Return.objects.select_related("order").get(pk=order_return.pk)
    if decision not in Return.Surcharge.values:
        raise DomainError(say("Choose one of the ways to go on with it."))
    if decision == current.surcharge_decision:  # tapped twice
        return current
    kept = locked_exchange(current)
    amount = surcharge_of(current)
    held = list(held_for_more(kept)) if kept else []
    if not amount or not held:
        raise DomainError(say("Nothing of this exchange is to be decided any more."))
    current.surcharge_decision = decision
    current.save(update_fields=["surcharge_decision"])
    data = {"amount": amount, "currency": current.order.currency}
    record([Event.of(current, f"surcharge_{decision}", actor=actor, **data)])
    if decision == Return.Surcharge.WAIVED:
        for hold in held:
            release_hold(hold, actor=actor)
    return current


def out_ahead(rows: QuerySet[Return]) -> QuerySet[Return]:
    """Of these returns, those whose exchange does not wait for the goods, which have not come."""
    return rows.filter(IS_OUT)


def remind(now: datetime) -> int:
    """Remind customers of goods that have to come soon, once of each day; how many."""
    last = now.date() + REMIND_BEFORE + timedelta(days=1)
    rows = out_ahead(Return.objects.filter(exchange_until__lte=last))
    rows = rows.filter(exchange_until__gte=now.date() - timedelta(days=1))

    @transaction.atomic
    def alone(order_id: UUID) -> int:
        out = out_ahead(Return.objects.filter(order=order_id)).order_by("pk")
        return sum(_remind(pk, now) for pk in list(out.values_list("pk", flat=True)))

    return run_alone(REMINDING, rows.order_by("exchange_until", "pk"), alone)


@transaction.atomic(savepoint=False)
def wait_longer(order_return: Return, *, until: date, actor: User | None) -> Return:
    """Give the customer of an exchange in advance until another day; they are told of it."""
    current = _locked_out(order_return)
    today = local_day(current.order, timezone.now())
    if not today < until <= today + timedelta(days=MOST_DAYS):
        raise DomainError(
            say("Choose a day after today, within {most_days} days.", most_days=MOST_DAYS)
        )
    _set_day(current, until)
    said = {"until": until.isoformat(), "moved": True}
    record([Event.of(current, "due_back", actor=actor, **said)])
    return current


@transaction.atomic(savepoint=False)
def keep_as_sold(order_return: Return, *, actor: User | None) -> Return:
    """Close the return of an exchange in advance whose goods did not come in time.

    The customer keeps both; whatever is to be paid the seller settles, we charge nobody. What was
    not exchanged of the return may be returned anew.
    """
    current = _locked_out(order_return)
    last = current.exchange_until
    if last is None or local_day(current.order, timezone.now()) <= last:
        raise DomainError(
            say("The goods of return {current} may still come in time.", current=current)
        )
    lines = OrderLine.objects.filter(order=current.exchange_id)
    if not any(line.picked for line in lines):
        raise DomainError(
            say(
                "Nothing of order {exchange} is picked: cancel that order instead.",
                exchange=current.exchange,
            )
        )
    changes = {"is_kept": True, "words": ""}
    closed = move([current], ReturnStatus.CANCELLED, actor=actor, changes=changes)[0]
    exchanged = exchanged_units(closed)
    for part in closed.lines.all():
        part.is_coming, part.approved = False, min(part.approved, exchanged[part.line_id])
        part.save(update_fields=["is_coming", "approved"])
    record([Event.of(closed, "lapsed", actor=actor)])
    return closed


def send_what_waited(order_return: Return, *, actor: User | None) -> None:
    """Send in advance what waited for its price, whoever decided about that; all is locked.

    Its customer is told by when the goods come: the mail of the approval could not say it.
    """
    if order_return.status != ReturnStatus.APPROVED:
        return
    send_ahead(order_return, actor=actor)
    sent = out_ahead(Return.objects.filter(pk=order_return.pk)).first()
    if sent and sent.exchange_until:
        said = {"until": sent.exchange_until.isoformat(), "moved": True}
        record([Event.of(sent, "due_back", actor=actor, **said)])


def _is_allowed(order_return: Return, terms: Ahead) -> bool:
    order = Order.objects.get(pk=order_return.order_id)
    mine = Q(order=order)
    if order.mailable:  # "n/a" is everybody's
        mine |= Q(order__email__iexact=order.email)
    theirs = Return.objects.filter(mine, seller=order.seller_id).exclude(pk=order_return.pk)
    if out_ahead(theirs).exists():  # one at a time
        return False
    if terms.returns is not None:
        recent = theirs.filter(created_at__gt=timezone.now() - YEAR)
        recent = recent.exclude(status__in=SETTLED, is_kept=False).exclude(reason__in=OURS)
        if recent.count() >= terms.returns:  # what never came counts, too
            return False
    return terms.value is None or (
        order.currency == terms.currency and _value(order_return) <= terms.value
    )


def _value(order_return: Return) -> int:
    """What the customer paid by unit for what they get another one for."""
    units = exchanged_units(order_return)
    prices = OrderLine.objects.filter(pk__in=units).values_list("pk", "unit_price")
    return sum(units[pk] * price for pk, price in prices)


def _locked_out(order_return: Return) -> Return:
    """The return, its order and exchange locked. Raises DomainError where nothing is out."""
    lock_with_exchanges(order_return.order_id)
    rows = out_ahead(Return.objects.filter(pk=order_return.pk))
    current = rows.select_related("order__seller", "exchange").first()
    if current is None:
        raise DomainError(
            say("Nothing is out in advance for return {order_return}.", order_return=order_return)
        )
    return current


def _remind(pk: Any, now: datetime) -> bool:
    lock_with_exchanges(Return.objects.get(pk=pk).order_id)
    row = out_ahead(Return.objects.filter(pk=pk)).select_related("order").first()
    if row is None or row.exchange_until is None:
        return False
    today, last = local_day(row.order, now), row.exchange_until
    told = Event.objects.filter(
        order=row.order_id, subject_id=row.pk, kind="return.due_back", data__until=last.isoformat()
    ).exclude(data__has_key="moved", at__lt=now - REMIND_BEFORE)  # a new day was told just now
    if not last - REMIND_BEFORE <= today <= last or told.exists():
        return False
    said: Mapping[str, Any] = {"until": last.isoformat()}
    record([Event.of(row, "due_back", **said)])
    return True


def _keep_longer(order_return: Return) -> None:
    """What waits is kept as long as the return may come: the customer was told until when."""
    last, until = order_return.hand_in_by, order_return.exchange_until
    if last and until and until < last + UNFOLLOWED_AFTER:
        _set_day(order_return, last + UNFOLLOWED_AFTER)


def _set_day(order_return: Return, day: date) -> None:
    order_return.exchange_until = day
    order_return.save(update_fields=["exchange_until"])
