"""The registry of channels: a record each, in one file a channel; MESSAGE_CHANNELS lists them."""

import logging
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import Channel, ChannelKind

log = logging.getLogger(__name__)

CHANNELS: Mapping[str, ChannelKind] = {
    name: import_string(path) for name, path in settings.MESSAGE_CHANNELS.items()
}
# In the order of sending: a slow mail server must not delay text messages.
OPENERS: Mapping[str, Callable[[], Channel]] = {
    kind.name: kind.opens for kind in sorted(CHANNELS.values(), key=lambda kind: kind.turn)
}


def knows_keys(channel: str) -> bool:
    """Whether the provider of a channel knows idempotency keys: it sends one key only once."""
    try:
        return OPENERS[channel]().knows_keys
    except Exception:  # not set up: assume no keys, so that recovery can return all claims
        log.exception("the channel %s cannot be asked", channel)
        return False
