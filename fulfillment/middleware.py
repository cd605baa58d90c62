"""Middleware: `request.viewer`, errors as answers, no caches, Django's own for some paths only."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from fulfillment.serving.answers import PROGRAMS, refuse
from fulfillment.serving.outages import answer_outage
from fulfillment.spoken.speaking import SpokenMiddleware
from orders.access import Viewer, ViewerRequest
from orders.accounts.demo import IN_SESSION, in_demo
from orders.accounts.signed_in import at_hand
from orders.errors import DomainError
from orders.row_security import NO_SELLER, seeing
from orders.statements import DatabaseAway, is_outage
from warehouse.badges.seats import SeatMiddleware

NUL_BYTE = "cannot contain NUL"  # what psycopg says
GetResponse = Callable[[Any], HttpResponseBase]

# No session is loaded here: nobody signs in under these paths.
WITHOUT_SESSION = ("/api/", "/hooks/", "/track/", "/healthz", "/readyz", "/metrics", "/static/")

# What connects a seller with shops, people and other systems: demo data is connected to nothing.
NOT_IN_DEMO = ("/dashboard/settings/", "/dashboard/messages/")
SETTINGS_OF_DEMO = (
    "These are settings of demo data, which is connected to nothing. Go back to your own data to "
    "change yours."
)

# Where codes are scanned.
FLOOR = ("/warehouse/", "/courier/")

Middleware = TypeVar("Middleware", bound=MiddlewareMixin)


def _except_for(paths: tuple[str, ...], base: type[Middleware]) -> type[Middleware]:
    """A subclass of `base` that skips these paths, and answers 503 while the database is away."""

    class Except(base):  # type: ignore[misc, valid-type]  # mypy wants a class by name
        def __call__(self, request: HttpRequest) -> Any:
            if request.path_info.startswith(paths):
                return self.get_response(request)
            try:
                return super().__call__(request)
            except DatabaseAway as error:  # as when it saves the session
                if not is_outage(error):
                    raise
                return answer_outage(request, error)

    return Except


class AdminAwarePolicy(CSPMiddleware):
    """Content-Security-Policy of every page; the operator's admin has a wider one.

    On the floor a compiled reader of codes may run, for the camera.
    """

    def get_policy_parts(self, request: HttpRequest, *args: Any, **kwargs: Any) -> PolicyParts:
        parts = super().get_policy_parts(request, *args, **kwargs)
        if request.path_info.startswith("/admin/"):
            parts.replace = settings.ADMIN_POLICY
        elif request.path_info.startswith(FLOOR):
            parts.update = (parts.update or {}) | {"script-src": [settings.COMPILED]}
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        parts = self.get_policy_parts(request=request, response=response)
        if parts != PolicyParts() or settings.DEBUG:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _usual_policy())
        return response


@cache
def _usual_policy() -> str:
    """That of nearly every page: to write it down takes longer than most middleware."""
    return build_policy()


class PersonMiddleware(AuthenticationMiddleware):
    """Set `request.user` lazily, as Django does; who was read with the session is not read again.

    Django still decides: by the id in the session, whether that person is active, and the hash that
    a new password, or signing out elsewhere, changes.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast(Any, SimpleLazyObject(lambda: _person_of(request)))


def _person_of(request: Any) -> Any:
    session = request.session
    session.get(SESSION_KEY)  # reads it
    with at_hand(session.person):
        person = get_user(request)
    if person.is_authenticated:
        session.know(person)
    return person


Sessions = _except_for(WITHOUT_SESSION, SessionMiddleware)
Authentication = _except_for(WITHOUT_SESSION, PersonMiddleware)
FlashMessages = _except_for(WITHOUT_SESSION, MessageMiddleware)
PagePolicy = _except_for(PROGRAMS, AdminAwarePolicy)
Language = _except_for(PROGRAMS, SpokenMiddleware)
Seats = _except_for(WITHOUT_SESSION, SeatMiddleware)


class WithoutReach:
    """The outermost: each request begins and ends without a reach, whatever its thread did before.

    Row-level security shows nothing until a view's roles, a key, a token or a signature say for
    whom it is; also to the other middleware, in every process.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with seeing(NO_SELLER):
            return self.get_response(request)


class ViewerMiddleware:
    """Set `request.viewer` lazily: no statement before its first use.

    Who looks at demo data changes no settings there, by which it could reach somebody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: ViewerRequest) -> HttpResponseBase:
        if hasattr(request, "user"):
            viewer = SimpleLazyObject(lambda: _viewer_of(request))
            request.viewer = cast(Viewer, viewer)
        else:
            request.viewer = Viewer()
        return self.get_response(request)

    def process_view(
        self, request: ViewerRequest, _view: object, _args: object, _kwargs: object
    ) -> HttpResponse | None:
        is_read = request.method in ("GET", "HEAD")
        if is_read or not request.path_info.startswith(NOT_IN_DEMO) or not request.viewer.is_demo:
            return None
        return render(request, "refused.html", {"error": SETTINGS_OF_DEMO}, status=409)


def _viewer_of(request: ViewerRequest) -> Viewer:
    """Of the signed-in user; in a session that looks at demo data, of that, while it is there."""
    viewer = Viewer.of(request.user)
    if not viewer.memberships or not request.session.get(IN_SESSION):
        return viewer
    seen = in_demo(viewer)
    if seen is None:  # a colleague has removed it
        del request.session[IN_SESSION]
    return seen or viewer


class PrivateMiddleware:
    """Forbid every cache to keep an answer that does not say otherwise: pages are personal."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ErrorMiddleware:
    """Answer a DomainError with a page of its text (409), an outage of the database with 503.

    A NUL that reached a statement is 400: it came from whoever asked, and nothing was stored. So is
    a value that a library refuses outside of its form, as what is no answer of a passkey. Whoever
    opens the address of a form, as by *Back* or a sign-in in between, is told so (405).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        told = refuse(request, 405, "Open the page with the button again, and press it there.")
        told.headers["Allow"] = response.headers["Allow"]
        return told

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_outage(exception):
            return answer_outage(request, exception)
        if isinstance(exception, (DataError, ValueError)) and NUL_BYTE in str(exception):
            return refuse(request, 400, "The address or the form has a character that no text has.")
        if isinstance(exception, ValidationError):
            return refuse(request, 400, "This could not be read: go back and try again.")
        if not isinstance(exception, DomainError):
            return None
        return render(request, "refused.html", {"error": exception}, status=409)
