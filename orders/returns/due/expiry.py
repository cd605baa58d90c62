"""Approved returns that nobody hands in: their customer is reminded once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.events.recording import record
from orders.lifecycle.dead_letters import Work, run_alone
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, Return, ReturnLabel
from orders.returns.ahead import IS_OUT
from orders.returns.due.days import house_day
from orders.states import ReturnStatus

REMINDING = Work("hand_in_reminders", "Reminding to hand a return in")
REMIND_BEFORE = timedelta(days=3)  # the last day; `FEWEST_DAYS` leaves time for it
ONE_DAY = timedelta(days=1)  # in which it is another day somewhere than by UTC
HANDED_IN = Exists(
    ReturnLabel.objects.filter(order_return=OuterRef("pk"), handed_in_at__isnull=False)
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
    soon = awaited().filter(hand_in_by__range=(first, last))

    @transaction.atomic
    def alone(order_id: UUID) -> int:
        lock_orders([order_id])
        rows = awaited().filter(order=order_id).select_related("order__seller__warehouse")
        return sum(_remind(row, now) for row in rows.order_by("pk"))

    return run_alone(REMINDING, soon.order_by("hand_in_by", "pk"), alone)


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
