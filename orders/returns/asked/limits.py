"""What a request for a return may not be: late, too often, of what comes back already, too much."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from orders.errors import MoveRefused, Outdated, Refusal
from orders.models import Order, Return, ReturnLine
from orders.models.returns import OURS
from orders.returns.labels.requests import on_its_way
from orders.returns.left import returnable_units
from orders.returns.policy import last_return_day, local_day
from orders.states import ReturnStatus
from orders.words import predicate, say, state

MOST_A_DAY = 5  # returns of one order that customers may request
ONE_DAY = timedelta(days=1)


def last_delivery(order: Order) -> datetime:
    """When the last parcel came. Raises Refusal before that."""
    at: datetime | None = order.packages.aggregate(last=Max("delivered_at"))["last"]
    if at is None:
        raise Refusal("early", "Nothing in this order has been delivered yet.")
    return at


def closed_on(order: Order, delivered_at: datetime, now: datetime) -> date | None:
    """The last day on which a return could be asked for, where it is over."""
    last_day = last_return_day(order, delivered_at)
    return last_day if last_day and local_day(order, now) > last_day else None


def refuse_late(order: Order, delivered_at: datetime, now: datetime) -> None:
    """Raise Refusal after the last day."""
    if last_day := closed_on(order, delivered_at, now):
        text = f"Returns for this order closed on {last_day:%d %B %Y}."
        raise Refusal("late", text, day=last_day)


def refuse_often(order: Order, now: datetime) -> None:
    """Whoever has the link of an order may not make returns, and mails about them, without end."""
    asked = order.returns.filter(created_at__gt=now - ONE_DAY)
    if asked.exclude(reason__in=OURS).count() >= MOST_A_DAY:
        raise Refusal(
            "often",
            f"{MOST_A_DAY} returns of this order were requested within a day: wait until tomorrow, "
            "or write to the shop.",
            count=MOST_A_DAY,
        )


def refuse_coming(wanted: Iterable[UUID], but: Return | None = None) -> None:
    """A line is in one return that is requested or approved: it is cancelled before another."""
    rows = ReturnLine.objects.filter(line__in=wanted, is_coming=True)
    rows = rows.exclude(order_return=but) if but else rows
    if row := rows.select_related("order_return", "line").order_by("pk").first():
        text = f"{row.line.title} is in return {row.order_return} already."
        raise Refusal("coming", text, title=row.line.title, number=row.order_return.number)


def refuse_too_many(order: Order, wanted: dict[UUID, int]) -> None:
    left = returnable_units(order)
    for line_id, number in wanted.items():
        if number > left.get(line_id, 0):
            raise _too_many(order, line_id, left.get(line_id, 0))


def _too_many(order: Order, line_id: UUID, left: int) -> Refusal:
    line = order.lines.filter(pk=line_id).first()
    if line is None:
        return Refusal("not_part", "That product is not part of this order.")
    text = f"{line.title}: {left} can still be returned."
    return Refusal("left", text, title=line.title, count=left)


def refuse_outdated(order_return: Return, seen: str) -> None:
    """Raise Outdated where a return, whose order is locked, is no more as a page has shown it.

    `seen`: its status there; "" where nothing was shown.
    """
    current = Return.objects.get(pk=order_return.pk)
    if seen and seen != current.status:
        present = predicate(state(current))
        raise Outdated(
            say(
                "Return {current} is {present} by now: look at it again.",
                current=current,
                present=present,
            )
        )


def why_not_decided(order_return: Return, to: ReturnStatus) -> str:
    """Why a return cannot be approved, or refused, now; "" where it can: no statement.

    The action decides, under its lock: this is what it would say now.
    """
    is_approval = to == ReturnStatus.APPROVED
    if order_return.status == ReturnStatus.APPROVED and not is_approval:
        labels = order_return.labels.all()  # who asks has them
        return on_its_way(order_return) if any(row.handed_in_at for row in labels) else ""
    other = ReturnStatus.REFUSED if is_approval else ReturnStatus.APPROVED
    if order_return.status in (ReturnStatus.REQUESTED, other):
        return ""
    return str(MoveRefused([order_return], to))
