"""Text messages: one adapter per provider, chosen by settings.SMS_PROVIDER."""

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import Channel

# By name, so that only the chosen one is imported.
PROVIDERS = {
    "http": "notifications.channels.sms_http.HttpSms",
    "twilio": "notifications.channels.sms_twilio.TwilioSms",
    "vonage": "notifications.channels.sms_vonage.VonageSms",
    "apprise": "notifications.channels.sms_apprise.AppriseSms",
}


def sms_channel() -> Channel:
    """The adapter of settings.SMS_PROVIDER."""
    channel: Channel = import_string(PROVIDERS[settings.SMS_PROVIDER])()
    return channel
