"""Texts rendered once a shape: with marks where values go, which each message then fills in.

Two messages have one shape if they differ only in words and numbers that a template prints or asks
for, not in which there are. So a template engine runs once for thousands of messages, and remains
the only one that knows its language.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, Generic, TypeVar

# Of this process alone: no text of a seller or customer can name a place.
SECRET = secrets.token_hex(8)
PLACE = re.compile(rf"{SECRET}-(\d+)-")
MARKED = "marked"  # in a shape: there are words or a number here
MOST_CHARACTERS = 20_000_000
PIECE = 100  # characters that a piece takes beside its own
Made = TypeVar("Made")


def mark(place: int) -> str:
    """What stands in a rendered text where the value of this place goes."""
    return f"{SECRET}-{place}-"


class Outline:
    """A text with places for values, as a template was rendered with their marks."""

    __slots__ = ("pieces", "places", "size")

    def __init__(self, rendered: str) -> None:
        self.pieces: list[str] = PLACE.split(rendered)
        self.places = [int(place) for place in self.pieces[1::2]]
        self.size = len(rendered) + PIECE * len(self.pieces)

    def filled(self, values: Sequence[str]) -> str:
        """The text with these values, as they are."""
        pieces = self.pieces.copy()
        pieces[1::2] = [values[place] for place in self.places]
        return "".join(pieces)


class Shapes(Generic[Made]):
    """What was made of each shape, of `most` characters together; beyond them all are forgotten.

    A number of shapes would be no bound: texts are written by anybody, and an order has 400 lines.
    """

    def __init__(self, size: Callable[[Made], int], *, most: int = MOST_CHARACTERS) -> None:
        self.size, self.most = size, most
        self.made: dict[Hashable, Made] = {}
        self.held = 0

    def of(self, shape: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` made of this shape. Its errors are not remembered."""
        made = self.made.get(shape)
        if made is None:
            made = make()
            # The shape holds the text, and the values that it compares.
            size = self.size(made) + len(repr(shape))
            if self.held + size > self.most:
                self.made.clear()
                self.held = 0
            self.made[shape] = made
            self.held += size
        return made


def shape_of(value: Any, found: list[str]) -> Hashable:
    """The shape of a value of a page; its words and numbers are added to `found`, in order."""
    if isinstance(value, str):
        if not value:
            return ""
        found.append(value)
        return MARKED
    if isinstance(value, list | tuple):
        return tuple([shape_of(part, found) for part in value])
    if isinstance(value, int) and not isinstance(value, bool):
        found.append(str(value))
        return MARKED
    return bool(value)


def marked(value: Any, places: Iterator[int]) -> Any:
    """The same value with marks instead of words and numbers, in the order of `shape_of`."""
    if isinstance(value, str):
        return mark(next(places)) if value else ""
    if isinstance(value, list):
        return [marked(part, places) for part in value]
    if isinstance(value, tuple):
        return (
            type(value)(*(marked(part, places) for part in value))
            if hasattr(value, "_fields")
            else tuple(marked(part, places) for part in value)
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return mark(next(places))
    return value
