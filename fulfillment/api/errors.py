"""Error responses of the API: every refusal is a problem (RFC 9457), by field."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from rest_framework.exceptions import APIException, NotFound

from fulfillment.serving.problems import answer_problem
from orders.errors import DomainError, InvalidInput
from orders.intake.idempotency import IdempotencyKeyReused
from orders.shops.reading import NotJson


class NotThere(NotFound):
    """404: no such row, or one of another seller; nobody can tell which."""

    def __init__(self, what: str) -> None:
        super().__init__(f"No such {what}.")


def answer_error(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's handler: what it does not know is an error of ours, and is raised again."""
    if isinstance(error, DomainError):
        return answer_problem(*refusal_of(error))
    if isinstance(error, RequestDataTooBig):
        return invalid([("", f"expected at most {settings.MAX_BODY_BYTES} bytes")], 413)
    if isinstance(error, APIException):
        return answer_problem(error.status_code, [("", str(error.detail))], _headers_of(error))
    return None


def _headers_of(error: APIException) -> dict[str, str]:
    """What a client has to know besides the sentence; DRF sets both on the error."""
    wait, scheme = getattr(error, "wait", None), getattr(error, "auth_header", None)
    found = {"Retry-After": wait and str(wait), "WWW-Authenticate": scheme}
    return {name: text for name, text in found.items() if text}


class BadHeader(InvalidInput):
    """400: a header is missing, or nothing that we can keep."""


def refusal_of(error: DomainError) -> tuple[int, list[tuple[str, str]]]:
    """(status, [(field path, problem)]) of an error whose text is for its client."""
    if isinstance(error, InvalidInput):
        return 400 if isinstance(error, BadHeader) else 422, list(error.problems)
    if isinstance(error, IdempotencyKeyReused):
        return 422, [("Idempotency-Key", str(error))]
    return 400 if isinstance(error, NotJson) else 409, [("", str(error))]


def invalid(problems: Iterable[tuple[str, str]], code: int = 422) -> HttpResponse:
    """Return the response to invalid input: every problem by field path."""
    return answer_problem(code, problems)
