"""The customer's own choice: which updates are optional, which are off, and where to say so."""

from collections.abc import Mapping

from django.conf import settings

from notifications.kinds.catalogue import ALL
from notifications.kinds.record import EMAIL, SMS
from notifications.models import Message
from orders.models import Order

# Channel -> kind of message -> what a customer calls it. Everything else is sent to everyone.
OPTIONAL: Mapping[str, Mapping[str, str]] = {
    channel.value: {kind.name: kind.customers_word for kind in ALL if channel in kind.may_refuse}
    for channel in (EMAIL, SMS)
}


def preferences_url(order: Order) -> str:
    """Where a customer chooses, for every message of this order."""
    return f"{settings.SITE_URL}/track/{order.token}/updates/"


def unsubscribe_headers(order: Order, message: Message) -> dict[str, str]:
    """What lets a mail program offer one click (RFC 8058): of optional mails to customers only."""
    if message.audience != Message.Audience.CUSTOMER or message.channel != EMAIL:
        return {}
    if message.template not in OPTIONAL[EMAIL]:
        return {}
    return {
        "List-Unsubscribe": f"<{settings.SITE_URL}/track/{order.token}/unsubscribe/email/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
