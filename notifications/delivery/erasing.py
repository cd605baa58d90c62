"""Erase a customer from messages, attempts, reports and choices; what waits is never sent."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from notifications.delivery.unclaimed import suppress_erased
from notifications.models import (
    Attempt,
    InboundText,
    Message,
    Preference,
    PushSubscription,
    Receipt,
    Suppression,
)
from notifications.states import MessageStatus
from orders.errors import DomainError
from orders.models import Order, Seller, SentCopy


class MessagesLeaving(DomainError):
    """A message about these orders is claimed: whoever erases has to wait for its outcome."""


@transaction.atomic(savepoint=False)
def erase_messages(seller: Seller, order_ids: Collection[UUID], addresses: Collection[str]) -> int:
    """Erase what was sent about these orders, and to whom; returns how many messages.

    An address on the suppression list stays there: so that nobody writes to it again.
    Raises MessagesLeaving while one is claimed: it may be with its provider, whose answer names
    the customer.
    """
    suppress_erased(order_ids)
    if Message.objects.filter(order__in=order_ids, status=MessageStatus.CLAIMED).exists():
        raise MessagesLeaving("A message about these orders is just leaving; nothing was erased.")
    # Also of those to the seller: an answer of a provider may name anybody.
    about = Message.objects.filter(order__in=order_ids)
    Attempt.objects.filter(message__in=about).update(answer="")
    Receipt.objects.filter(message__in=about).update(detail="")
    about.exclude(reason="").update(reason="Erased.")
    messages = about.filter(audience=Message.Audience.CUSTOMER)
    # Its own text for each: the recipient is part of a unique key.
    name = Concat(Value(Message.ERASED), Cast(F("pk"), CharField()))
    count = messages.update(recipient=name)
    SentCopy.objects.filter(order__in=order_ids).delete()
    PushSubscription.objects.filter(order__in=order_ids).delete()
    lower = [address.lower() for address in addresses]
    if not others_write_to(seller, order_ids, addresses):
        Preference.objects.filter(seller=seller, recipient__in=lower).delete()
        InboundText.objects.filter(number__in=addresses).delete()
    Suppression.objects.filter(seller=seller, recipient__in=lower).update(detail="")
    return count


def others_write_to(
    seller: Seller, order_ids: Collection[UUID], addresses: Collection[str]
) -> bool:
    """Whether another order of this seller has one of the addresses."""
    others = Order.objects.filter(seller=seller).exclude(pk__in=order_ids)
    return (
        others.filter(email__in=addresses).exists() or others.filter(phone__in=addresses).exists()
    )
