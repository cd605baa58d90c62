"""The interface by which a shop is asked for its orders: page by page by time, or one by its id."""

from datetime import datetime
from typing import NamedTuple, Protocol

from orders.shops.telling import Door


class Place(NamedTuple):
    """How far the orders of a shop are known: all that it changed before `at`.

    `after` leads on within an unfinished list: an id within that moment, or a token of the shop.
    """

    at: datetime
    after: str = ""


class Found(NamedTuple):
    """An order that has changed in the shop, as the adapter's `read` takes it: whole, or a hint."""

    reference: str
    body: bytes


class Page(NamedTuple):
    """Some orders, those that were changed first before others, and where the next page begins."""

    found: list[Found]
    then: Place
    is_last: bool


class Asker(Protocol):
    """The side of an adapter that asks its shop for orders."""

    period: float  # seconds between two looks for changes
    overlap: float  # so many seconds are looked at twice: what a shop commits late is not missed
    most: int  # bytes of an answer

    def page(self, place: Place, door: Door, token: str) -> Page:
        """The orders that were changed at this place and after it. Raises Refused, Unanswered."""

    def order(self, reference: str, door: Door, token: str) -> bytes:
        """The body of one order, as the adapter's `read` takes it. Raises Refused, Unanswered."""
