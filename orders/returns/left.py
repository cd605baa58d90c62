"""How many delivered units can still be returned; and a delivery is undone only of these."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from orders.errors import DomainError
from orders.lifecycle.transitions import add_quantities, lock_orders
from orders.models import (
    Discrepancy,
    Event,
    Order,
    OrderLine,
    PackageLine,
    Problem,
    Return,
    ReturnLine,
)
from orders.prepared import compiled, parameter
from orders.statements import run
from orders.states import RETURN_OPEN, DiscrepancyStatus, ReturnStatus
from orders.words import say

Kind, Decision = Discrepancy.Kind, Discrepancy.Decision


@transaction.atomic(savepoint=False)
def take_back_delivered(units: dict[UUID, int]) -> None:
    """Lower the delivered counters by {order line id: units}: a delivery is undone.

    DomainError once a return has these units or they are refunded, or the customer was erased.
    """
    orders = list(Order.objects.filter(lines__in=units).distinct().order_by("pk"))
    lock_orders([order.pk for order in orders])
    if erased := Event.objects.filter(order__in=orders, kind="order.erased").first():
        raise DomainError(
            say(
                "The customer of order {order} was erased: too late to undo.",
                order=erased.order,
            )
        )
    left = {pk: number for order in orders for pk, number in run(_takeable(), [order.pk])}
    for line_id, number in units.items():
        if number > left.get(line_id, 0):
            line = OrderLine.objects.get(pk=line_id)
            raise DomainError(
                say(
                    "{title} is in a return or refunded: this delivery cannot be undone.",
                    title=line.title,
                )
            )
    add_quantities("delivered", {line_id: -number for line_id, number in units.items()})


def returnable_units(order: Order) -> dict[UUID, int]:
    """{order line id: units} that were delivered and are in no open return; never 0.

    Nor are they refunded: the shop has promised the money for what a customer reported, or for what
    a parcel lacked. Nor were they set aside as they came, and kept here or discarded. Nor was
    another one sent in exchange for them, nor do they wait for the shop to decide whether it
    refunds them though they were missing.
    """
    return dict(run(_returnable(), [order.pk]))


@cache
def _returnable() -> str:
    parts = (_refunded_by_line(), _refunded_by_parcel(), _credited(), _gone(), _replaced())
    return _less(*parts, _missing())


@cache
def _takeable() -> str:
    """Units that no return has or had, and that are refunded for nothing that shows they came.

    Of a parcel that did not arrive its delivery may well be undone, also once it is refunded.
    """
    arrived = [kind for kind in Problem.Kind if kind != Problem.Kind.NOT_ARRIVED]
    at_door = (_refunded_by_line(), _refunded_by_parcel(arrived))
    return _less(*at_door, _credited(), _gone(), _replaced(), _sent_back())


def _less(*counts: Subquery) -> str:
    """What is in no return, less these units of it."""
    gone = sum((Coalesce(units, 0) for units in counts), start=Value(0))
    lines = _in_no_return().annotate(free=F("left") - gone).filter(free__gt=0)
    return compiled(lines.values_list("pk", "free"))


def _refunded_by_line() -> Subquery:
    rows = Problem.objects.filter(line=OuterRef("pk"), answer=Problem.Answer.REFUND)
    return Subquery(rows.order_by().values("line").annotate(n=Sum("quantity")).values("n"))


def _refunded_by_parcel(kinds: Iterable[str] = Problem.Kind) -> Subquery:
    """Units in parcels that were reported, and refunded, as a whole."""
    rows = PackageLine.objects.filter(
        shipment_line__line=OuterRef("pk"),
        package__problem__line=None,
        package__problem__kind__in=kinds,
        package__problem__answer=Problem.Answer.REFUND,
    )
    units = rows.order_by().values("shipment_line__line").annotate(n=Sum("quantity"))
    return Subquery(units.values("n"))


def _credited() -> Subquery:
    """Units that a parcel lacked, and that are refunded all the same.

    While their return is open they are outstanding in it; an undeliverable parcel's never came.
    """
    rows = Discrepancy.objects.filter(line=OuterRef("pk"), decision=Decision.CREDIT)
    return _differing(rows.exclude(order_return__status__in=RETURN_OPEN))


def _gone() -> Subquery:
    """Units that came otherwise than agreed, and that the seller keeps or has discarded.

    Those that came in place of others are not the ones of the line. Those that were approved are
    outstanding while their return is open, and credited where they are late and were refunded.
    """
    came = Q(kind__in=(Kind.WRONG, Kind.EXTRA, Kind.UNANNOUNCED))
    approved = Q(kind__in=(Kind.WORN, Kind.LATE)) & ~Q(order_return__status__in=RETURN_OPEN)
    return _differing(_not_sent_back(came | approved, line=OuterRef("pk")))


def _not_sent_back(*those: Q, **of: Any) -> QuerySet[Discrepancy]:
    credited = Discrepancy.objects.filter(
        order_return=OuterRef("order_return"), line=OuterRef("line"), decision=Decision.CREDIT
    )
    rows = Discrepancy.objects.filter(*those, **of, decision__in=(Decision.KEEP, Decision.DISCARD))
    return rows.exclude(Exists(credited), kind=Kind.LATE)


def _replaced() -> Subquery:
    """Units for which something was sent in exchange, and that did not come into their return.

    While it is open they are outstanding in it. Those that count elsewhere already do not here.
    """
    part: dict[str, Any] = {"order_return": OuterRef("order_return"), "line": OuterRef("line")}
    sent = OrderLine.objects.filter(
        order=OuterRef("order_return__exchange"), replaces=OuterRef("line")
    )
    given = sent.order_by().values("replaces").annotate(n=Sum(F("ordered") - F("cancelled")))
    credited = Discrepancy.objects.filter(**part, decision=Decision.CREDIT)
    gone = _not_sent_back(Q(kind__in=(Kind.WORN, Kind.LATE)), **part)
    lacking = Coalesce(Subquery(given.values("n")), 0) - F("inspected")
    lacking -= Coalesce(_units_of(credited), 0) + Coalesce(_units_of(gone), 0)
    # They came later, in another parcel.
    came = Discrepancy.objects.filter(**part, decision=Decision.EXCHANGED)
    lacking -= Coalesce(_units_of(came.exclude(kind=Kind.LATE)), 0)
    rows = ReturnLine.objects.filter(
        line=OuterRef("pk"),
        order_return__status=ReturnStatus.CLOSED,
        order_return__exchange__isnull=False,
    )
    # A sum of sums would be numeric, and no count.
    units = Cast(Greatest(lacking, 0), IntegerField())
    rows = rows.annotate(lacking=units).order_by()
    return Subquery(rows.values("line").annotate(n=Sum("lacking")).values("n"))


def _missing() -> Subquery:
    """Units that were missing in a return that has ended, of which the seller has not decided.

    Those for which another was sent in exchange count as `_replaced`.
    """
    sent = OrderLine.objects.filter(
        order=OuterRef("order_return__exchange"),
        replaces=OuterRef("line"),
        ordered__gt=F("cancelled"),
    )
    rows = Discrepancy.objects.filter(
        ~Exists(sent), line=OuterRef("pk"), kind=Kind.MISSING, status=DiscrepancyStatus.OPEN
    )
    return _differing(rows.exclude(order_return__status__in=RETURN_OPEN))


def _differing(rows: QuerySet[Discrepancy]) -> Subquery:
    return _units_of(rows.exclude(order_return__reason=Return.Reason.UNDELIVERABLE))


def _units_of(rows: QuerySet[Discrepancy]) -> Subquery:
    return Subquery(rows.order_by().values("line").annotate(n=Sum("quantity")).values("n"))


def _sent_back() -> Subquery:
    """Units that came back and do not stay here: they are still the customer's."""
    rows = ReturnLine.objects.filter(line=OuterRef("pk"))
    rows = rows.exclude(order_return__reason=Return.Reason.UNDELIVERABLE).order_by()
    return Subquery(rows.values("line").annotate(n=Sum("sent_back")).values("n"))


def _in_no_return() -> QuerySet[Any]:
    outstanding = Sum(
        Case(
            When(return_lines__order_return__is_kept=True, then=F("return_lines__approved")),
            When(
                return_lines__order_return__status=ReturnStatus.REQUESTED,
                then=F("return_lines__requested"),
            ),
            When(
                return_lines__order_return__status__in=RETURN_OPEN,
                then=F("return_lines__approved")
                + F("return_lines__unexpected")
                - F("return_lines__inspected"),
            ),
            default=0,
        ),
        default=0,
        filter=~Q(return_lines__order_return__reason=Return.Reason.UNDELIVERABLE),
    )
    left = F("delivered") - F("returned") - outstanding
    return OrderLine.objects.filter(order=parameter(1)).annotate(left=left).filter(left__gt=0)
