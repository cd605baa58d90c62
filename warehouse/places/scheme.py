"""The scheme of location codes: zone, aisle, bay, level and position, walked as a serpentine."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_PLACES = 50_000  # of one range
MOST_AISLES = 999
MOST_BAYS = 999
MOST_LEVELS = 99
# Each zone has so many walking positions to itself: aisles times bays.
ZONE_STEP = 1_000_000
AISLE_STEP = 1000
LEAST_DIGITS = 2  # of aisles and bays


@dataclass(frozen=True, slots=True)
class Scheme:
    """A range of locations; without levels or positions the code ends before them.

    `begins_at` is added to every walking position.
    """

    zone: str
    first_aisle: int
    last_aisle: int
    bays: int
    levels: int = 0
    positions: int = 0
    begins_at: int = 0

    @property
    def number(self) -> int:
        """How many locations there are in the range."""
        aisles = self.last_aisle - self.first_aisle + 1
        return aisles * self.bays * max(self.levels, 1) * max(self.positions, 1)

    def places(self) -> Iterator[tuple[str, int]]:
        """(code, walking position) of each, in the order of their codes."""
        aisle_digits = max(LEAST_DIGITS, len(str(self.last_aisle)))
        bay_digits = max(LEAST_DIGITS, len(str(self.bays)))
        ends = list(self._ends())
        for aisle in range(self.first_aisle, self.last_aisle + 1):
            for bay in range(1, self.bays + 1):
                stem = f"{self.zone}-{aisle:0{aisle_digits}}-{bay:0{bay_digits}}"
                position = self.begins_at + walk_position(aisle, bay)
                for end in ends:
                    yield stem + end, position

    def _ends(self) -> Iterator[str]:
        level_digits, digits = len(str(self.levels)), len(str(self.positions))
        for level in range(1, max(self.levels, 1) + 1):
            above = f"-{level:0{level_digits}}" if self.levels else ""
            for position in range(1, max(self.positions, 1) + 1):
                yield above + (f"-{position:0{digits}}" if self.positions else "")


def walk_position(aisle: int, bay: int) -> int:
    """Up the odd aisles and down the even ones; all levels of a bay are one stop."""
    along = bay if aisle % 2 else AISLE_STEP - bay
    return aisle * AISLE_STEP + along
