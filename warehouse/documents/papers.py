"""Papers for labels: sheets of a common size, and a roll. Lengths in millimetres."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet with labels in columns and rows; a roll is a sheet with one."""

    code: str
    title: str
    width: float
    height: float
    label_width: float
    label_height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    gap: float = 0.0  # between two columns

    @property
    def a_sheet(self) -> int:
        """How many labels are on one sheet."""
        return self.columns * self.rows

    def measures(self) -> dict[str, Any]:
        return asdict(self)


ROLL = Paper("roll", "Roll, 100 × 50 mm", 100, 50, 100, 50)
# The sizes that office shops sell as Avery 3474, L7160, L7163 and L7165.
PAPERS = {
    paper.code: paper
    for paper in (
        Paper("a4-24", "A4, 24 of 70 × 37 mm", 210, 297, 70, 37, 3, 8, 0, 0.5),
        Paper("a4-21", "A4, 21 of 63.5 × 38.1 mm", 210, 297, 63.5, 38.1, 3, 7, 7.2, 15.1, 2.5),
        Paper("a4-14", "A4, 14 of 99.1 × 38.1 mm", 210, 297, 99.1, 38.1, 2, 7, 4.65, 15.1, 2.5),
        Paper("a4-8", "A4, 8 of 99.1 × 67.7 mm", 210, 297, 99.1, 67.7, 2, 4, 4.65, 13.1, 2.5),
        ROLL,
    )
}
