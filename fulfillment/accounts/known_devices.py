"""Where somebody has shown the second factor: wrong codes from elsewhere lock nobody out there.

A browser is known by a signed cookie for a year, a network as long as the person is signed in from
it. Each counts its own guesses, and all others of one person count together, as one: whoever knows
the password guesses no more from a thousand networks than from one.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fulfillment.serving.clients import client_network, network_of
from orders.models import User

COOKIE = "known_device"
KNOWN_SECONDS = 365 * 86_400
PATH = "/accounts/"

View = Callable[..., HttpResponseBase]


def knowing_device(view: View) -> View:
    """A page that asks for the second factor, and knows the browser that has shown it."""

    @wraps(view)
    def ask(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Who is in already has shown nothing here: each cookie would be more guesses.
        was_in = request.user.is_authenticated
        response = view(request, *args, **kwargs)
        user = request.user
        if not was_in and user.is_authenticated and not _known(request, user):
            response.set_signed_cookie(
                COOKIE,
                f"{user.pk}.{secrets.token_urlsafe(16)}",
                salt=COOKIE,
                max_age=KNOWN_SECONDS,
                path=PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return ask


def who_guesses(request: HttpRequest, user: User) -> str:
    """Whose guesses count together: of a known browser, of a known network, or all others."""
    if known := _known(request, user):
        return known
    network = client_network(request)
    ips = UserSession.objects.filter(user=user).values_list("ip", flat=True)
    is_own = any(network_of(str(ip)) == network for ip in ips)
    return f"{user.pk} {network}" if is_own else str(user.pk)


def _known(request: HttpRequest, user: Any) -> str:
    found = str(request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=KNOWN_SECONDS))
    return found if found.partition(".")[0] == str(user.pk) else ""
