"""/accounts/: a person's password, second factors and sessions; allauth does the work."""

import functools
from collections.abc import Callable
from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.flows import remove_authenticator
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST

from fulfillment.accounts.queries import factors_of, sessions_of
from orders.access import SELLER_ROLES, WAREHOUSE_ROLES, Role, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.requests import SignedInRequest
from orders.accounts.second_factor import is_overdue
from orders.numbers.weekly import choose_weekly_numbers

EVERYBODY = (*SELLER_ROLES, *WAREHOUSE_ROLES, Role.COURIER)
everybody = role_required(*EVERYBODY)
View = Callable[..., HttpResponseBase]


def freshly(view: View) -> View:
    """A page of everybody's own that asks for a fresh sign-in."""
    return everybody(fresh_sign_in_required(view))


class SecurityPage(IndexView):
    """Password, second factors and sessions of a person, on one page."""

    template_name = "account/security.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        sessions = sessions_of(self.request.user)
        overdue = is_overdue(self.request.viewer)
        return found | {"sessions": sessions, "second_factor_is_overdue": overdue}


class SignOutElsewhere(ListUserSessionsView):
    """End every other session; the list is on the page above."""

    success_url = reverse_lazy("mfa_index")

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return redirect("mfa_index")


def having(
    *types: Authenticator.Type,
) -> Callable[[View], View]:
    """Lead who has no factor of these types to the overview, where allauth answers 404."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if factors_of(request.user).filter(type__in=types).exists():
                return view(request, *args, **kwargs)
            return redirect("mfa_index")

        return guarded

    return decorate


class PasskeyForm(forms.Form):
    passkey = forms.IntegerField(min_value=1, max_value=2**63 - 1)


@require_POST
@everybody
@fresh_sign_in_required
def remove_passkey(request: SignedInRequest) -> HttpResponse:
    """Remove one passkey of this person."""
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        return redirect("mfa_index")
    mine = factors_of(request.user).filter(type=Authenticator.Type.WEBAUTHN)
    passkey = mine.filter(pk=form.cleaned_data["passkey"]).first()
    if passkey is None:
        raise Http404
    remove_authenticator(request, passkey)
    return redirect("mfa_index")


@require_POST
@everybody
def change_shortcuts(request: SignedInRequest) -> HttpResponse:
    """Switch the keys of lists on or off, for this person."""
    request.user.has_shortcuts = request.POST.get("has_shortcuts") == "1"
    request.user.save(update_fields=["has_shortcuts"])
    return redirect("mfa_index")


@require_POST
@everybody
def change_weekly_numbers(request: SignedInRequest) -> HttpResponse:
    """Switch the weekly mail about the numbers on or off, for this person."""
    choose_weekly_numbers(request.user, is_on=request.POST.get("mails_numbers") == "1")
    return redirect("mfa_index")
