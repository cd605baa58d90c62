"""Answers a scan with the screen that it leads to, where a script would ask for that at once.

A form of the floor ends in a redirect, so that a reload sends nothing again. The scanner's script
says `Prefer: return=representation` (RFC 7240) and puts what comes into its page itself: it gets
the next screen in the same answer, with its address as `Content-Location`. A browser without the
script gets the redirect.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.http.response import HttpResponseBase, HttpResponseRedirectBase

from orders.row_security import narrowed_apart

PREFERENCE = "return=representation"
PARTS = ("/warehouse/", "/courier/")
# What a request has read of its own address and form.
OWN = frozenset(("GET", "headers", "accepted_types", "_post", "_files", "_body"))


class NextScreenMiddleware:
    """The innermost: all that is known of the person is known, and the screen is a request anew.

    It is found by its address, its own roles are checked, and it begins with the reach of before.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        if request.method != "POST" or request.headers.get("Prefer") != PREFERENCE:
            return self.get_response(request)
        # A view narrows the viewer and the reach to its own roles.
        viewer, session = request.viewer, _session_of(request)
        with narrowed_apart():
            answer = self.get_response(request)
        address = _screen_after(request, answer)
        # Whoever has signed in or out is somebody else: all middleware has to look.
        if address is None or _session_of(request) != session:
            return answer
        page = _request_for(address, request)
        page.viewer = viewer
        screen = self.get_response(page)
        if not isinstance(screen, HttpResponseRedirectBase):
            screen.headers["Content-Location"] = address
        return screen


def _session_of(request: Any) -> str | None:
    session = getattr(request, "session", None)
    return session.session_key if session is not None else None


def _screen_after(request: Any, answer: HttpResponseBase) -> str | None:
    """Where the answer leads to, if that is a screen of the same part and nothing else is to do."""
    if not isinstance(answer, HttpResponseRedirectBase) or answer.cookies:
        return None
    part = next((part for part in PARTS if request.path_info.startswith(part)), None)
    return answer.url if part and answer.url.startswith(part) else None


def _request_for(address: str, form: Any) -> Any:
    """A request for the screen, with what the middleware has found out about that of the form."""
    to = urlsplit(address)
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": to.path, "QUERY_STRING": to.query}
    page = WSGIRequest(form.META | asked | {"CONTENT_TYPE": "", "CONTENT_LENGTH": "0"})
    known = {name: value for name, value in vars(form).items() if name not in OWN}
    vars(page).update(known | vars(page))
    return page
