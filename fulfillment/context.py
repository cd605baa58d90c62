"""Template context processors of the navigation and of error pages."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`viewer`: the viewer of the request; None if there is none."""
    return {"viewer": getattr(request, "viewer", None)}


def request_id(request: HttpRequest) -> dict[str, Any]:
    """`request_id`: what an error page tells the person, and every log line of the request has."""
    return {"request_id": getattr(request, "id", "")}
