"""A seller chooses how customers are spoken to."""

from datetime import time

from django.db import transaction

from notifications.models import MessageSettings
from orders.errors import DomainError
from orders.events import record
from orders.models import Event, Seller, User


@transaction.atomic
def choose_settings(
    seller: Seller,
    *,
    actor: User,
    calm: bool,
    quiet_from: time | None,
    quiet_until: time | None,
    digest_above: int,
) -> MessageSettings:
    """Keep a seller's choices; messages that wait already follow them too. Raises DomainError."""
    if (quiet_from is None) != (quiet_until is None):
        raise DomainError("Quiet hours need a beginning and an end, or neither.")
    chosen = {
        "calm": calm,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "digest_above": digest_above,
    }
    row, _ = MessageSettings.objects.update_or_create(seller=seller, defaults=chosen)
    record(
        [Event(seller=seller, kind="message_settings.changed", actor=actor, data=_dated(chosen))]
    )
    return row


def _dated(chosen: dict) -> dict:
    return {
        name: str(value) if isinstance(value, time) else value for name, value in chosen.items()
    }
