"""Texts of pages about messages, files, promises, numbers and news, said as in `labels.py`."""

from collections.abc import Iterator, Mapping
from typing import Any

from fulfillment.dashboard.queries.news import HEADINGS, THIS
from fulfillment.dashboard.views import promises

TABLES: tuple[Mapping[Any, Any], ...] = (
    HEADINGS, promises.TITLES, promises.NOTES, promises.HEADS,
)  # fmt: skip


def page_labels() -> Iterator[str]:
    """All of them, in English."""
    yield THIS
    for table in TABLES:
        yield from map(str, table.values())
