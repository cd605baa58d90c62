"""The models of notifications, one module a subject."""

from notifications.models.channels import SendingDomain
from notifications.models.consent import Preference, PushSubscription
from notifications.models.delivery import (
    Attempt,
    ChannelCircuit,
    Installation,
    Message,
    MessageCount,
    Worker,
)
from notifications.models.editor import TextVersion
from notifications.models.reports import InboundText, Receipt, Suppression
from notifications.models.settings import DayStop, MailStop, MessageSettings, SmsStop
from notifications.models.webhooks import Delivery, DeliveryAttempt, Endpoint

__all__ = [
    "Attempt",
    "ChannelCircuit",
    "DayStop",
    "Delivery",
    "DeliveryAttempt",
    "Endpoint",
    "InboundText",
    "Installation",
    "MailStop",
    "Message",
    "MessageCount",
    "MessageSettings",
    "Preference",
    "PushSubscription",
    "Receipt",
    "SendingDomain",
    "SmsStop",
    "Suppression",
    "TextVersion",
    "Worker",
]
