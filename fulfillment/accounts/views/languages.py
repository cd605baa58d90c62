"""The language in which pages speak, chosen by whoever reads."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from fulfillment.spoken.parts import NAMES
from fulfillment.spoken.speaking import COOKIE
from orders.access import public
from orders.accounts.going_back import is_page_of_ours

A_YEAR = 365 * 24 * 3600  # seconds


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep a language with the person; for who has not signed in yet, in the browser."""
    back, language = request.POST.get("next", ""), request.POST.get("language", "")
    response = redirect(back if is_page_of_ours(back) else "home")
    if language not in NAMES:
        return response
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
        return response
    response.set_cookie(
        COOKIE,
        language,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
