"""Settings of carriers, of mail, SMS and web push providers, of webhooks and send rates."""

import os
import re
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from fulfillment.settings.env import (
    env,
    env_bool,
    env_choice,
    env_decimal,
    env_int,
    env_list,
    env_needed,
    env_numbers,
    env_url,
)
from fulfillment.settings.site import DEBUG, VAR_DIR

# Carriers
# Seconds in which a carrier must answer, for all boxes of a shipment together.
CARRIER_TIMEOUT = env_int("CARRIER_TIMEOUT", 15)
if not CARRIER_TIMEOUT:
    raise ImproperlyConfigured("CARRIER_TIMEOUT is 0: a carrier needs some seconds to answer.")
if CARRIER_TIMEOUT > 50:  # the sweep begins to ask within 45 s of its task, which may take 100
    raise ImproperlyConfigured(f"CARRIER_TIMEOUT is {CARRIER_TIMEOUT}: at most 50 seconds.")

# Orders in Apple Wallet: the operator's order type identifier, and a PEM file with the certificate
# of it, its key, and Apple's certificate above it. Empty: there are none.
WALLET_ORDER_TYPE = env("WALLET_ORDER_TYPE", "")
WALLET_CERTIFICATE = env("WALLET_CERTIFICATE", "")
if WALLET_ORDER_TYPE and not os.access(WALLET_CERTIFICATE, os.R_OK):
    raise ImproperlyConfigured("WALLET_CERTIFICATE is no file that can be read.")

# Messages
EMAIL_PROVIDER = env("EMAIL_PROVIDER", "smtp")  # smtp, or a provider that django-anymail knows
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_PROVIDER == "smtp"
    else f"anymail.backends.{EMAIL_PROVIDER}.EmailBackend"
)
# ANYMAIL_POSTMARK_SERVER_TOKEN=... becomes ANYMAIL["POSTMARK_SERVER_TOKEN"].
ANYMAIL: dict[str, Any] = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_")
}
ANYMAIL.setdefault("REQUESTS_TIMEOUT", (10, 30))
# user:password of mail webhooks without a signature; two, comma-separated, while it is rotated.
ANYMAIL["WEBHOOK_SECRET"] = env_list("ANYMAIL_WEBHOOK_SECRET")
if not all(":" in secret for secret in ANYMAIL["WEBHOOK_SECRET"]):
    raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET: expected user:password.")
EMAIL_HOST = env("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env_int("EMAIL_PORT", 1025 if DEBUG else 587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", not DEBUG)
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT", 20)
# Limits for every seller: mails to customers a day, and an hour to one address.
EMAIL_DAILY_MOST = env_int("EMAIL_DAILY_MOST", 50_000)
EMAIL_PER_ADDRESS = env_int("EMAIL_PER_ADDRESS", 60)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "orders@fulfillment.example")
# The channels to customers and sellers, in the order in which pages list them: one file each.
MESSAGE_CHANNELS = {
    "email": "notifications.channels.mail.EMAIL",
    "sms": "notifications.channels.sms.SMS",
    "push": "notifications.channels.push.PUSH",
}
# The providers of text messages, by name, so that only the chosen one is imported: one file each,
# also where it reports back, and what it needs below.
SMS_PROVIDERS = {
    "http": "notifications.channels.sms.gateway.PROVIDER",
    "twilio": "notifications.channels.sms.twilio.PROVIDER",
    "vonage": "notifications.channels.sms.vonage.PROVIDER",
    "apprise": "notifications.channels.sms.any_service.PROVIDER",
}
SMS_PROVIDER = env_choice("SMS_PROVIDER", "http", SMS_PROVIDERS)
SMS_SENDER = env("SMS_SENDER", "Fulfillment")
# Our own numbers by country: customers can reply to these senders.
SMS_NUMBERS = env_numbers("SMS_NUMBERS")
# Limits for every seller: texts a day, and countries (empty: the seller chooses).
SMS_DAILY_MOST = env_int("SMS_DAILY_MOST", 10_000)
SMS_COUNTRIES = [name.upper() for name in env_list("SMS_COUNTRIES")]
SMS_TIMEOUT = env_int("SMS_TIMEOUT", 15)
# What one segment of a text message costs, in minor units; with 0, dry runs show segments only.
SMS_SEGMENT_PRICE = env_decimal("SMS_SEGMENT_PRICE", "0")
SMS_SEGMENT_CURRENCY = env("SMS_SEGMENT_CURRENCY", "EUR")
if not re.fullmatch("[A-Z]{3}", SMS_SEGMENT_CURRENCY, re.ASCII):
    raise ImproperlyConfigured("SMS_SEGMENT_CURRENCY is no currency: expected one like EUR.")
