"""Which messages a shop sends at all: the optional ones may be switched off, channel by channel."""

from collections.abc import Collection, Mapping

from notifications.kinds.catalogue import CHANNELS, FOR_CUSTOMERS
from notifications.models import Message

EMAIL, SMS = Message.Channel.EMAIL.value, Message.Channel.SMS.value
# Without these a customer would not know what to do; a text message is never essential.
ESSENTIAL: Mapping[str, str] = {
    "confirmed": "what was bought, and by when it comes",
    "delayed": "customers plan by it",
    "out_for_delivery": "somebody should be at home",
    "attempt_failed": "the customer has to act",
    "delivered": "the parcel is there and may be missed",
    "delivered_to_neighbour": "where the parcel is",
    "at_pickup_point": "it has to be fetched in time",
    "returning": "it does not come any more",
    "cancelled": "it does not come any more",
    "correction": "nobody should rely on the wrong news",
    "return_approved": "where to send it",
    "return_refused": "nothing should be sent",
}


def is_optional(template: str, channel: str) -> bool:
    """Whether a shop may switch a customer's message off."""
    return channel != EMAIL or template not in ESSENTIAL


def optional_triggers() -> set[str]:
    """Everything that a shop may switch off, template:channel each."""
    return {
        f"{template}:{channel}"
        for template in FOR_CUSTOMERS
        for channel in CHANNELS
        if is_optional(template, channel)
    }


def is_switched_off(message: Message, switched_off: Collection[str]) -> bool:
    """Whether these choices keep a message back."""
    is_for_customer = message.audience == Message.Audience.CUSTOMER
    return is_for_customer and is_kept_back(message.template, message.channel, switched_off)


def is_kept_back(template: str, channel: str, switched_off: Collection[str]) -> bool:
    """Whether these choices keep such messages to customers back."""
    return f"{template}:{channel}" in switched_off and is_optional(template, channel)
