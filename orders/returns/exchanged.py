"""The exchange of a return: what is kept for it is sent when the goods came, or called off."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from orders.errors import DomainError
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.dead_letters import Work, run_alone
from orders.lifecycle.holds import release_hold
from orders.lifecycle.kits import free_units
from orders.lifecycle.transitions import lock_orders
from orders.models import Discrepancy, Hold, Order, OrderLine, Refund, Return, User
from orders.returns.policy import local_day
from orders.states import OrderStatus, RefundStatus, ReturnStatus
from orders.words import say

Kind, Decision = Discrepancy.Kind, Discrepancy.Decision
CAME_OTHERWISE = (Kind.WRONG, Kind.EXTRA, Kind.UNANNOUNCED)  # of a line, and in no return so
NOT_SENT_IN = "The return it was kept for did not come in time."
NOT_RETURNED = "The return it was kept for does not come."
NOT_TAKEN = "It was kept in exchange for units that did not come back."
CALLING_OFF = Work("late_exchanges", "Calling off an exchange")
BATCH = 100
# So long after its last day a return may come of which no carrier reports a parcel: until then an
# exchange waits for it.
UNFOLLOWED_AFTER = timedelta(days=14)
# Of a return: what is kept in exchange for it waits until it came.
IS_AWAITED = Exists(
    Hold.objects.filter(
        order=OuterRef("exchange"), reason=Hold.Reason.EXCHANGE, released_at__isnull=True
    )
)


# Of a return: what is kept in exchange for it costs more, and waits for that.
COSTS_MORE = Exists(
    Hold.objects.filter(
        order=OuterRef("exchange"), reason=Hold.Reason.SURCHARGE, released_at__isnull=True
    )
)


def lock_with_exchanges(order_id: UUID) -> None:
    """Lock an order and those in exchange for its returns: before stock is locked."""
    kept = Return.objects.filter(order=order_id, exchange__isnull=False)
    lock_orders([order_id, *kept.values_list("exchange", flat=True)])


def refunded_units(order_return: Return, *, of_credits: Iterable[UUID]) -> Counter[UUID]:
    """{order line id: units} that stay here and are exchanged for nothing; and of these credits.

    A credit is money also for what was exchanged in advance: what was sent for it is sold then.
    """
    # Something was sent for these in exchange for another return, which lacks them.
    rows = order_return.discrepancies.filter(decision=Decision.EXCHANGED, kind__in=CAME_OTHERWISE)
    elsewhere = _by_line(rows)
    units = _kept_units(order_return) - exchanged_units(order_return) - elsewhere
    return units + _by_line(order_return.discrepancies.filter(pk__in=list(of_credits)))


def evened_units(order_return: Return) -> Counter[UUID]:
    """Of the exchanged units those that stay here, or that the seller has left free.

    Also those that came in another parcel after its end: one that ended without them lacks fewer.
    """
    if order_return.status == ReturnStatus.CANCELLED:
        parts = order_return.lines.values_list("line", F("requested") - F("approved"))
        return exchanged_units(order_return) & Counter(dict(parts))
    rows = order_return.discrepancies.filter(decision__in=(Decision.FREE, Decision.EXCHANGED))
    free = _by_line(rows.exclude(kind__in=(*CAME_OTHERWISE, Kind.LATE)))
    return exchanged_units(order_return) & (_kept_units(order_return) + free)


def ends_of(decision: str, *, is_sold: bool) -> list[str]:
    """What the customer is told of a decision: also that what was sent in exchange is sold now."""
    ends_so = is_sold and decision in (Decision.CREDIT, Decision.SEND_BACK)
    return [decision, Decision.SOLD] if ends_so else [decision]


def is_sold(order_return: Return) -> bool:
    """Whether the seller has closed as sold what was sent in exchange for it, or some of it."""
    rows = order_return.discrepancies.filter(decision__in=(Decision.SOLD, Decision.CREDIT))
    return order_return.is_kept or rows.exists()


def paid_order(order: Order) -> Order | None:
    """The order that was paid for what this one sends again, however often; None for its own."""
    first, lines = None, OrderLine.objects.filter(order=order)
    while former := lines.filter(replaces__isnull=False).order_by("pk").first():
        first = Order.objects.get(lines=former.replaces_id)
        lines = OrderLine.objects.filter(order=first)
    return first


def lacking_units(order_return: Return) -> Counter[UUID]:
    """{order line id: units} that have not come, and for which something was sent all the same.

    What is not picked can be cancelled still: that is not sent.
    """
    sent: Counter[UUID] = Counter()
    for line in _lines(order_return):
        if line.replaces_id:
            sent[line.replaces_id] += line.picked
    return sent - Counter(dict(order_return.lines.values_list("line", "received")))


def exchanged_units(order_return: Return) -> Counter[UUID]:
    """{order line id: units} of it for which the customer gets another one, and no money."""
    units: Counter[UUID] = Counter()
    for line in _lines(order_return):
        if line.replaces_id:
            units[line.replaces_id] += line.ordered - line.cancelled
    return units


def surcharge_of(order_return: Return) -> int:
    """By how much what is kept in exchange costs more: the shop may ask the customer for it."""
    gaps = order_return.price_gaps
    units = exchanged_units(order_return) if gaps else Counter[UUID]()
    return sum(max(0, gaps.get(str(pk), 0)) * number for pk, number in units.items())


def call_off(order_return: Return, *, actor: User | None, reason: str = NOT_RETURNED) -> None:
    """Cancel all that is kept in exchange; its stock is free again. DomainError once picked."""
    order = locked_exchange(order_return)
    if order is None:
        return
    if any(line.picked for line in _lines(order_return)):
        raise DomainError(
            say(
                "Order {order} is picked already, in exchange for return {order_return}: the "
                "return stays as it is.",
                order=order,
                order_return=order_return,
            )
        )
    cancel_order(order, actor=actor, reason=reason)


def let_go(order_return: Return, *, actor: User | None) -> None:
    """Send what is kept in exchange for the units that came, and cancel what is too much.

    Units that are credited get money. What left before the goods came cannot be cancelled any more.
    """
    order = locked_exchange(order_return)
    if order is None:
        return
    lines = _lines(order_return)
    if surplus := _surplus(lines, _kept_units(order_return), _requested(order_return)):
        cancel_units(order, surplus, actor=actor, reason=NOT_TAKEN)
    more = [] if surcharge_of(order_return) else list(held_for_more(order))
    for hold in [*waiting(order), *more]:
        release_hold(hold, actor=actor)


def call_off_late(now: datetime) -> int:
    """Call off exchanges whose goods did not come in time, and that have not left; how many.

    The return stays: if it comes all the same, it is refunded. What is picked stays, too.
    """
    picked = OrderLine.objects.filter(order=OuterRef("exchange"), picked__gt=0)
    late = Return.objects.filter(
        ~Exists(picked),
        exchange__holds__reason=Hold.Reason.EXCHANGE,
        exchange__holds__released_at__isnull=True,
        exchange_until__lt=now.date() + timedelta(days=1),
        status__in=(ReturnStatus.REQUESTED, ReturnStatus.APPROVED),
    )

    @transaction.atomic
    def alone(order_id: UUID) -> int:
        rows = Return.objects.filter(order=order_id, exchange__isnull=False).select_related("order")
        return sum(_call_off_late(row, now) for row in rows.order_by("pk"))

    return run_alone(CALLING_OFF, late.order_by("exchange_until", "pk"), alone, most=BATCH)


def locked_exchange(order_return: Return) -> Order | None:
    """The order in exchange, locked and read afresh; None where there is none to send."""
    if order_return.exchange_id is None:
        return None
    lock_orders([order_return.exchange_id])
    order = Order.objects.get(pk=order_return.exchange_id)
    return None if order.status == OrderStatus.CANCELLED else order


def waiting(order: Order) -> QuerySet[Hold]:
    """The open holds by which an order waits for the return that it is in exchange for."""
    return Hold.objects.filter(
        order=order, reason=Hold.Reason.EXCHANGE, released_at__isnull=True
    ).order_by("pk")


def held_for_more(order: Order) -> QuerySet[Hold]:
    """The open holds by which an order waits, as it costs more than what it is in exchange for."""
    return Hold.objects.filter(
        order=order, reason=Hold.Reason.SURCHARGE, released_at__isnull=True
    ).order_by("pk")


def _call_off_late(row: Return, now: datetime) -> bool:
    if row.exchange_until is None or local_day(row.order, now) <= row.exchange_until:
        return False
    lock_with_exchanges(row.order_id)
    current = Return.objects.select_related("exchange").get(pk=row.pk)
    is_late = current.exchange is not None and waiting(current.exchange).exists()
    if is_late and current.status in (ReturnStatus.REQUESTED, ReturnStatus.APPROVED):
        call_off(current, actor=None, reason=NOT_SENT_IN)
    return is_late


def _by_line(rows: QuerySet[Discrepancy]) -> Counter[UUID]:
    units: Counter[UUID] = Counter()
    for line_id, number in rows.filter(line__isnull=False).values_list("line", "quantity"):
        units[line_id] += number
    return units


def _kept_units(order_return: Return) -> Counter[UUID]:
    """Units that came and stay here, or that the customer keeps and is refunded all the same."""
    if order_return.is_kept and order_return.status == ReturnStatus.CLOSED:
        return Counter(dict(order_return.lines.values_list("line", "approved")))
    parts = order_return.lines.filter(inspected__gt=F("sent_back"))
    return Counter({part.line_id: part.inspected - part.sent_back for part in parts})


def _lines(order_return: Return) -> list[OrderLine]:
    if order_return.exchange_id is None:
        return []
    return list(OrderLine.objects.filter(order=order_return.exchange_id).order_by("position"))


def _requested(order_return: Return) -> Counter[UUID]:
    return Counter(dict(order_return.lines.values_list("line", "requested")))


def _surplus(
    lines: Iterable[OrderLine], taken: Counter[UUID], wanted: Counter[UUID]
) -> dict[UUID, int]:
    """{line id: units} that are kept for more than came of what was wanted, and are not picked.

    What the seller has added since is for no unit of the return: it stays.
    """
    there = list(lines)
    free, left, lacking = free_units(there), Counter(taken), wanted - taken
    surplus = {}
    for line in there:
        if line.replaces_id is None:
            continue
        kept = line.ordered - line.cancelled
        mine = min(kept, left[line.replaces_id])
        left[line.replaces_id] -= mine
        if number := min(kept - mine, free[line.pk], lacking[line.replaces_id]):
            lacking[line.replaces_id] -= number
            surplus[line.pk] = number
    return surplus


def cheaper_units(order_return: Return) -> dict[str, list[int]]:
    """{order line: [units, amount]} of what is exchanged for something that costs less."""
    gaps = order_return.price_gaps
    units = evened_units(order_return) if gaps else Counter[UUID]()
    return {
        str(pk): [number, -gaps[str(pk)] * number]
        for pk, number in units.items()
        if number and gaps.get(str(pk), 0) < 0
    }


def unsettled_gap(cheaper: Mapping[str, Sequence[int]], former: Sequence[Refund]) -> int:
    """What of it is not settled; below 0 where more was paid, as an exchange was called off."""
    paid = sum(row.difference for row in former if row.status == RefundStatus.PAID)
    waived = sum(row.difference for row in former if row.status == RefundStatus.WAIVED)
    gap = sum(amount for _, amount in cheaper.values()) - paid
    return max(0, gap - max(0, waived)) if gap > 0 else gap
