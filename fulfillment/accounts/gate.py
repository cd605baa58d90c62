"""Middleware: the operator's pages on chosen networks only, and no page without a second factor."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from fulfillment.serving.clients import address_in
from fulfillment.serving.outages import answer_outage
from orders.access import ViewerRequest
from orders.accounts.second_factor import is_overdue, must_have_one
from orders.statements import DatabaseAway, is_outage

OPERATORS_PAGES = ("/admin/", "/operator/", "/dashboard/personal-data/")
# Where a second factor is set up, and one signs out.
SET_UP_PAGES = ("/accounts/", "/join/")


class OperatorNetworks:
    """Answer 404 on the operator's pages to who asks from elsewhere than ADMIN_NETWORKS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(OPERATORS_PAGES) and not _is_near(request):
            raise Http404
        return self.get_response(request)


def _is_near(request: HttpRequest) -> bool:
    if not settings.ADMIN_NETWORKS:
        return True
    address = address_in(request.META.get("REMOTE_ADDR", ""))
    return address is not None and any(
        address.version == network.version and address in network
        for network in settings.ADMIN_NETWORKS
    )


class SecondFactorGate:
    """Lead whoever must set up a second factor to that page: after its date, from everywhere.

    The operator's pages do not wait for the date. Who calls with an API key has no session, and
    does not come by here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: ViewerRequest) -> HttpResponseBase:
        try:
            is_shut = _is_shut(request)
        except DatabaseAway as error:
            if not is_outage(error):
                raise
            return answer_outage(request, error)
        return redirect("mfa_index") if is_shut else self.get_response(request)


def _is_shut(request: ViewerRequest) -> bool:
    path = request.path_info
    if not hasattr(request, "user") or path.startswith(SET_UP_PAGES):
        return False
    if getattr(request, "seat", None):
        # By badge and PIN on a shared scanner: it opens the floor and nothing else.
        return False
    if path.startswith(OPERATORS_PAGES) and must_have_one(request.viewer):
        return True
    return is_overdue(request.viewer)
