"""The schema of the API as a file, and the page that shows it: both for anybody."""

from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from fulfillment.serving.problems import KINDS
from orders.access import public

URLCONF = "fulfillment.api.urls"


@require_safe
@public
def openapi(request: HttpRequest) -> HttpResponse:
    """The schema as JSON."""
    answer = HttpResponse(_schema(), content_type="application/json")
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@require_safe
@public
def developers(request: HttpRequest) -> HttpResponse:
    """The page of the API, with each kind of problem under its name."""
    problems = [(status, *kind) for status, kind in KINDS.items()]
    return render(request, "developers.html", {"problems": problems})


def described() -> dict[str, Any]:
    """The schema of every door of the API."""
    return dict(SchemaGenerator(urlconf=URLCONF).get_schema(request=None, public=True))


@cache
def _schema() -> bytes:
    return msgspec.json.encode(described())
