"""Errors whose text is safe to show to the person who caused them."""

from collections.abc import Iterable, Sequence
from typing import Any


class DomainError(Exception):
    """An action that was refused: nothing has changed, the text says why. Pages answer 409."""


class MoveRefused(DomainError):
    """A status change that the table of moves does not allow."""

    def __init__(self, rows: Sequence[Any], to: str) -> None:
        self.rows = rows
        row = rows[0]
        kind = type(row)._meta.verbose_name.capitalize()
        present = row.get_status_display().lower()
        wanted = (
            type(row.status)(to).label.lower()
            if hasattr(row.status, "label")
            else str(to).replace("_", " ")
        )
        super().__init__(f"{kind} {row} is {present}: it cannot become {wanted}.")


class WrongScan(DomainError):
    """A scanned code that is not the expected one; says what was expected."""

    def __init__(self, scanned: str, expected: str) -> None:
        self.scanned, self.expected = scanned, expected
        super().__init__(f"You scanned {scanned}. Expected: {expected}.")


class InvalidInput(DomainError):
    """Invalid input: [(field path, problem)] with every problem."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{path}: {text}" for path, text in problems))
