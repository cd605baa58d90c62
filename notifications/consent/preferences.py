"""Customer preferences: which messages are optional, and the links to unsubscribe."""

from collections.abc import Mapping

from django.conf import settings

from notifications.channels import CHANNELS
from notifications.kinds.catalogue import ALL
from notifications.kinds.record import EMAIL
from notifications.models import Message
from orders.models import Order

# Channel -> kind of message -> its name for customers. Other messages cannot be turned off.
OPTIONAL: Mapping[str, Mapping[str, str]] = {
    channel.name: {
        kind.name: kind.title_for_customer
        for kind in ALL
        if channel.name in kind.channels
        and (channel.optional_as or channel.name) in kind.may_refuse
    }
    for channel in CHANNELS.values()
    if channel.plural
}


def preferences_url(order: Order) -> str:
    """The page on which a customer chooses updates, linked in every message of an order."""
    return f"{settings.SITE_URL}/track/{order.token}/updates/"


def unsubscribe_headers(order: Order, message: Message) -> dict[str, str]:
    """Headers for one-click unsubscribe (RFC 8058); only in optional mails to customers."""
    if message.audience != Message.Audience.CUSTOMER or message.channel != EMAIL:
        return {}
    if message.template not in OPTIONAL[EMAIL]:
        return {}
    return {
        "List-Unsubscribe": f"<{settings.SITE_URL}/track/{order.token}/unsubscribe/email/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
