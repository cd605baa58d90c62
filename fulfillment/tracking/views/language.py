"""The language of a customer's page: the one that the customer chose, else that of the order."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation.trans_real import parse_accept_lang_header

from fulfillment.tracking.compiled import callable_in
from fulfillment.tracking.languages import WORDS, page_words
from fulfillment.tracking.languages.filling import direction
from fulfillment.tracking.queries import LINK_VALID_FOR
from notifications.languages import NAMES, spoken
from orders.values import places
from orders.values.unfit import Unfit

ASKED, COOKIE = "lang", "track_language"


def language_of(request: HttpRequest, order_language: str = "") -> str:
    """Return the language to answer in; without an order, one that the browser asks for."""
    asked = chosen(request) or _ours(request.COOKIES.get(COOKIE, ""))
    if asked or order_language:
        return asked or spoken(order_language)
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next(filter(None, (_ours(tag) for tag, _ in accepted)), "en")


def chosen(request: HttpRequest) -> str:
    """Return the language that a link of this page asks for, "" for none or one we lack."""
    return _ours(request.GET.get(ASKED, ""))


def draw(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    language: str,
    status: int = 200,
) -> HttpResponse:
    """Render a page in a language, with links to the others."""
    context |= spoken_context(language, request.GET) | {"is_posted": request.method == "POST"}
    if template.endswith(".jinja"):
        given = callable_in(language, context)
        response = render(request, template, given, status=status, using="parts")
    else:
        response = render(request, template, context, status=status)
    response["Content-Language"] = language
    patch_vary_headers(response, ["Cookie"])
    return _remember(request, response)


def spoken_context(language: str, query: QueryDict | None = None) -> dict[str, Any]:
    """Return what every template of these pages needs of a language.

    Links to the other languages keep the rest of the query.
    """
    return {
        "language": language,
        "words": page_words(language),
        "direction": direction(language),
        "languages": _choice(language, query) if query else _usual_choice(language),
    }


@cache
def _usual_choice(language: str) -> SafeString:
    """Of a page without a query: a third of the names on it, and always the same."""
    return _choice(language, QueryDict())


def _choice(language: str, query: QueryDict) -> SafeString:
    """The links to all languages, as HTML."""
    here = query.copy()
    languages = []
    for code in WORDS:
        here[ASKED] = code
        languages.append((code, NAMES[code], direction(code), f"?{here.urlencode()}"))
    context = {"language": language, "words": page_words(language), "languages": languages}
    return render_to_string("track/_languages.html", context)


def _remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep the language that was chosen on this link, for this link in this browser."""
    token = request.resolver_match.kwargs.get("token", "") if request.resolver_match else ""
    if language := chosen(request):
        response.set_cookie(
            COOKIE,
            language,
            max_age=LINK_VALID_FOR,
            path=f"/track/{token}/" if token else "/track/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _ours(tag: str) -> str:
    """Return the language of a tag from outside, where we speak it."""
    try:
        language = places.main_language(places.language(tag))
    except Unfit:
        return ""
    return language if language in WORDS else ""
