"""/operator/: sellers who want to come in, and the operators themselves."""

from uuid import UUID

from django.conf import settings as product
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.accounts.forms import BuildingForm, FoundForm, OperatorForm
from fulfillment.accounts.queries import (
    MOST_SHOWN,
    buildings_of,
    open_invitations,
    operators,
    undecided,
)
from orders.access import Role, role_required
from orders.accounts.applications import confirm, decline
from orders.accounts.fresh_sign_in import fresh_sign_in_required
from orders.accounts.invitations import Place, invite, withdraw
from orders.accounts.members import remove_member
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.OPERATOR)
def sellers(request: SignedInRequest) -> HttpResponseBase:
    """Show who applies and who is invited to found a seller; POST invites one."""
    if request.method == "POST":
        return _found(request)
    return _sellers(request, FoundForm())


@fresh_sign_in_required
def _found(request: SignedInRequest) -> HttpResponse:
    form = FoundForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        building = get_object_or_404(buildings_of(request.viewer), pk=given["warehouse"])
        place = Place(warehouse=building, business=given["business"])
        try:
            invite(given["email"], Role.OWNER, place, viewer=request.viewer)
        except DomainError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"Invitation mailed to {given['email']}: open for 7 days.")
            return redirect("operator_sellers")
    return _sellers(request, form, status=422)


def _sellers(request: SignedInRequest, form: FoundForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "applications": undecided(request.viewer)[:MOST_SHOWN],
        "invitations": open_invitations(request.viewer).exclude(business="")[:MOST_SHOWN],
        "buildings": buildings_of(request.viewer)[:MOST_SHOWN],
        "sign_up": product.SELLER_SIGN_UP,
    }
    return render(request, "account/operator_sellers.html", context, status=status)


@require_POST
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def confirm_application(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Confirm an application: its address is invited."""
    application = get_object_or_404(undecided(request.viewer), pk=pk)
    form = BuildingForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose the building that ships for this seller.")
        return redirect("operator_sellers")
    chosen = form.cleaned_data["warehouse"]
    building = get_object_or_404(buildings_of(request.viewer), pk=chosen)
    confirm(application, building, viewer=request.viewer)
    messages.success(request, f"{application.business} confirmed: an invitation was mailed.")
    return redirect("operator_sellers")


@require_POST
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def decline_application(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Decline an application."""
    application = get_object_or_404(undecided(request.viewer), pk=pk)
    decline(application, actor=request.user)
    messages.success(request, f"{application.business} declined: a mail tells them.")
    return redirect("operator_sellers")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.OPERATOR)
def people(request: SignedInRequest) -> HttpResponseBase:
    """Show the operators; POST invites one."""
    if request.method == "POST":
        return _invite(request)
    return _people(request, OperatorForm())


@fresh_sign_in_required
def _invite(request: SignedInRequest) -> HttpResponse:
    form = OperatorForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["email"]
        try:
            invite(address, Role.OPERATOR, Place(), viewer=request.viewer)
        except DomainError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"Invitation mailed to {address}: open for 7 days.")
            return redirect("operator_people")
    return _people(request, form, status=422)


def _people(request: SignedInRequest, form: OperatorForm, *, status: int = 200) -> HttpResponse:
    invitations = open_invitations(request.viewer).filter(role=Role.OPERATOR)
    context = {
        "form": form,
        "members": operators(request.viewer)[:MOST_SHOWN],
        "invitations": invitations[:MOST_SHOWN],
    }
    return render(request, "account/operator_people.html", context, status=status)


@require_POST
@role_required(Role.OPERATOR)
@fresh_sign_in_required
def remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take the role of an operator away."""
    member = get_object_or_404(operators(request.viewer), pk=pk)
    user = remove_member(member, actor=request.user)
    messages.success(request, f"{user} is no longer an operator and is signed out everywhere.")
    return redirect("operator_people" if user != request.user else "home")


@require_POST
@role_required(Role.OPERATOR)
def withdraw_invitation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Withdraw an invitation of an operator or of a business."""
    invitation = get_object_or_404(open_invitations(request.viewer), pk=pk)
    withdraw(invitation, actor=request.user)
    messages.success(request, f"Invitation of {invitation.email} withdrawn.")
    return redirect("operator_people" if not invitation.business else "operator_sellers")
