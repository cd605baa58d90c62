"""The SMS channel: one file a provider, with its webhooks; SMS_PROVIDERS lists them."""

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import Channel, ChannelKind, Reach, Words
from notifications.channels.sms.base import Hook, Provider


def sms_channel() -> Channel:
    """The adapter of settings.SMS_PROVIDER."""
    return _provider(settings.SMS_PROVIDER).channel()


def hook_of(name: str) -> Hook | None:
    """Return the webhooks of a provider; None where it has none or is unknown."""
    return _provider(name).hook if name in settings.SMS_PROVIDERS else None


def _provider(name: str) -> Provider:
    provider: Provider = import_string(settings.SMS_PROVIDERS[name])
    return provider


SMS = ChannelKind(
    name="sms",
    title="SMS",
    opens=sms_channel,
    reach=Reach.PHONE,
    words=Words.TEXT,
    turn=1,
    is_loud=True,
    plural="Text messages",
    may_be_off=True,
)
