"""What every provider of texts promises: a channel, and webhooks if it reports back."""

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


class Unreadable(ValueError):
    """A signed call that says nothing we know."""


class Hook(Protocol):
    """The webhooks of one provider.

    `answers_at_once`: what is answered to an inbound text is sent as a text.
    """

    provider: str
    answers_at_once: bool

    def is_signed(self, call: Call) -> bool:
        """Whether the provider itself made this call; never without a secret."""

    def reports(self, call: Call) -> list[Report]:
        """What it says of texts we sent; statuses on the way are left out. Raises Unreadable."""

    def inbound(self, call: Call) -> Inbound:
        """The text it passes on. Raises Unreadable."""


class Provider(NamedTuple):
    """One company behind text messages; `hook` is None where it reports nothing."""

    channel: Callable[[], Channel]
    hook: Hook | None = None


def is_same(ours: str, theirs: str) -> bool:
    """Compare two signatures in constant time, whatever characters came."""
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
    """A field that has to be there, as text. Raises Unreadable."""
    value = fields.get(name)
    if not isinstance(value, str | int) or not str(value):
        raise Unreadable(f"{name} is missing.")
    return str(value)
