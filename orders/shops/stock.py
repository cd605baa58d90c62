"""The interface by which an adapter reads and sets the stock that its shop shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orders.shops.telling import Door

# The shop had another number than the one we had read a moment before: it is read again.
CHANGED = "The shop has changed it at the same moment."


@dataclass(frozen=True, slots=True)
class Place:
    """A location of a shop; one that knows none has none."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a shop shows of one of its items in one place; `units` is None where it counts none."""

    sku: str
    item: str
    place: str
    units: int | None
    problem: str = ""  # why it cannot be told


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item of a shop, and the units that it is to show."""

    shown: Shown
    units: int


class LevelTeller(Protocol):
    """The side of an adapter that tells its shop our stock. All raise Refused or Unanswered."""

    has_places: bool
    most: int  # SKUs in one question
    hint: str  # what the seller has to know before it is switched on

    def places(self, door: Door, token: str) -> list[Place]:
        """The locations of the shop; none where `has_places` is False."""

    def shown(
        self, skus: Sequence[str], places: Sequence[str], door: Door, token: str
    ) -> list[Shown]:
        """What the shop shows of these SKUs now, in each of these places; in any letters."""

    def tell(self, wanted: Sequence[Wanted], door: Door, token: str) -> list[str]:
        """Set the units; of each why it was refused, CHANGED, or ""."""
