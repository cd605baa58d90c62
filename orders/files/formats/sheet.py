"""A row of a file, whatever its format: texts, and which cells are refused and why."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class SheetRow:
    """A row with its number in the file, the first being 1; `bad` is by the place of the cell."""

    number: int
    cells: list[str]
    bad: dict[int, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(self.cells) and not self.bad

    def at(self, place: int) -> str:
        return self.cells[place] if place < len(self.cells) else ""

    def kept(self) -> list[Any]:
        """As JSON; empty cells at the end are left out."""
        last = max((place for place, cell in enumerate(self.cells) if cell), default=-1)
        return [self.number, self.cells[: last + 1], self.bad]

    @classmethod
    def of(cls, kept: list[Any]) -> "SheetRow":
        number, cells, bad = kept
        return cls(number, cells, {int(place): why for place, why in bad.items()})
