"""The interface of SMS providers: a channel, and inbound webhooks."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from notifications.channels.base import Channel
from notifications.channels.reports import Report


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came in at `at`; `url` is built from SITE_URL, header names are lower case."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that somebody sent to one of our numbers.

    `is_answered`: the provider has answered the word by itself.
    """

    provider: str
    text_id: str
    sender: str
    text: str
    is_answered: bool = False


class UnreadableCall(ValueError):
    """A signed call whose content cannot be parsed."""


class Hook(Protocol):
    """The webhooks of one provider.

    `answers_at_once`: what is answered to an inbound text is sent as a text.
    """

    provider: str
    answers_at_once: bool

    def is_signed(self, call: Call) -> bool:
        """Whether the signature is valid; False without a secret in the settings."""

    def reports(self, call: Call) -> list[Report]:
        """Return the final statuses of texts that we sent. Raises UnreadableCall."""

    def inbound(self, call: Call) -> Inbound:
        """Return the inbound text. Raises UnreadableCall."""


class Provider(NamedTuple):
    """An SMS provider; `hook` is None where it has no webhooks."""

    channel: Callable[[], Channel]
    hook: Hook | None = None


def is_same(ours: str, theirs: str) -> bool:
    """Compare two signatures in constant time; `theirs` may be any text."""
    return hmac.compare_digest(ours.encode(), theirs.encode(errors="replace"))


def is_recent(stamp: str, now: datetime, *, seconds: float) -> bool:
    """Whether a number of seconds since 1970 is so close to now."""
    return (
        stamp.isascii()
        and stamp.isdecimal()
        and len(stamp) <= 12
        and abs(now.timestamp() - int(stamp)) <= seconds
    )


def needed(fields: Mapping[str, object], name: str) -> str:
    """Return a required field as text. Raises UnreadableCall."""
    value = fields.get(name)
    if not isinstance(value, str | int) or not str(value):
        raise UnreadableCall(f"{name} is missing.")
    return str(value)
