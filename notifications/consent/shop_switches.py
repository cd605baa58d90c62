"""The shop's switches: which messages to customers it may turn off, channel by channel."""

from collections.abc import Collection, Mapping

from notifications.channels import CHANNELS
from notifications.kinds.catalogue import ALL, FOR_CUSTOMERS
from notifications.kinds.record import EMAIL
from notifications.models import Message

# Kind of message -> why its mail is always sent; a text message is never essential.
ESSENTIAL: Mapping[str, str] = {kind.name: kind.essential for kind in ALL if kind.essential}


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
    """Whether the shop switched a message off."""
    is_for_customer = message.audience == Message.Audience.CUSTOMER
    return is_for_customer and is_kept_back(message.template, message.channel, switched_off)


def is_kept_back(template: str, channel: str, switched_off: Collection[str]) -> bool:
    """Whether the shop switched this kind of message to customers off."""
    return f"{template}:{channel}" in switched_off and is_optional(template, channel)
