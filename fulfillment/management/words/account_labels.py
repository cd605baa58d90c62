"""Texts of pages of everybody's own account that are said where a constant is shown."""

from collections.abc import Iterator

from orders.access import Role
from orders.values.contacts import BEYOND_ASCII, EXPECTED


def account_labels() -> Iterator[str]:
    """What somebody may be invited as, and what is wrong with an address, in English."""
    yield from (BEYOND_ASCII, EXPECTED)
    yield from (str(label) for label in Role.labels)
