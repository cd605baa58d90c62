"""Which messages a shop sends at all: the optional ones may be switched off, channel by channel."""

from collections.abc import Collection, Mapping

from notifications.kinds.catalogue import CHANNELS, FOR_CUSTOMERS
from notifications.models import Message

EMAIL, SMS = Message.Channel.EMAIL.value, Message.Channel.SMS.value
# Without these a customer would not know what to do; a text message is never essential.
ESSENTIAL: Mapping[str, str] = {
    "confirmed": "it says what was bought and when it arrives",
    "delayed": "customers plan around it",
    "out_for_delivery": "somebody must be home",
    "attempt_failed": "the customer must act",
    "delivered": "the parcel could be missed",
    "delivered_to_neighbour": "it says where the parcel is",
    "at_pickup_point": "the parcel must be collected in time",
    "returning": "the parcel will not arrive",
    "cancelled": "the products will not arrive",
    "correction": "the earlier message was wrong",
    "return_approved": "it says where to send the parcel",
    "return_refused": "the customer should not send anything",
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
