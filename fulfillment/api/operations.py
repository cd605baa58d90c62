"""What the schema says of each method of a view, as data: fulfillment/api/schema.py reads it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpResponse
from msgspec import Meta

Moment = Annotated[datetime, Meta(tz=True)]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a view. `id` names it in clients that are generated from the schema.

    `answers` is {status: what is answered}; refusals that every door has are not listed in
    `refusals`. `text` is Markdown.
    """

    id: str
    summary: str
    answers: dict[int, type[msgspec.Struct]]
    refusals: tuple[int, ...] = ()
    text: str = ""
    body: type[msgspec.Struct] | None = None
    takes_many: int = 0  # the most bodies, in a list or one a line
    query: type[msgspec.Struct] | None = None
    headers: tuple["Header", ...] = ()
    examples: dict[str, Any] = field(default_factory=dict)  # of bodies, by name


@dataclass(frozen=True, slots=True)
class Header:
    """A header that a client sends."""

    name: str
    text: str
    is_required: bool
    longest: int


def answer(found: msgspec.Struct, status: int = 200) -> HttpResponse:
    """The response with a struct, as its operation describes it."""
    content = msgspec.json.encode(found)
    return HttpResponse(content, content_type="application/json", status=status)
