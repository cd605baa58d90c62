"""The rows of notifications, one module per subject."""

from notifications.models.messages import Attempt, Message, Worker
from notifications.models.settings import MessageSettings

__all__ = ["Attempt", "Message", "MessageSettings", "Worker"]
