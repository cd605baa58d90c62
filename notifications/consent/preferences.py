"""The customer's own choice: which updates are optional, which are off, and where to say so."""

from collections.abc import Mapping

from django.conf import settings

from notifications.models import Message
from orders.models import Order

EMAIL, SMS = Message.Channel.EMAIL.value, Message.Channel.SMS.value
# Channel -> template -> what a customer calls it. Everything else is sent by e-mail to everyone.
OPTIONAL: Mapping[str, Mapping[str, str]] = {
    EMAIL: {
        "packed": "Packed",
        "ready": "Ready to ship",
        "delivery_tomorrow": "Arrives tomorrow",
    },
    SMS: {
        "packed": "Packed",
        "ready": "Ready to ship",
        "shipped": "On its way",
        "delivery_tomorrow": "Arrives tomorrow",
    },
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
