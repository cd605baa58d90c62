"""A seller chooses how customers are spoken to."""

from dataclasses import asdict, dataclass
from datetime import time

from django.db import transaction
from phonenumbers import SUPPORTED_REGIONS

from notifications.models import MessageSettings
from orders.errors import DomainError, InvalidInput
from orders.events import record
from orders.models import Event, Seller, User


@dataclass(frozen=True, slots=True)
class Choices:
    """What a seller may choose; `sms_countries` in two letters each, none is the default."""

    calm: bool
    quiet_from: time | None
    quiet_until: time | None
    digest_above: int
    sms_daily_cap: int
    sms_countries: list[str]


@transaction.atomic
def choose_settings(seller: Seller, *, actor: User, choices: Choices) -> MessageSettings:
    """Keep a seller's choices; messages that wait already follow them too. Raises DomainError."""
    if (choices.quiet_from is None) != (choices.quiet_until is None):
        raise DomainError("Quiet hours need a beginning and an end, or neither.")
    if unknown := [name for name in choices.sms_countries if name not in SUPPORTED_REGIONS]:
        text = f"{', '.join(unknown)}: not the two letters of a country."
        raise InvalidInput([("sms_countries", text)])
    chosen = asdict(choices)
    row, _ = MessageSettings.objects.update_or_create(seller=seller, defaults=chosen)
    record(
        [Event(seller=seller, kind="message_settings.changed", actor=actor, data=_dated(chosen))]
    )
    return row


def _dated(chosen: dict) -> dict:
    return {
        name: str(value) if isinstance(value, time) else value for name, value in chosen.items()
    }
