"""Locations by filter, a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from warehouse.models import Location

PAGE = 50
AT_ONCE = 2000  # rows of a file


class Page(NamedTuple):
    """Locations in the order of their codes; `after` begins the next page, "" if there is none."""

    rows: Sequence[Location]
    after: str


def chosen_places(rows: "QuerySet[Location]", asked: Mapping[str, Any]) -> "QuerySet[Location]":
    """Those of these locations that a filter names, by code."""
    if begins := asked.get("begins"):
        rows = rows.filter(code__startswith=begins)
    if zone := asked.get("zone"):
        rows = rows.filter(zone=zone)
    if kind := asked.get("kind"):
        rows = rows.filter(kind=kind)
    state = asked.get("state")
    if state == "waits":
        rows = rows.filter(is_staging=True)
    elif state:
        rows = rows.filter(closed_at__isnull=state == "open")
    return rows.order_by("code")


def page_of(rows: "QuerySet[Location]", after: str) -> Page:
    """The next locations behind a code, with the units that lie in each."""
    behind = rows.filter(code__gt=after) if after else rows
    found = list(behind.annotate(units=Sum("stocks__on_hand", default=0))[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].code if len(found) > PAGE else "")


def rows_of_file(rows: "QuerySet[Location]") -> Iterator[list[Any]]:
    """Headings and rows of a file of locations, as `warehouse.places.file_kind` reads them."""
    yield ["Location", "Kind", "Goods wait", "Walking order", "Closed", "Zone"]
    for place in rows.iterator(chunk_size=AT_ONCE):
        waits, closed = (
            "yes" if so else "no" for so in (place.is_staging, place.closed_at is not None)
        )
        yield [place.code, place.kind, waits, place.walk_position, closed, place.zone]
