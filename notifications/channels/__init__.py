"""Channel name -> what opens it; adding a channel is one file and one line here."""

from collections.abc import Callable

from notifications.channels.base import Channel
from notifications.channels.mail import email_channel
from notifications.channels.push import push_channel
from notifications.channels.sms import sms_channel
from notifications.models import Message

# In the order of sending: a mail server that hangs holds no text back.
CHANNELS: dict[str, Callable[[], Channel]] = {
    Message.Channel.SMS: sms_channel,
    Message.Channel.EMAIL: email_channel,
    Message.Channel.PUSH: push_channel,
}
