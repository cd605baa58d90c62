"""What is wrong with a form that was sent: the error summary above it, with links to the fields."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

QUESTION_MARKS = ("?", "？", "؟")


class Place(NamedTuple):
    """Where a field is: its id, and how it is called where the refusal alone does not say it."""

    at: str
    name: str = ""


class Mistake(NamedTuple):
    """A refusal; without `at` it is of no field."""

    text: str
    at: str = ""
    name: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether the name is a question, after which no colon stands."""
        return self.name.endswith(QUESTION_MARKS)


def mistakes_in(wrong: Mapping[str, str], places: Mapping[str, Place]) -> list[Mistake]:
    """All that is `wrong`, in the order of the page: first what is of no field."""
    return list(_mistakes(wrong, places))


def _mistakes(wrong: Mapping[str, str], places: Mapping[str, Place]) -> Iterator[Mistake]:
    yield from (Mistake(text) for name, text in wrong.items() if name not in places)
    yield from (Mistake(wrong[name], *place) for name, place in places.items() if name in wrong)
