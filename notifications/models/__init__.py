"""The rows of notifications, one module per subject."""

from notifications.models.gates import Gate, Installation
from notifications.models.messages import Attempt, Message, Worker
from notifications.models.preferences import Preference, PushSubscription
from notifications.models.receipts import InboundText, Receipt, Suppression
from notifications.models.senders import SendingDomain
from notifications.models.settings import MessageSettings, SmsStop
from notifications.models.texts import TextVersion
from notifications.models.webhooks import Delivery, DeliveryAttempt, Endpoint

__all__ = [
    "Attempt",
    "Delivery",
    "DeliveryAttempt",
    "Endpoint",
    "Gate",
    "InboundText",
    "Installation",
    "Message",
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
