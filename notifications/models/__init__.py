"""The rows of notifications, one module per subject."""

from notifications.models.messages import Attempt, Message, Worker

__all__ = ["Attempt", "Message", "Worker"]
