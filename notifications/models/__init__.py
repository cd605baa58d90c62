"""The rows of notifications, one module per subject."""

from notifications.models.gates import Gate, Installation
from notifications.models.messages import Attempt, Message, Worker
from notifications.models.settings import MessageSettings
from notifications.models.webhooks import Delivery, DeliveryAttempt, Endpoint

__all__ = [
    "Attempt", "Delivery", "DeliveryAttempt", "Endpoint", "Gate", "Installation", "Message",
    "MessageSettings", "Worker",
]  # fmt: skip
