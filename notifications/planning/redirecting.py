"""After a new address or language of an order: what still waits, or had none, goes to it."""

from collections.abc import Sequence

from notifications.delivery.unclaimed import redirect, reopen_unmailable, suppress_unaddressed
from notifications.kinds.record import CUSTOMER
from notifications.kinds.routes import addresses_of
from notifications.languages import spoken
from notifications.models import Message
from notifications.states import CLAIMABLE
from orders.models import Event, Order

HEARD = frozenset({"email", "phone", "language"})


def redirect_waiting(events: Sequence[Event]) -> None:
    """Redirect the waiting messages of orders whose contact was edited; none without an edit.

    What a worker has claimed is on its way to the old address.
    """
    edited = {event.order_id for event in events if event.order_id and _is_of_contact(event)}
    if not edited:
        return
    orders = Order.objects.select_related("seller").in_bulk(edited)
    waiting = Message.objects.filter(order__in=edited, audience=CUSTOMER, status__in=CLAIMABLE)
    waiting = waiting.select_for_update(skip_locked=True, no_key=True).order_by("pk")
    moved, unaddressed = [], []
    for message in waiting:
        order = orders[message.order_id]
        addresses = addresses_of(order, CUSTOMER, message.channel, browsers=[message.recipient])
        if not addresses:
            unaddressed.append(message.pk)
            continue
        message.recipient = addresses[0]
        message.language = spoken(order.language)
        moved.append(message)
    redirect(moved)
    suppress_unaddressed(unaddressed)
    if mailable := {order.pk: order.email for order in orders.values() if order.mailable}:
        reopen_unmailable(mailable)


def _is_of_contact(event: Event) -> bool:
    return event.kind == "order.edited" and not HEARD.isdisjoint(event.data["fields"])
