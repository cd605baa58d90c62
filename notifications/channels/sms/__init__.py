"""Text messages: a provider is one file, also where it reports back; SMS_PROVIDERS lists them."""

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import Channel
from notifications.channels.sms.base import Hook, Provider


def sms_channel() -> Channel:
    """The adapter of settings.SMS_PROVIDER."""
    return _provider(settings.SMS_PROVIDER).channel()


def hook_of(name: str) -> Hook | None:
    """How this provider reports back; None where it does not, or is not known."""
    return _provider(name).hook if name in settings.SMS_PROVIDERS else None


def _provider(name: str) -> Provider:
    provider: Provider = import_string(settings.SMS_PROVIDERS[name])
    return provider
