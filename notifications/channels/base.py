"""The interface of channels: a record of each, and send(), a Receipt or one of three errors."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, Self

# Around a number in a text from right to left: "#RV4", not "RV4#".
ISOLATE, END_OF_ISOLATE = "\u2066", "\u2069"
NO_BREAK = "\u00a0\u202f"  # French sets them before : ; and ?
KEPT = NO_BREAK + ISOLATE + END_OF_ISOLATE


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A rendered message to one recipient.

    `key` is the same at every attempt. Headers never come from outside: `sender_name`, `subject`
    and the like hold no control characters, see `one_line`. `headers` are those of the channel's
    own protocol; `link` is what opens where a text cannot hold it; `sender_address` is ours where
    it is empty; `sender` is the number or name that a text message comes from, where
    `senders.sender_for` is not to choose it.
    """

    key: str
    recipient: str
    text: str
    subject: str = ""
    html: str = ""
    sender_name: str = ""
    sender_address: str = ""
    reply_to: str = ""
    link: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider accepted the message; `provider_id` is its id there."""

    provider_id: str
    answer: str = ""


class SendError(Exception):
    """The provider did not confirm that it accepted the message; the text is for operators."""


class Temporary(SendError):
    """Certainly not sent; may be retried. `is_down`: the provider refuses all messages now."""

    def __init__(self, text: str, *, is_down: bool = False, retry_after: float | None = None):
        self.is_down, self.retry_after = is_down, retry_after
        super().__init__(text)


class Permanent(SendError):
    """Certainly not sent, and a retry is useless: no such recipient, a refused text."""


class Gone(Permanent):
    """Permanent: the browser has unsubscribed (404 or 410 of its push service)."""


class OptedOut(Permanent):
    """Permanent: the receiver opted out at the provider; the address is suppressed."""


class OutcomeUnknown(SendError):
    """It may have been sent: there was no answer. `is_down`: the next one would get none either."""

    def __init__(self, text: str, *, is_down: bool = True):
        self.is_down = is_down
        super().__init__(text)


class Channel(Protocol):
    """A channel; a context manager entered once per batch, so that a batch shares a connection.

    `knows_keys`: the provider knows idempotency keys, so an attempt without an answer is retried.
    """

    provider: str
    knows_keys: bool

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def send(self, outgoing: Outgoing) -> Receipt:
        """Send one message. Raises Temporary, Permanent or OutcomeUnknown."""


class Reach(Enum):
    """Which address of an order a channel takes."""

    EMAIL = "email"
    PHONE = "phone"
    BROWSERS = "browsers"  # each push subscription


class Words(Enum):
    """Which texts of a message a channel carries."""

    MAIL = "mail"  # subject, text and HTML
    TEXT = "text"  # the one line of a text message, with the link in it
    NOTE = "note"  # the subject as a notification, with a link beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelKind:
    """A channel: `name` is stored in rows, `title` is what sellers read.

    `opens`: makes the channel that sends. `turn`: channels with a lower one are served first.
    `is_loud`: it makes a telephone ring, so quiet hours hold it.
    `plural`: its messages as customers read them, empty where they choose nothing; `optional_as`:
    customers may turn off the same messages as over that channel, by default what the kinds of
    messages name; `may_be_off`: or everything.
    """

    name: str
    title: str
    opens: Callable[[], Channel]
    reach: Reach
    words: Words
    turn: int
    is_loud: bool = False
    plural: str = ""
    optional_as: str = ""
    may_be_off: bool = False


def one_line(text: str) -> str:
    """Make text safe for a header: control characters and line separators become spaces."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char in KEPT else " " for char in text)
    return " ".join(filter(None, text.split(" "))).strip()
