"""Refusals made without the database: JSON for programs, a page for people, with Retry-After."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from fulfillment.serving.problems import answer_problem

API = "/api/"
# Only programs call these.
PROGRAMS = (API, "/hooks/")
# The page may be sent by the front reader, which no middleware follows.
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
TITLES = {
    400: "That cannot be read",
    401: "This key is not valid any more",
    405: "This address only takes what a button sends",
    408: "That took too long",
    413: "That is too large",
    429: "Too many requests",
    503: "We will be back in a moment",
}


def refuse(
    request: HttpRequest | str, status: int, problem: str, *, retry_after: int | None = None
) -> HttpResponse:
    """Answer a request, or its path, with a problem: no session, user or table is asked."""
    path = request if isinstance(request, str) else request.path_info
    response: HttpResponse
    if path.startswith(API):
        response = answer_problem(status, [("", problem)])
    elif path.startswith(PROGRAMS):
        response = JsonResponse({"errors": [{"field": "", "problem": problem}]}, status=status)
    elif status == 429 and isinstance(request, HttpRequest) and (page_of := _customer_page(path)):
        response = page_of(request, retry_after or 1)
        for name, value in PAGE_HEADERS.items():
            response.headers[name] = value
    else:
        page = {"status": status, "title": TITLES[status], "problem": problem}
        response = HttpResponse(
            render_to_string("unavailable.html", page), status=status, headers=PAGE_HEADERS
        )
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _customer_page(path: str) -> Callable[[HttpRequest, int], HttpResponse] | None:
    """Return what answers 429 on this path in the language of its readers."""
    named = settings.TOO_MANY_PAGES.items()
    dotted = next((name for prefix, name in named if path.startswith(prefix)), None)
    return import_string(dotted) if dotted else None
