"""Keyset pages: pagination by cursor, and capped counts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import IntegerField, Q, QuerySet, Subquery, Value

from orders.values.counts import whole
from orders.values.moments import moment
from orders.values.texts import is_storable
from orders.values.unfit import Unfit
from orders.words.writing import grouped

PAGE_SIZE = 50
MOST_COUNTED = 10_000
LARGEST_KEY = 2**63 - 1
FORWARD, BACKWARD = "a", "b"


@dataclass(frozen=True, slots=True)
class Page:
    """A keyset page: its rows, and the cursors of its neighbours; "" where there is none."""

    rows: list[Any]
    previous: str
    next: str


class CappedCount(Subquery):
    """COUNT(*) that reads at most 10,001 rows, or one more than `most`, as a subquery."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet[Any], *, most: int = MOST_COUNTED, **extra: Any):
        super().__init__(rows.order_by().values(one=Value(1))[: most + 1], **extra)


def count_text(number: int, most: int = MOST_COUNTED) -> str:
    """A capped count as text: 9,871 or 10,000+."""
    return f"{grouped(most)}+" if number > most else grouped(number)


def page_of(
    rows: QuerySet[Any],
    *,
    key: str,
    cursor: str = "",
    size: int = PAGE_SIZE,
    ways: Sequence[Q] = (),
) -> Page:
    """The page after (or before) a cursor in order of `key`, a field with or without a minus.

    Rows with equal keys are ordered by id. An invalid cursor gives the first page.
    A row matches one of the conditions `ways`: each is a query with its own index, limited to a
    page, where one query with OR would read the whole table.
    """
    field = key.removeprefix("-")
    place = _read(rows, field, cursor)
    backward = bool(place) and cursor.startswith(BACKWARD)
    falling = key.startswith("-") != backward
    if place:
        rows = rows.filter(beyond(field, place, falling=falling))
    sign = "-" if falling else ""
    rows = rows.order_by(f"{sign}{field}", f"{sign}pk")
    if ways:
        rows = in_one_way(rows, ways, most=size + 1)
    found = list(rows[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    return Page(
        rows=found,
        previous=_write(BACKWARD, found, field) if (has_more if backward else place) else "",
        next=_write(FORWARD, found, field) if (backward or has_more) else "",
    )


def cursor_behind(row: Any, *, key: str) -> str:
    """The cursor of the page that begins behind this row."""
    return _write(FORWARD, [row], key.removeprefix("-"))


def is_cursor(rows: QuerySet[Any], cursor: str, *, key: str) -> bool:
    """Whether `page_of` would go on from this cursor; a page of a program has no way back."""
    return cursor.startswith(FORWARD) and _read(rows, key.removeprefix("-"), cursor) is not None


def in_one_way(
    rows: QuerySet[Any], ways: Sequence[Q], *, most: int = MOST_COUNTED + 1
) -> QuerySet[Any]:
    """The rows that match one of the conditions `ways`, at most `most` of each."""
    first, *others = [rows.filter(way).values("pk")[:most] for way in ways]
    return rows.filter(pk__in=first.union(*others, all=True))


def beyond(field: str, place: tuple[Any, Any], *, falling: bool) -> Q:
    """Rows beyond this place; the redundant first condition lets the index seek."""
    word = "lt" if falling else "gt"
    value, pk = place
    return Q(**{f"{field}__{word}e": value}) & (
        Q(**{f"{field}__{word}": value}) | Q(**{f"pk__{word}": pk})
    )


def _write(direction: str, found: list[Any], field: str) -> str:
    if not found:
        return ""
    row = found[0] if direction == BACKWARD else found[-1]
    text = json.dumps([row._meta.get_field(field).value_to_string(row), str(row.pk)])
    return direction + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(rows: QuerySet[Any], field: str, cursor: str) -> tuple[Any, Any] | None:
    """(value, id) of a cursor; None for an invalid one."""
    try:
        text = base64.urlsafe_b64decode(cursor[1:] + "=" * (-len(cursor[1:]) % 4)).decode()
        value, pk = json.loads(text)
        meta = rows.model._meta
        place = _kept(meta.get_field(field), value), _kept(meta.pk, pk)
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None
    return None if None in place else place


def _kept(field: Any, value: Any) -> Any:
    """A value that the column can be compared with. Raises ValueError, among others."""
    found = getattr(field, "output_field", field).to_python(value)
    if isinstance(found, datetime):
        return moment(found, zone=UTC)
    if isinstance(found, int):
        return whole(found, least=-LARGEST_KEY, most=LARGEST_KEY)
    if isinstance(found, str) and not is_storable(found):
        raise Unfit("expected a text that can be stored")
    return found
