"""The interface by which an adapter tells its shop what happened, and the door it asks at."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from orders.words import say_later

WHAT_BECAME = {
    "removed": "Cancelled, will not be sent",
    "returned": "Returned and inspected",
    "lost": "Lost on the way",
    "found": "Found again, no longer lost",
    "refund": "Owed for a return",
}
# What is told of a parcel, and what takes it back.
UNDONE = {"sent": "unsent", "delivered": "undelivered"}


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
    about: str = ""  # units that were cancelled or returned, and the refund that is due
    is_refund_due: bool = False  # money is, or may be: never read from `about`, which names goods
    mark: str = ""  # finds what was told of one event again

    @property
    def words(self) -> str:
        """What became of units, as a note for the seller."""
        return f"{WHAT_BECAME.get(self.what, 'Told')}: {self.about}"


def is_noted(notes: str, what: str, number: str) -> bool:
    """Whether the last note about a parcel says this, and not that it was undone.

    Each note ends with a mark, "[delivered PX1]"; a parcel may be delivered again after an undo.
    """
    undone = UNDONE.get(what, "")
    if not undone:
        does = next(does for does, undoes in UNDONE.items() if undoes == what)
        return notes.count(f"[{what} {number}]") >= notes.count(f"[{does} {number}]")
    return notes.count(f"[{what} {number}]") > notes.count(f"[{undone} {number}]")


# Of a platform that says why.
ANSWERED = say_later("The shop answered {status}: {message}")


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

        Raises Unanswered, also for 408, 409, 425, 429 and 5xx.
        """


class Teller(Protocol):
    """The side of an adapter that tells its shop."""

    address_hint: str
    key_label: str
    key_hint: str
    key_form: str  # a regular expression that every key of such a shop matches
    mails: str  # who writes to the customers of the shop

    def check_address(self, address: str) -> str:
        """The address of a shop as we keep it. Raises DomainError where it is none."""

    def tell(self, news: News, door: Door, token: str) -> str:
        """Tell the shop; its id of what it made, or "". The same news again changes nothing.

        Raises Refused or Unanswered.
        """
