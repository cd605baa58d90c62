"""Where people come in: the link of an invitation, and the application of a seller."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings as product
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from fulfillment.accounts.forms import ApplicationForm, JoinForm
from fulfillment.serving.answers import refuse
from fulfillment.serving.clients import client_network
from fulfillment.serving.rate_limits import TOO_MANY
from fulfillment.serving.rates import Limit, take
from orders.access import ViewerRequest, public
from orders.accounts.applications import OPEN, apply
from orders.accounts.invitations import (
    accept,
    accept_as_new,
    has_account,
    invitation_of,
    reach_with,
)
from orders.models import Invitation
from orders.row_security import narrow_to

HOUR = 3600
APPLICATIONS_AN_HOUR = 5  # from one network


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: ViewerRequest, token: str) -> HttpResponse:
    """Show an invitation and accept it: as who is signed in, or with a new account."""
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, "account/not_open.html", status=404)
    narrow_to(reach_with(invitation))
    if request.user.is_authenticated:
        return _join_signed_in(request, invitation)
    if has_account(invitation):
        return render(request, "account/join_sign_in.html", {"invitation": invitation})
    return _join_as_new(request, invitation)


def _join_signed_in(request: ViewerRequest, invitation: Invitation) -> HttpResponse:
    if request.method != "POST" or request.viewer.user.email != invitation.email:
        return render(request, "account/join_signed_in.html", {"invitation": invitation})
    accept(invitation, request.viewer.user, business=request.POST.get("business", "")[:80].strip())
    return redirect("home")


def _join_as_new(request: ViewerRequest, invitation: Invitation) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = JoinForm(posted, address=invitation.email, initial={"business": invitation.business})
    if not form.is_valid():
        status = 200 if posted is None else 422
        context = {"invitation": invitation, "form": form}
        return render(request, "account/join.html", context, status=status)
    given = form.cleaned_data
    user = accept_as_new(
        invitation, name=given["name"], password=given["password"], business=given["business"]
    )
    # Who has just chosen the password has shown it.
    record_authentication(request, user, method="password", email=user.email)
    answer: HttpResponse = perform_login(request, user, redirect_url="/")
    return answer


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """The application of a seller, where SELLER_SIGN_UP is open."""
    if product.SELLER_SIGN_UP != OPEN:
        raise Http404
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "account/sign_up.html", {"form": form}, status=status)
    applications = Limit("application", client_network(request), APPLICATIONS_AN_HOUR, HOUR)
    if wait := take(applications):
        return refuse(request, 429, TOO_MANY.format(wait), retry_after=wait)
    apply(**form.cleaned_data)
    return render(request, "account/signed_up.html")
