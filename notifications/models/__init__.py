"""The rows of notifications, one module per subject."""

from notifications.models.gates import Gate, Installation
from notifications.models.messages import Attempt, Message, Worker
from notifications.models.receipts import InboundText, Receipt, Suppression
from notifications.models.settings import MessageSettings, SmsStop

__all__ = [
    "Attempt",
    "Gate",
    "InboundText",
    "Installation",
    "Message",
    "MessageSettings",
    "Receipt",
    "SmsStop",
    "Suppression",
    "Worker",
]
