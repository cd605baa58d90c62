"""Request ids: one for each request, in every log line of it, its answer, and its error page."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from structlog.contextvars import bound_contextvars

HEADER = "X-Request-ID"
HEADER_IN = "HTTP_X_REQUEST_ID"
FORM = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Set `request.id`: that of a proxy which we trust, if it is well-formed, else a new one."""

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request_id_of(request.META)
        request.id = request_id  # type: ignore[attr-defined]  # ours
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response[HEADER] = request_id
        return response


def request_id_of(meta: Mapping[str, Any]) -> str:
    """The id that a request came with, or a new one."""
    given = meta.get(HEADER_IN, "")
    return given if FORM.fullmatch(given) else secrets.token_hex(16)
