"""The language of a request: the person's own, else as the browser asks."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation.trans_real import parse_accept_lang_header

from fulfillment.spoken.parts import LANGUAGES_OF_PAGES

COOKIE = "language"  # what a browser keeps before anybody has signed in
ENGLISH = "en"


class SpokenMiddleware(MiddlewareMixin):
    """Speak the reader's language on the pages that have it, and English on every other one."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(ENGLISH):
            response = cast(HttpResponseBase, self.get_response(request))
            response.headers.setdefault("Content-Language", translation.get_language() or ENGLISH)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> None:
        translation.activate(language_of(request, languages_of(request)))


def languages_of(request: HttpRequest) -> tuple[str, ...]:
    """The languages of the page that this request asks for."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return LANGUAGES_OF_PAGES.get(name, (ENGLISH,))


def language_of(request: HttpRequest, languages: tuple[str, ...]) -> str:
    """Of these languages the person's own, that of the cookie, or the first that is accepted."""
    if len(languages) == 1:
        return languages[0]
    own = getattr(getattr(request, "user", None), "language", "")
    chosen = own or request.COOKIES.get(COOKIE, "")
    if chosen:
        return chosen if chosen in languages else ENGLISH
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    tags = (tag.partition("-")[0] for tag, _ in accepted)
    return next((tag for tag in tags if tag in languages), ENGLISH)
