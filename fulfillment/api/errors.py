"""Error responses of the API: the problem of each field."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from orders.errors import DomainError, InvalidInput


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler: ours become {"errors": [{"field", "problem"}]}, the rest keep DRF's status."""
    if isinstance(error, InvalidInput):
        return invalid(error.problems)
    if isinstance(error, DomainError):
        return Response(
            {"errors": [{"field": "", "problem": str(error)}]}, status.HTTP_409_CONFLICT
        )
    if isinstance(error, RequestDataTooBig):
        return invalid([("", f"expected at most {settings.MAX_BODY_BYTES} bytes")], 413)
    response = exception_handler(error, context)
    if response is not None and isinstance(response.data, dict) and "detail" in response.data:
        response.data = {"errors": [{"field": "", "problem": str(response.data["detail"])}]}
    return response


def invalid(
    problems: Iterable[tuple[str, str]], code: int = status.HTTP_422_UNPROCESSABLE_ENTITY
) -> Response:
    """Return the response to invalid input: every problem by field path."""
    errors = [{"field": field, "problem": problem} for field, problem in problems]
    return Response({"errors": errors}, code)
