"""Orders that their customers called off: the seller refunds, and ticks each off."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Order, OrderLine, User
from orders.states import OrderStatus


def called_off(events: QuerySet[Event]) -> QuerySet[Event]:
    """Of these events, those by which an order was called off that nobody has ticked off yet.

    An order that is on again after all has none, nor has a replacement: nothing was paid for it.
    """
    later = Event.objects.filter(order=OuterRef("order"), pk__gt=OuterRef("pk"))
    settled = later.filter(kind="order.call_off_settled")
    found = events.filter(kind="order.called_off", order__status=OrderStatus.CANCELLED)
    unpaid = OrderLine.objects.filter(order=OuterRef("order"), replaces__isnull=False)
    return found.filter(~Exists(settled), ~Exists(unpaid))


@transaction.atomic(savepoint=False)
def settle_call_off(order: Order, *, actor: User) -> None:
    """Tick it off: what was paid is refunded in the shop, for we move no money."""
    lock_order(order.pk)
    if not called_off(Event.objects.filter(order=order)).exists():
        raise DomainError(f"Order {order}: there is nothing to tick off.")
    record([Event.of(order, "call_off_settled", actor=actor)])
