"""Template context processor of the navigation."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`viewer`: the viewer of the request; None if there is none."""
    return {"viewer": getattr(request, "viewer", None)}
