"""Actions on a seller's message settings: calm, quiet hours, caps, languages, triggers, look."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from django.db import transaction
from phonenumbers import SUPPORTED_REGIONS

from notifications.colours import (
    COLOUR,
    LEAST_CONTRAST,
    PETROL,
    WHITE,
    contrast,
    is_readable,
    readable,
)
from notifications.consent.shop_switches import optional_triggers
from notifications.languages import LANGUAGES, NAMES
from notifications.models import MessageSettings
from orders.errors import DomainError, InvalidInput
from orders.events.recording import record
from orders.models import Event, Seller, User
from orders.words import say, say_later
from orders.words.writing import figure, isolated

INCOMPLETE_QUIET_HOURS = say_later("Enter both a start and an end of quiet hours, or neither.")


class LowContrast(DomainError):
    """A colour with too low contrast on white; `suggestion` is the nearest readable one."""

    def __init__(self, colour: str):
        self.suggestion = readable(colour)
        ratio = contrast(colour, WHITE)
        super().__init__(
            say(
                "{colour} has a contrast of {ratio}:1 on white; text needs {least}:1. "
                "The nearest readable colour is {suggestion}.",
                colour=isolated(colour),
                ratio=figure(f"{ratio:.1f}"),
                least=figure(str(LEAST_CONTRAST)),
                suggestion=isolated(self.suggestion),
            )
        )


@dataclass(frozen=True, slots=True)
class Choices:
    """Settings of a seller; `sms_countries`: ISO codes, empty for the default."""

    calm: bool
    quiet_from: time | None
    quiet_until: time | None
    digest_above: int
    texts_on_request: bool
    sms_daily_cap: int
    sms_countries: list[str]


@transaction.atomic
def choose_settings(seller: Seller, *, actor: User, choices: Choices) -> MessageSettings:
    """Save a seller's settings; they apply to waiting messages too. Raises DomainError."""
    if (choices.quiet_from is None) != (choices.quiet_until is None):
        raise DomainError(str(INCOMPLETE_QUIET_HOURS))
    if unknown := [name for name in choices.sms_countries if name not in SUPPORTED_REGIONS]:
        text = say("{codes}: not a two-letter country code.", codes=", ".join(unknown))
        raise InvalidInput([("sms_countries", text)])
    return _save(seller, actor, **asdict(choices))


@transaction.atomic
def choose_languages(seller: Seller, languages: Sequence[str], *, actor: User) -> MessageSettings:
    """Save the languages that custom texts need before they are published. Raises DomainError."""
    if not languages or not set(languages) <= set(LANGUAGES):
        raise DomainError(
            say("Choose at least one language of: {names}.", names=", ".join(NAMES.values()))
        )
    return _save(seller, actor, languages=[name for name in LANGUAGES if name in languages])


@transaction.atomic
def choose_triggers(
    seller: Seller, switched_off: Collection[str], *, actor: User
) -> MessageSettings:
    """Save what the shop does not send, `template:channel` each. Raises DomainError.

    Essential messages cannot be switched off.
    """
    if refused := sorted(set(switched_off) - optional_triggers()):
        raise DomainError(say("These are always sent: {names}.", names=", ".join(refused)[:200]))
    return _save(seller, actor, switched_off=sorted(switched_off))


@transaction.atomic
def choose_look(seller: Seller, *, accent: str, markup: bool, actor: User) -> MessageSettings:
    """Save the colour of mails and tracking page, "" for the default. Raises LowContrast."""
    accent = accent.lower()
    if accent and not COLOUR.fullmatch(accent):
        raise DomainError(say("Enter a colour such as #0b6372."))
    if accent and not is_readable(accent):
        raise LowContrast(accent)
    return _save(seller, actor, accent="" if accent == PETROL else accent, markup=markup)


def _save(seller: Seller, actor: User, **chosen: Any) -> MessageSettings:
    row, _ = MessageSettings.objects.update_or_create(seller=seller, defaults=chosen)
    data = _dated(chosen)
    record([Event(seller=seller, kind="message_settings.changed", actor=actor, data=data)])
    return row


def _dated(chosen: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, time) else value for name, value in chosen.items()
    }
