"""Inbound webhooks of mail providers, read by django-anymail; 404 where no secret is set."""

import base64
import binascii
import hashlib
import hmac
import json
import logging
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.amazon_ses import AmazonSESBaseWebhookView, AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView, SvixWebhookValidationMixin
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

log = logging.getLogger(__name__)

STALE_SECONDS = 24 * 3600  # a signed call may be so late: Resend repeats it for ten hours


class AmazonSes(AmazonSESTrackingWebhookView):
    """Reports by SNS. The operator confirms the subscription by hand: that alone needs boto3."""

    def __init__(self, **kwargs: Any):
        self.auto_confirm_enabled = False
        super(AmazonSESBaseWebhookView, self).__init__(**kwargs)

    def parse_events(self, request: HttpRequest) -> list[AnymailTrackingEvent]:
        message = self._parse_sns_message(request)
        if message.get("Type") == "SubscriptionConfirmation":
            url = message.get("SubscribeURL")
            log.warning("Amazon SNS asks to confirm its subscription: open %s", url)
        found: list[AnymailTrackingEvent] = super().parse_events(request)
        return found


class Mailgun(MailgunTrackingWebhookView):
    """Signed reports; refuses old ones, since anymail does not check the signed time (replay)."""

    def validate_request(self, request: HttpRequest) -> None:
        try:
            if request.content_type == "application/json":
                moment = int(json.loads(request.body)["signature"]["timestamp"])
            else:
                moment = int(request.POST["timestamp"])
        except (ValueError, KeyError, TypeError) as error:
            raise AnymailWebhookValidationFailure(
                "Mailgun webhook called without a time"
            ) from error
        if not _is_recent(moment):
            raise AnymailWebhookValidationFailure("Mailgun webhook called late")


class Resend(ResendTrackingWebhookView):
    """Reports with Svix signatures, checked without the Svix library."""

    def __init__(self, **kwargs: Any):
        self.signing_secret = settings.ANYMAIL.get("RESEND_SIGNING_SECRET", "")
        self.warn_if_no_basic_auth = not self.signing_secret
        self._svix_webhook = None
        super(SvixWebhookValidationMixin, self).__init__(**kwargs)

    def validate_request(self, request: HttpRequest) -> None:
        if not self.signing_secret:
            return
        names = ("svix-id", "svix-timestamp", "svix-signature")
        call_id, moment, signatures = (request.headers.get(name, "") for name in names)
        if not moment.isdecimal() or not _is_recent(int(moment)):
            raise AnymailWebhookValidationFailure("Resend webhook called late or without a time")
        signed = f"{call_id}.{moment}.".encode() + request.body
        digest = hmac.new(_svix_key(self.signing_secret), signed, hashlib.sha256).digest()
        expected = f"v1,{base64.b64encode(digest).decode()}"
        if not any(constant_time_compare(given, expected) for given in signatures.split()):
            raise AnymailWebhookValidationFailure("Resend webhook called with a wrong signature")


# Provider -> (anymail view that reads its calls, settings of ANYMAIL of which any one opens it).
# WEBHOOK_SECRET opens all but those of SIGNED.
HOOKS: dict[str, tuple[type[AnymailBaseWebhookView], tuple[str, ...]]] = {
    "amazon_ses": (AmazonSes, ()),
    "brevo": (BrevoTrackingWebhookView, ()),
    "mailersend": (MailerSendTrackingWebhookView, ("MAILERSEND_SIGNING_SECRET",)),
    "mailgun": (Mailgun, ("MAILGUN_WEBHOOK_SIGNING_KEY", "MAILGUN_API_KEY")),
    "mailjet": (MailjetTrackingWebhookView, ()),
    "mailtrap": (MailtrapTrackingWebhookView, ("MAILTRAP_TRACKING_SECRET",)),
    "mandrill": (MandrillCombinedWebhookView, ("MANDRILL_WEBHOOK_KEY",)),
    "postal": (PostalTrackingWebhookView, ("POSTAL_WEBHOOK_KEY",)),
    "postmark": (PostmarkTrackingWebhookView, ()),
    "resend": (Resend, ("RESEND_SIGNING_SECRET",)),
    "sendgrid": (SendGridTrackingWebhookView, ("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",)),
    "sparkpost": (SparkPostTrackingWebhookView, ()),
    "unisender_go": (UnisenderGoTrackingWebhookView, ("UNISENDER_GO_API_KEY",)),
}
# Their views check only a signature and no password: WEBHOOK_SECRET alone does not open them.
SIGNED = frozenset({"mailersend", "mailgun", "mandrill", "postal", "unisender_go"})


def hook_of(provider: str) -> AnymailBaseWebhookView | None:
    """Return the view that reads a provider's calls; None where it is unknown or has no secret."""
    if provider not in HOOKS:
        return None
    view, keys = HOOKS[provider]
    own = any(settings.ANYMAIL.get(key) for key in keys)
    shared = bool(settings.ANYMAIL.get("WEBHOOK_SECRET")) and provider not in SIGNED
    if not (own or shared):
        wanted = " or ".join(f"ANYMAIL_{key}" for key in (*_shared(provider), *keys))
        log.warning("%s called its webhook, which is closed until %s is set", provider, wanted)
        return None
    return view()


def _shared(provider: str) -> tuple[str, ...]:
    return () if provider in SIGNED else ("WEBHOOK_SECRET",)


def _is_recent(moment: int) -> bool:
    return abs(timezone.now().timestamp() - moment) < STALE_SECONDS


def _svix_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise AnymailWebhookValidationFailure("RESEND_SIGNING_SECRET is no such secret") from error
