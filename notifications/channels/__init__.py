"""Channel name -> what opens it; adding a channel is one file and one line here."""

import logging
from collections.abc import Callable

from notifications.channels.base import Channel
from notifications.channels.mail import email_channel
from notifications.channels.push import push_channel
from notifications.channels.sms import sms_channel
from notifications.models import Message

log = logging.getLogger(__name__)

# In the order of sending: a mail server that hangs holds no text back.
CHANNELS: dict[str, Callable[[], Channel]] = {
    Message.Channel.SMS: sms_channel,
    Message.Channel.EMAIL: email_channel,
    Message.Channel.PUSH: push_channel,
}


def knows_keys(channel: str) -> bool:
    """Whether the provider of a channel sends a key once, however often it is asked."""
    try:
        return CHANNELS[channel]().knows_keys
    except Exception:  # not set up: nobody knows, and the claims of the others must return
        log.exception("the channel %s cannot be asked", channel)
        return False
