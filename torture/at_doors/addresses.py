"""The addresses of the portal's named routes, and how one with ids in it is written."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter


@cache
def routes() -> dict[str, URLPattern]:
    """Every named route outside the operator's admin: {name: pattern}."""
    return {str(pattern.name): pattern for pattern in _patterns(get_resolver().url_patterns)}


def _patterns(patterns: Iterable[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.app_name != "admin":
            yield from _patterns(pattern.url_patterns)


def address(name: str, rows: Mapping[str, Any]) -> str:
    """The address of a route; the part before an id names its row, else the id is nobody's."""
    pattern, parts = template(name), {}
    steps = pattern.split("/")
    for before, step in zip(["", *steps], steps, strict=False):
        if step.startswith("<"):
            keyword = step.partition(">")[0].partition(":")[2]
            row = rows.get(before)
            parts[keyword] = row.pk if row else _nobody(name, keyword)
    return reverse(name, kwargs=parts)


def _nobody(name: str, keyword: str) -> object:
    converters = get_resolver().reverse_dict.getlist(name)[0][3]
    return 2**40 if isinstance(converters[keyword], IntConverter) else uuid4()


@cache
def template(name: str) -> str:
    """The address of a route with <x:keyword> in the place of each id."""
    found, keywords = get_resolver().reverse_dict.getlist(name)[0][0][0]
    for keyword in keywords:
        found = found.replace(f"%({keyword})s", f"<x:{keyword}>")
    return str(found)
