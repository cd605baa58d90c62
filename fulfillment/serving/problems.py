"""Problems of the API (RFC 9457): every refusal is one JSON object, for programs and for people."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from django.conf import settings
from django.http import HttpResponse
from msgspec import Meta

MEDIA_TYPE = "application/problem+json"
PAGE = "/developers/"  # describes the API, and each kind of problem under its code

# Status -> (code, title): the code ends the `type` of a problem and never changes.
KINDS = {
    400: ("unreadable", "The request cannot be read"),
    401: ("unauthenticated", "No valid API key"),
    403: ("forbidden", "The API key may not do this"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "The method is not allowed here"),
    408: ("slow", "The request took too long"),
    409: ("conflict", "Not possible in the present state"),
    413: ("too-large", "The request is too large"),
    422: ("invalid", "The request has invalid values"),
    429: ("too-many-requests", "Too many requests"),
    500: ("internal", "An error of ours"),
    503: ("unavailable", "Not available just now"),
}


class FieldProblem(msgspec.Struct):
    """What is wrong with one field, or with the request as a whole where `field` is empty."""

    field: Annotated[str, Meta(examples=["lines[0].quantity"])]
    problem: Annotated[str, Meta(examples=["expected a whole number of at least 1"])]


class Problem(msgspec.Struct):
    """A refusal (RFC 9457). `type` is stable; `detail` and `problem` are sentences for people."""

    type: Annotated[str, Meta(description="A URL that names the kind of problem.")]
    title: str
    status: int
    detail: str
    errors: Annotated[list[FieldProblem], Meta(description="Every problem, by field path.")]


def problem_of(status: int, errors: Iterable[tuple[str, str]]) -> Problem:
    """The problem of [(field path, sentence)]."""
    code, title = KINDS[status]
    told = [FieldProblem(field, text) for field, text in errors]
    return Problem(f"{settings.SITE_URL}{PAGE}#{code}", title, status, _in_short(told), told)


def answer_problem(
    status: int, errors: Iterable[tuple[str, str]], headers: dict[str, Any] | None = None
) -> HttpResponse:
    """The response to a refused request."""
    content = msgspec.json.encode(problem_of(status, errors))
    return HttpResponse(content, content_type=MEDIA_TYPE, status=status, headers=headers)


def _in_short(errors: list[FieldProblem]) -> str:
    if len(errors) > 1:
        return f"{len(errors)} problems: `errors` has each by its field."
    return "".join(f"{one.field}: {one.problem}" if one.field else one.problem for one in errors)
