"""Actions on returns: the customer requests, the seller approves or refuses."""

import secrets
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Max, Q, Sum, When
from django.utils import timezone

from orders.errors import DomainError, Refusal
from orders.events.recording import record
from orders.lifecycle.transitions import add_quantities, lock_orders, move
from orders.models import Event, Order, OrderLine, Return, ReturnLine, User
from orders.models.returns import ASKED_FOR
from orders.returns.policy import last_return_day, local_day
from orders.statements import compiled, parameter, run
from orders.states import RETURN_OPEN, ReturnStatus

# No 0 and O, no 1, I and L: the number is written on a parcel by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
NUMBER_LENGTH = 8
MOST_A_DAY = 5  # returns of one order that customers may request
ONE_DAY = timedelta(days=1)


@transaction.atomic(savepoint=False)
def request_return(
    order: Order, *, units: dict[UUID, int], reason: str, comment: str = ""
) -> Return:
    """Request a return of {order line id: units}. Raises DomainError when late or too many."""
    if reason not in dict(ASKED_FOR):
        raise Refusal("no_reason", "Choose a reason for the return.")
    wanted = {line_id: number for line_id, number in units.items() if number}
    if not wanted or min(wanted.values()) < 1:
        raise Refusal("nothing", "Choose at least one product to return.")
    lock_orders([order.pk])
    now = timezone.now()
    _refuse_late(order, now)
    _refuse_often(order, now)
    _refuse_too_many(order, wanted)
    asked = Return.objects.create(
        seller_id=order.seller_id,
        order=order,
        number=_new_number(),
        reason=reason,
        comment=comment.strip(),
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(seller_id=order.seller_id, order_return=asked, line_id=pk, requested=number)
        for pk, number in wanted.items()
    )
    record([Event.of(asked, "requested", units=sum(wanted.values()))])
    return asked


@transaction.atomic(savepoint=False)
def open_undeliverable(order: Order, *, units: dict[UUID, int], actor: User | None) -> Return:
    """Open the return of an undeliverable parcel: {order line id: units}, to be inspected."""
    lock_orders([order.pk])
    back = Return.objects.create(
        seller_id=order.seller_id,
        order=order,
        number=_new_number(),
        status=ReturnStatus.RECEIVED,
        reason=Return.Reason.UNDELIVERABLE,
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            seller_id=order.seller_id,
            order_return=back,
            line_id=pk,
            requested=number,
            approved=number,
            received=number,
        )
        for pk, number in units.items()
    )
    record([Event.of(back, "received", actor=actor, units=sum(units.values()))])
    return back


def approve_return(order_return: Return, *, actor: User | None) -> Return:
    """Approve all units that were requested."""
    return _decide(order_return, ReturnStatus.APPROVED, actor)


def refuse_return(order_return: Return, *, actor: User | None) -> Return:
    """Refuse all units that were requested."""
    return _decide(order_return, ReturnStatus.REFUSED, actor)


@transaction.atomic(savepoint=False)
def take_back_delivered(units: dict[UUID, int]) -> None:
    """Lower the delivered counters by {order line id: units}: a delivery is undone.

    DomainError while a return has these units, or once the customer was erased.
    """
    orders = list(Order.objects.filter(lines__in=units).distinct().order_by("pk"))
    lock_orders([order.pk for order in orders])
    if erased := Event.objects.filter(order__in=orders, kind="order.erased").first():
        raise DomainError(f"The customer of order {erased.order} was erased: too late to undo.")
    left = {pk: number for order in orders for pk, number in returnable_units(order).items()}
    for line_id, number in units.items():
        if number > left.get(line_id, 0):
            line = OrderLine.objects.get(pk=line_id)
            raise DomainError(f"{line.title} is in a return: this delivery cannot be undone.")
    add_quantities("delivered", {line_id: -number for line_id, number in units.items()})


def returnable_units(order: Order) -> dict[UUID, int]:
    """{order line id: units} that were delivered and are in no open return; never 0."""
    return dict(run(_returnable(), [order.pk]))


@cache
def _returnable() -> str:
    outstanding = Sum(
        Case(
            When(
                return_lines__order_return__status=ReturnStatus.REQUESTED,
                then=F("return_lines__requested"),
            ),
            When(
                return_lines__order_return__status__in=RETURN_OPEN,
                then=F("return_lines__approved") - F("return_lines__inspected"),
            ),
            default=0,
        ),
        default=0,
        filter=~Q(return_lines__order_return__reason=Return.Reason.UNDELIVERABLE),
    )
    left = F("delivered") - F("returned") - outstanding
    lines = OrderLine.objects.filter(order=parameter(1)).annotate(left=left).filter(left__gt=0)
    return compiled(lines.values_list("pk", "left"))


def _new_number() -> str:
    return "R-" + "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def _refuse_late(order: Order, now: datetime) -> None:
    delivered_at = order.packages.aggregate(last=Max("delivered_at"))["last"]
    last_day = last_return_day(order, delivered_at)
    if last_day is None:
        raise Refusal("early", "Nothing in this order has been delivered yet.")
    if local_day(order, now) > last_day:
        text = f"Returns for this order closed on {last_day:%d %B %Y}."
        raise Refusal("late", text, day=last_day)


def _refuse_often(order: Order, now: datetime) -> None:
    """Whoever has the link of an order may not make returns, and mails about them, without end."""
    asked = order.returns.filter(created_at__gt=now - ONE_DAY)
    if asked.exclude(reason=Return.Reason.UNDELIVERABLE).count() >= MOST_A_DAY:
        raise Refusal(
            "often",
            f"{MOST_A_DAY} returns of this order were requested within a day: wait until tomorrow, "
            "or write to the shop.",
            count=MOST_A_DAY,
        )


def _refuse_too_many(order: Order, wanted: dict[UUID, int]) -> None:
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


@transaction.atomic(savepoint=False)
def _decide(order_return: Return, to: ReturnStatus, actor: User | None) -> Return:
    lock_orders([order_return.order_id])
    decided = move([order_return], to, actor=actor)[0]
    decided.lines.update(**{to.value: F("requested")})
    return decided
