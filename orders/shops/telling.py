"""The interface by which an adapter tells its shop what happened, and the door it asks at."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to an order, as plain values: an adapter reads no database.

    `units` are those of the parcel by the shop's id of the line. `shop_id` is what the shop called
    the parcel when it was told that it is sent.
    """

    what: str  # a value of Push.What
    reference: str  # the shop's id of the order
    at: datetime
    tracking_number: str = ""
    carrier: str = ""
    tracking_url: str = ""
    units: dict[str, int] = field(default_factory=dict)
    shop_id: str = ""
    is_last: bool = False  # nothing of the order is left to be sent


class NotTold(Exception):
    """The shop does not know it yet; the text is safe to keep and to show."""

    def __init__(self, text: str) -> None:
        super().__init__("".join(char if char.isprintable() else " " for char in text)[:250])


class Refused(NotTold):
    """The shop refused for good, or was asked in a wrong way: a person has to look."""


class KeyRefused(Refused):
    """The shop does not let us in: nothing can be asked until a person enters another key."""


class Unanswered(NotTold):
    """No answer, or the shop is busy: it is told again, after `retry_after` seconds at least."""

    def __init__(self, text: str, *, retry_after: float = 0) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Door(Protocol):
    """The API of one shop, with its address and the time that is left."""

    address: str

    def at(self, address: str) -> "Door":
        """The door of another server of the same platform, within the same time."""

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """(status, JSON of the answer, None where it is empty); a body of bytes goes as it is.

        Raises Unanswered, also for 429 and 5xx.
        """


class Teller(Protocol):
    """The side of an adapter that tells its shop."""

    address_hint: str
    key_label: str
    key_hint: str

    def check_address(self, address: str) -> str:
        """The address of a shop as we keep it. Raises DomainError where it is none."""

    def tell(self, news: News, door: Door, token: str) -> str:
        """Tell the shop; its id of what it made, or "". The same news again changes nothing.

        Raises Refused or Unanswered.
        """
