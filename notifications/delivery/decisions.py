"""Decisions about a failed or unconfirmed message: a seller resends it or dismisses it."""

from django.db import transaction
from django.utils import timezone

from notifications.consent.browsers import NO_BROWSERS, browsers_of
from notifications.consent.suppressions import suppression_of
from notifications.delivery.unclaimed import reopen
from notifications.guards.browsers import LEFT
from notifications.kinds.record import EMAIL, PUSH
from notifications.kinds.routes import addresses_of
from notifications.models import Message
from notifications.states import UNSETTLED
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Order, User
from orders.values.contacts import mailable
from orders.words import inside, say, say_later

ALREADY_DECIDED = say_later("This message was already resent or dismissed.")


@transaction.atomic
def resend_message(message: Message, *, actor: User) -> Message:
    """Send a message again, to the address that the order has now. Raises DomainError."""
    message = _locked(message)
    if message.status not in UNSETTLED or message.decided_at:
        raise DomainError(str(ALREADY_DECIDED))
    order = message.order
    recipient = _address_now(order, message)
    if blocked := suppression_of(message.seller_id, message.channel, recipient):
        why = inside(say(blocked.get_reason_display()))
        raise DomainError(
            say(
                "{recipient} is blocked ({why}): change the address in the order, or unblock it.",
                recipient=recipient,
                why=why,
            )
        )
    # The message keeps its row, so its history and its attempts stay together.
    reopen(message, recipient=recipient)
    record([Event.of(order, "message_sent_again", actor=actor, message=message.pk)])
    return message


@transaction.atomic
def dismiss_message(message: Message, *, actor: User) -> Message:
    """Take a message off the list *Needs attention*: nothing is to be done. Raises DomainError."""
    message = _locked(message)
    if message.status not in UNSETTLED or message.decided_at:
        raise DomainError(str(ALREADY_DECIDED))
    message.decided_at = timezone.now()
    message.save(update_fields=["decided_at"])
    record([Event.of(message.order, "message_left", actor=actor, message=message.pk)])
    return message


def _address_now(order: Order, message: Message) -> str:
    """Return the address that the order has now; for web push, the browser. Raises DomainError."""
    if message.channel == PUSH:
        browsers = browsers_of([order.pk]).get(order.pk, NO_BROWSERS)
        if message.recipient not in browsers:
            raise DomainError(LEFT)
        return message.recipient
    found = addresses_of(order, message.audience, message.channel)
    if not found or (message.channel == EMAIL and not mailable(found[0])):
        raise DomainError(say("The order has no address for this channel: enter one first."))
    return found[0]


def _locked(message: Message) -> Message:
    """Lock a message and reload it; its order is locked first, as everywhere."""
    order = lock_order(message.order_id)
    row = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    row.order = order
    return row
