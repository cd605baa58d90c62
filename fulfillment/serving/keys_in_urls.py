"""Middleware: an API key in a URL is refused and revoked, for logs and proxies keep URLs."""

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fulfillment.serving.answers import refuse
from fulfillment.serving.outages import answer_outage
from fulfillment.serving.rate_limits import TOO_MANY, stranger_limit
from fulfillment.serving.rates import take
from orders.accounts.api_keys import revoke_keys_in
from orders.statements import DatabaseAway, is_outage

BEGINNING = "fk_"
REALM = 'Bearer realm="api"'
REFUSED = (
    "This API key came in the URL, where logs and proxies keep it, so it was revoked. Create "
    "another one and send it as Authorization: Bearer <key>."
)


class KeyInUrlMiddleware:
    """Look for keys of ours in path and query string; a URL without one costs two searches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        url = f"{request.path_info}?{unquote(request.META.get('QUERY_STRING', ''))}"
        if BEGINNING not in url:
            return self.get_response(request)
        # Every look costs a statement: strangers have as many as they have requests.
        wait = take(stranger_limit(request))
        if wait is not None:
            return refuse(request, 429, TOO_MANY.format(wait), retry_after=wait)
        try:
            is_revoked = bool(revoke_keys_in(url))
        except DatabaseAway as error:
            if not is_outage(error):
                raise
            return answer_outage(request, error)
        if not is_revoked:
            return self.get_response(request)
        response = refuse(request, 401, REFUSED)
        response.headers["WWW-Authenticate"] = REALM
        return response