# Web push: `manage.py vapid_keys` makes the key; without a key it is off.
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", "")
VAPID_SUBJECT = env("VAPID_SUBJECT", "")
PUSH_TIMEOUT = env_int("PUSH_TIMEOUT", 10)
# The allowed push services: of Chrome, Firefox, Safari and Edge (SSRF guard).
PUSH_HOSTS = env_list(
    "PUSH_HOSTS", "fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com"
)
if VAPID_PRIVATE_KEY and not VAPID_SUBJECT.startswith("mailto:"):
    raise ImproperlyConfigured("VAPID_SUBJECT is not mailto:…: push services write to it.")
if VAPID_PRIVATE_KEY and not re.fullmatch(r"[\w-]{43}", VAPID_PRIVATE_KEY, re.ASCII):
    raise ImproperlyConfigured("VAPID_PRIVATE_KEY is not one: manage.py vapid_keys makes one.")
# Relaxes the SSRF guard: webhook and push URLs may be http and on this machine.
WEBHOOK_ALLOW_LOCAL = env_bool("WEBHOOK_ALLOW_LOCAL")
if WEBHOOK_ALLOW_LOCAL and not DEBUG:
    raise ImproperlyConfigured("WEBHOOK_ALLOW_LOCAL opens our network: it needs DEBUG to be 1.")
SMS_PER_NUMBER = env_int("SMS_PER_NUMBER", 5)  # texts an hour to one number
_http, _twilio, _vonage, _apprise = (
    f"SMS_PROVIDER={name}" if name == SMS_PROVIDER else ""
    for name in ("http", "twilio", "vonage", "apprise")
)
SMS_URL = env_url(
    "SMS_URL",
    "http://127.0.0.1:8026/messages" if DEBUG else None if _http else "http://none.invalid/",
    ("http", "https"),
)
SMS_TOKEN = env("SMS_TOKEN", "")
SMS_HOOK_SECRET = env(
    "SMS_HOOK_SECRET", ""
)  # signs the delivery reports of the gateway behind SMS_URL
TWILIO_URL = env_url("TWILIO_URL", "https://api.twilio.com", ("http", "https")).rstrip("/")
TWILIO_ACCOUNT_SID = env_needed("TWILIO_ACCOUNT_SID", _twilio)
TWILIO_AUTH_TOKEN = env_needed("TWILIO_AUTH_TOKEN", _twilio)
TWILIO_MESSAGING_SERVICE_SID = env("TWILIO_MESSAGING_SERVICE_SID", "")
VONAGE_URL = env_url("VONAGE_URL", "https://rest.nexmo.com", ("http", "https")).rstrip("/")
VONAGE_API_KEY = env_needed("VONAGE_API_KEY", _vonage)
VONAGE_API_SECRET = env_needed("VONAGE_API_SECRET", _vonage)
VONAGE_SIGNATURE_SECRET = env_needed("VONAGE_SIGNATURE_SECRET", _vonage)
SMS_APPRISE_URL = env_needed("SMS_APPRISE_URL", _apprise)
if _apprise and find_spec("apprise") is None:
    raise ImproperlyConfigured(f"{_apprise} needs the package apprise, which is not installed.")
if _apprise and "{to}" not in SMS_APPRISE_URL:
    raise ImproperlyConfigured("SMS_APPRISE_URL has no {to}: it stands for the number.")
# A worker's action may be undone this long before its messages leave; 0 sends at once.
UNDO_HOLD_SECONDS = env_int("UNDO_HOLD_SECONDS", 60)
# A confirmation waits at most this long for the allocator, which knows what is in stock; with the
# sweep it leaves within a minute, without a date. 0 sends it at once, with the date.
STOCK_WAIT_SECONDS = env_int("STOCK_WAIT_SECONDS", 45)
# Messages a second that a provider takes, over all workers together; 0 is as fast as it goes.
SEND_RATES = {"email": env_int("EMAIL_RATE", 0), "sms": env_int("SMS_RATE", 0)}
# Bulkhead: workers that may use one provider at once; a provider that hangs leaves the rest free.
SENDERS_PER_CHANNEL = env_int("SENDERS_PER_CHANNEL", max(env_int("WORKER_CONCURRENCY", 2) // 2, 1))
# Where the catcher of `manage.py up` keeps mails and texts; /dev/outbox/ shows them.
DEV_OUTBOX_DIR = VAR_DIR / "outbox"
