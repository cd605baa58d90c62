"""Text messages: one adapter per provider, chosen by settings.SMS_PROVIDER."""

from django.conf import settings

from notifications.channels.base import Channel
from notifications.channels.sms_http import HttpSms

PROVIDERS: dict[str, type[Channel]] = {
    "http": HttpSms,
}


def sms_channel() -> Channel:
    """The adapter of settings.SMS_PROVIDER."""
    return PROVIDERS[settings.SMS_PROVIDER]()
