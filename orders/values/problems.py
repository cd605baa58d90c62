"""What is wrong with an input, by field path: counted to the end, told up to a limit."""

from collections.abc import Callable
from typing import TypeVar

from orders.errors import InvalidInput
from orders.values.unfit import Unfit
from orders.words import say_count
from orders.words.writing import grouped

MOST_TOLD = 100
LONGEST_PATH = 200  # of a field's path: its name may be a stranger's, of any length
T = TypeVar("T")
V = TypeVar("V")


class Problems:
    """The problems of one input. Adding and asking cost the same however many there are."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self._paths: set[str] = set()
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self.told)

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    @property
    def found(self) -> list[tuple[str, str]]:
        """[(field path, problem)]; the last one says how many more there are."""
        if not self._more:
            return list(self.told)
        n = self._more
        more = say_count(n, "and {n} more problem", "and {n} more problems", n=grouped(n))
        return [*self.told, ("", more)]

    def add(self, path: str, text: str) -> None:
        if len(self.told) == MOST_TOLD:
            self._more += 1
            return
        self._paths.add(path)
        shown = path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}…"
        self.told.append((shown, text))

    def kept(self, path: str, read: Callable[[V], T], value: V, otherwise: T) -> T:
        """The value as `read` keeps it; `otherwise` and a problem where it raises Unfit."""
        try:
            return read(value)
        except Unfit as error:
            self.add(path, str(error))
            return otherwise

    def refuse(self) -> None:
        """Raise InvalidInput, if there is a problem."""
        if self.told:
            raise InvalidInput(self.found)
