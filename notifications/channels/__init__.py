"""The registry of channels: name -> function that opens it; one file a channel."""

import logging
from collections.abc import Callable

from notifications.channels.base import Channel
from notifications.channels.mail import email_channel
from notifications.channels.push import push_channel
from notifications.channels.sms import sms_channel
from notifications.models import Message

log = logging.getLogger(__name__)

# In the order of sending: a slow mail server must not delay text messages.
CHANNELS: dict[str, Callable[[], Channel]] = {
    Message.Channel.SMS: sms_channel,
    Message.Channel.EMAIL: email_channel,
    Message.Channel.PUSH: push_channel,
}


def knows_keys(channel: str) -> bool:
    """Whether the provider of a channel knows idempotency keys: it sends one key only once."""
    try:
        return CHANNELS[channel]().knows_keys
    except Exception:  # not set up: assume no keys, so that recovery can return all claims
        log.exception("the channel %s cannot be asked", channel)
        return False
