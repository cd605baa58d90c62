"""What every page needs to draw its navigation."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`viewer`: who looks, or nobody."""
    return {"viewer": getattr(request, "viewer", None)}
