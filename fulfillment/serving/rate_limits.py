"""Which requests count against which rate limit, and the middleware that answers 429."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from fulfillment.serving.answers import refuse
from fulfillment.serving.clients import client_network
from fulfillment.serving.outages import answer_outage
from fulfillment.serving.probes import PROBES
from fulfillment.serving.rates import Limit, give_back, take
from orders.statements import DatabaseAway, is_outage

MINUTE, TEN_MINUTES = 60, 600
# Where a password can be guessed, and where a mail can be asked for.
GUESSES = ("/accounts/login/", "/accounts/reauthenticate/", "/accounts/password/change/")
PASSWORD_RESET = "/accounts/password/reset/"  # noqa: S105 - an address
# The API counts by its keys, in its authentication; probes and files cost nearly nothing.
NOT_COUNTED = ("/api/", "/static/", *PROBES)
# Every answer but these: a redirect after the right password, what CSRF refused, which is no guess,
# for any page can make a browser send it, and an outage.
NO_GUESS = frozenset({302, 403, 503})
WRONG_PASSWORD = frozenset(range(200, 600)) - NO_GUESS
MAIL_PLANNED = frozenset({302})
WRONG_HOOK = frozenset({401, 403, 404})
TOO_MANY = "Too many requests: try again in {} seconds."


def key_limit(key: str) -> Limit:
    """Requests with one API key."""
    return Limit("key", key, settings.RATE_API_KEY, MINUTE)


def stranger_limit(request: HttpRequest) -> Limit:
    """Requests from one network, of those who showed neither key nor session."""
    return Limit("stranger", client_network(request), settings.RATE_STRANGER, MINUTE)


class RateMiddleware:
    """Count strangers and webhooks by network, failed sign-ins by network and with account.

    A webhook counts by network, so that nobody can use up the rate of a shop that is not his.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            limits = _limits(request)
        except DatabaseAway as error:  # asked whether this is a session of somebody
            if not is_outage(error):
                raise
            return answer_outage(request, error)
        failures, counted = _failure_limits(request)
        wait = take(*limits, *failures)
        if wait is not None:
            return refuse(request, 429, TOO_MANY.format(wait), retry_after=wait)
        response = self.get_response(request)
        # Counted before, so that a thousand guesses at once are no more than the limit.
        if failures and response.status_code not in counted:
            give_back(*failures)
        return response


def _limits(request: HttpRequest) -> list[Limit]:
    path = request.path_info
    if path.startswith(NOT_COUNTED):
        return []
    if path.startswith("/hooks/"):
        whose = f"{path} {client_network(request)}"
        return [Limit("hook", whose, settings.RATE_HOOK, MINUTE)]
    is_stranger = not hasattr(request, "user") or not request.user.is_authenticated
    return [stranger_limit(request)] if is_stranger else []


def _failure_limits(request: HttpRequest) -> tuple[list[Limit], frozenset[int]]:
    """What counts only where the answer has one of these status codes."""
    path = request.path_info
    if path.startswith("/hooks/"):
        # Who invents the addresses of shops is a stranger.
        return [stranger_limit(request)], WRONG_HOOK
    if request.method != "POST" or path not in (*GUESSES, PASSWORD_RESET):
        return [], WRONG_HOOK
    network = client_network(request)
    if path == PASSWORD_RESET:
        return [Limit("reset", network, settings.RATE_SIGN_IN_NETWORK, TEN_MINUTES)], MAIL_PLANNED
    mine = request.user.email if request.user.is_authenticated else ""
    account = mine or request.POST.get("login", "").strip().lower()
    # By account and network: who guesses elsewhere must not lock the owner out.
    whose = f"{account} {network}"
    limits = [
        Limit("sign-in", whose, settings.RATE_SIGN_IN, TEN_MINUTES),
        Limit("network", network, settings.RATE_SIGN_IN_NETWORK, TEN_MINUTES),
    ]
    return limits, WRONG_PASSWORD
