"""Approved returns that nobody hands in: their customer is reminded once, then they expire."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.fields.json import KT

from orders.events.recording import record
from orders.lifecycle.dead_letters import Work, run_alone
from orders.lifecycle.transitions import lock_orders, move
from orders.models import Event, Return, ReturnLabel
from orders.returns.ahead import IS_OUT
from orders.returns.due.days import (
    EXPIRE_AFTER,
    FOLLOWED,
    expires_on,
    house_day,
    is_followed,
)
from orders.returns.exchanged import UNFOLLOWED_AFTER, call_off, lock_with_exchanges
from orders.states import ReturnStatus

REMINDING = Work("hand_in_reminders", "Reminding to hand a return in")
EXPIRING = Work("expiring_returns", "Ending a return that nobody hands in")
REMIND_BEFORE = timedelta(days=3)  # the last day; `FEWEST_DAYS` leaves time for it
ONE_DAY = timedelta(days=1)  # in which it is another day somewhere than by UTC
BATCH = 100
HANDED_IN = Exists(
    ReturnLabel.objects.filter(order_return=OuterRef("pk"), handed_in_at__isnull=False)
)
TOLD = Exists(  # of its last day, which is another one once the return is approved anew
    Event.objects.alias(until=KT("data__until")).filter(
        order=OuterRef("order"),
        subject_id=OuterRef("pk"),
        kind="return.hand_in_due",
        until=Func(
            OuterRef("hand_in_by"),
            Value("YYYY-MM-DD"),
            function="to_char",
            output_field=TextField(),
        ),
    )
)


def awaited() -> QuerySet[Return]:
    """Approved returns of which no carrier has the parcel, as far as we know.

    Not those whose exchange did not wait for them: these have a day of their own (`ahead.py`).
    """
    rows = Return.objects.filter(status=ReturnStatus.APPROVED, hand_in_by__isnull=False)
    return rows.exclude(IS_OUT).exclude(HANDED_IN)


def remind(now: datetime) -> int:
    """Remind customers of returns that are to be handed in soon, once of each day; how many."""
    first, last = now.date() - ONE_DAY, now.date() + REMIND_BEFORE + ONE_DAY
    soon = awaited().filter(~TOLD, hand_in_by__range=(first, last))
    # By UTC it is over, which it mostly is where the return goes to: it takes no other one's place.
    is_over = ExpressionWrapper(Q(hand_in_by__lt=now.date()), BooleanField())

    @transaction.atomic
    def alone(order_id: UUID) -> int:
        lock_orders([order_id])
        rows = awaited().filter(order=order_id).select_related("order__seller__warehouse")
        return sum(_remind(row, now) for row in rows.order_by("pk"))

    return run_alone(REMINDING, soon.order_by(is_over, "hand_in_by", "pk"), alone, most=BATCH)


def expire(now: datetime) -> int:
    """End the returns that nobody has handed in a week after their last day; how many.

    Where no carrier reports a parcel they have two: then only what arrives is known.

    Their units may be asked for again, as long as the policy lets them. What was kept in exchange
    is called off; a label that nobody used is voided.
    """
    today, rows = now.date() + ONE_DAY, awaited().annotate(is_followed=is_followed())
    late = rows.filter(
        Q(hand_in_by__lte=today - UNFOLLOWED_AFTER)
        | Q(hand_in_by__lte=today - EXPIRE_AFTER, is_followed=True)
    )

    @transaction.atomic
    def alone(order_id: UUID) -> int:
        lock_with_exchanges(order_id)
        mine = rows.filter(order=order_id).select_related("order__seller__warehouse")
        return sum(_expire(row, now, is_followed=row.is_followed) for row in mine.order_by("pk"))

    return run_alone(EXPIRING, late.order_by("hand_in_by", "pk"), alone, most=BATCH)


def _expire(row: Return, now: datetime, *, is_followed: bool) -> bool:
    last = row.hand_in_by
    if last is None or house_day(row, now) < expires_on(last, is_followed=is_followed):
        return False
    # Of the move, too, it is said that no customer cancelled it.
    changes = {"is_expired": True, "words": ""}
    expired = move([row], ReturnStatus.CANCELLED, changes=changes, expired=True)[0]
    expired.lines.update(is_coming=False, approved=0)
    call_off(expired, actor=None)
    said: dict[str, Any] = {FOLLOWED: True} if is_followed else {}
    record([Event.of(expired, "expired", hand_in_by=last.isoformat(), **said)])
    return True


def _remind(row: Return, now: datetime) -> bool:
    today, last = house_day(row, now), row.hand_in_by
    if last is None or not last - REMIND_BEFORE <= today <= last:
        return False
    said: dict[str, Any] = {"until": last.isoformat()}
    told = Event.objects.filter(
        order=row.order_id, subject_id=row.pk, kind="return.hand_in_due", data__until=said["until"]
    )
    if told.exists():
        return False
    record([Event.of(row, "hand_in_due", **said)])
    return True
