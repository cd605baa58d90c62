"""Texts of pages about messages, files, promises, numbers and news, said as in `labels.py`."""

from collections.abc import Iterator, Mapping
from typing import Any

from fulfillment.dashboard.number_forms import BY
from fulfillment.dashboard.queries.news import HEADINGS, THIS
from fulfillment.dashboard.queries.numbers.messages import OUTCOMES
from fulfillment.dashboard.queries.numbers.returned import FATES
from fulfillment.dashboard.views import promises
from fulfillment.dashboard.views.numbers.rows import BESIDE
from orders.models import NumberFact
from orders.numbers.figures import FIGURES

TABLES: tuple[Mapping[Any, Any], ...] = (
    HEADINGS, promises.TITLES, promises.NOTES, promises.HEADS, BY, FATES, BESIDE,
)  # fmt: skip


def page_labels() -> Iterator[str]:
    """All of them, in English."""
    yield THIS
    yield from ("Better", "Worse", *OUTCOMES, *(way.capitalize() for way in BY))
    yield from (str(label) for label in NumberFact.Outcome.labels)
    for figure in FIGURES:
        yield from (figure.title, figure.things, figure.meaning)
    for table in TABLES:
        yield from map(str, table.values())
