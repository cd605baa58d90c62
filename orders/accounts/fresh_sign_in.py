"""Fresh sign-in: what may do lasting harm asks for the password or second factor again."""

import functools
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from orders.access import ViewerRequest

Given = ParamSpec("Given")
Asked = TypeVar("Asked", bound=ViewerRequest)

ASKED_AGAIN = "asked_again"  # in the session: the page of the form says why it came back


def is_fresh(request: HttpRequest) -> bool:
    """Whether this person proved within REAUTHENTICATE_SECONDS who it is."""
    if not settings.REAUTHENTICATE_SECONDS:
        return True
    records = get_authentication_records(request, request.user)
    last: float = max((record["at"] for record in records), default=0.0)
    return time.time() - last < settings.REAUTHENTICATE_SECONDS


def fresh_sign_in_required(
    view: Callable[Concatenate[Asked, Given], HttpResponseBase],
) -> Callable[Concatenate[Asked, Given], HttpResponseBase]:
    """Ask who it is again where the last proof is old; stands below `role_required`.

    The person comes back to the page, and what was posted is not kept: it may hold secrets.
    """

    @functools.wraps(view)
    def guarded(request: Asked, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
        if is_fresh(request):
            request.session.pop(ASKED_AGAIN, None)
            return view(request, *args, **kwargs)
        if request.method not in {"GET", "HEAD"}:
            request.session[ASKED_AGAIN] = True
        back = urlencode({"next": _page_of(request)})
        return redirect(f"{reverse('account_reauthenticate')}?{back}")

    guarded.is_sensitive = True  # type: ignore[attr-defined]  # read by the test of all URLs
    return guarded


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: this one, or the one with the form that was posted."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    # Only its path: whatever host stands there, the person stays here.
    path = urlsplit(request.headers.get("Referer", "")).path
    return path if path.startswith("/") and not path.startswith("//") else reverse("home")
