"""What all acts have: the building, the model, and that a refused act changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

from django.db.models import QuerySet

from orders.errors import DomainError
from tests.warehouse.any_day.building import BINS, open_building
from tests.warehouse.any_day.model import Model

FEW, NONE_OR_FEW = range(1, 5), range(4)
PLACES, PEOPLE = (*BINS, "DOCK"), ("pat", "pia", "lea")


class Nothing(Exception):
    """There is nothing that somebody could do this to."""


def step(often: int = 1, **choices: Sequence[Any]) -> Callable[[Any], Any]:
    """Mark a method as what may happen on a day; it is called with one of each of the choices."""

    def marked(method: Any) -> Any:
        method.often, method.choices = often, choices
        return method

    return marked


class Acts:
    """A building, beside it the model of what lies where, and a diary of what was done."""

    def __init__(self, luck: Random) -> None:
        self.luck, self.here, self.model = luck, open_building(), Model()
        self.diary: list[str] = []
        self.carried_out: Counter[str] = Counter()
        self.steps = self.all_steps()

    @classmethod
    def all_steps(cls) -> list[str]:
        """The names of what may happen, each as often as it shall."""
        known = [name for name in sorted(dir(cls)) if hasattr(getattr(cls, name), "often")]
        return [name for name in known for _ in range(getattr(cls, name).often)]

    def go_on(self) -> None:
        """Let something happen, whatever is possible now."""
        while True:
            method = getattr(self, self.luck.choice(self.steps))
            chosen = {what: self.luck.choice(among) for what, among in method.choices.items()}
            with suppress(Nothing):
                method(**chosen)
                return

    def who(self, name: str) -> Any:
        """The person of this name."""
        return getattr(self.here, name)

    def one_of(self, rows: QuerySet[Any]) -> Any:
        """One of these rows, in the order in which they were made. Raises Nothing."""
        found = list(rows.order_by("pk"))
        if not found:
            raise Nothing
        return self.luck.choice(found)

    @contextmanager
    def act(self, name: str, *about: object) -> Iterator[None]:
        """An act that may be refused: what follows in the block, the model's part, is left out."""
        what = ", ".join(map(str, about))
        try:
            yield
        except DomainError as error:
            self.diary.append(f"{name} {what}: refused, {error}")
        else:
            self.diary.append(f"{name} {what}")
            self.carried_out[name] += 1
