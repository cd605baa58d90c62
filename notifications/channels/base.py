"""What every message channel promises: each message is sent, or one of three errors is raised."""

from dataclasses import dataclass
from typing import Protocol, Self

NO_BREAK = "\u00a0\u202f"  # French sets them before : ; and ?


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message in its final words, to one recipient.

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
    """The provider has taken the message over and calls it so."""

    provider_id: str
    answer: str = ""


class SendError(Exception):
    """The provider did not say that it took the message over; the text is for the operator."""


class Temporary(SendError):
    """Not sent for certain, and worth another try. `is_down`: it would refuse the others too."""

    def __init__(self, text: str, *, is_down: bool = False, retry_after: float | None = None):
        self.is_down, self.retry_after = is_down, retry_after
        super().__init__(text)


class Permanent(SendError):
    """Not sent for certain, and never will be: no such recipient, a text that is refused."""


class Gone(Permanent):
    """There is nobody at this address any more, and never will be again."""


class Unwanted(Permanent):
    """As before, because the receiver told the provider to stop: nothing more may go there."""


class OutcomeUnknown(SendError):
    """It may have been sent: the answer got lost. `is_down`: the next one's would be too."""

    def __init__(self, text: str, *, is_down: bool = True):
        self.is_down = is_down
        super().__init__(text)


class Channel(Protocol):
    """One way to reach people; entered once per batch, so that a connection serves them all.

    `knows_keys`: the provider sends a key once however often it is asked, so an attempt without an
    answer may be repeated.
    """

    provider: str
    knows_keys: bool

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand one message over. Raises Temporary, Permanent or OutcomeUnknown."""


def one_line(text: str) -> str:
    """Text that may stand in a header: every control character or line separator is a space."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char in NO_BREAK else " " for char in text)
    return " ".join(filter(None, text.split(" "))).strip()
