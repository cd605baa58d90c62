"""Orders that were called off and are to be refunded: the seller does it, and ticks each off."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Order, OrderLine, Refund, Return, User
from orders.states import OrderStatus, RefundStatus
from orders.words import say


def called_off(events: QuerySet[Event]) -> QuerySet[Event]:
    """Of these events, those by which an order was called off that nobody has ticked off yet.

    An order that is on again after all has none, nor has one for which nothing was paid, such as a
    replacement.
    """
    found = events.filter(kind="order.called_off", order__status=OrderStatus.CANCELLED)
    unpaid = OrderLine.objects.filter(order=OuterRef("order"), replaces__isnull=False)
    return found.filter(~Exists(_settled()), ~Exists(unpaid), ~Q(data__has_key="unpaid"))


def exchanges_off(events: QuerySet[Event]) -> QuerySet[Event]:
    """Of these events, those by which an exchange was cancelled after its refund was worked out.

    That refund is paid, without what the exchange was for: nobody would owe it.
    """
    again = Event.objects.filter(
        kind="refund.owed",
        order=OuterRef("order__exchange_for__order"),
        subject_id=OuterRef("order__exchange_for__refund"),
        pk__gt=OuterRef("pk"),
    )
    paid = Refund.objects.filter(Q(paid__gt=0) | Q(paid=None), status=RefundStatus.PAID)
    refunded = Return.objects.filter(exchange__isnull=False, refund__in=paid)
    found = events.filter(
        kind__in=("order.cancelled", "order.lines_cancelled"),
        order__in=refunded.values("exchange"),
    )
    return found.filter(~Exists(again), ~Exists(_settled()))


def _settled() -> QuerySet[Event]:
    later = Event.objects.filter(order=OuterRef("order"), pk__gt=OuterRef("pk"))
    return later.filter(kind="order.call_off_settled")


@transaction.atomic(savepoint=False)
def settle_call_off(order: Order, *, actor: User) -> None:
    """Tick it off: what was paid is refunded in the shop, for we move no money."""
    lock_order(order.pk)
    events = Event.objects.filter(order=order)
    if not (called_off(events).exists() or exchanges_off(events).exists()):
        raise DomainError(say("Order {order}: there is nothing to tick off.", order=order))
    record([Event.of(order, "call_off_settled", actor=actor)])
