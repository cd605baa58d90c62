"""Settings > Members of sellers, and the people of a building: invite, withdraw, take away."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fulfillment.accounts.forms import InviteForm
from fulfillment.accounts.queries import (
    MOST_SHOWN,
    buildings_of,
    members_of_buildings,
    members_of_sellers,
    open_invitations,
    sellers_of,
)
from orders.access import Role, Viewer, role_required
from orders.accounts.fresh_sign_in import fresh_sign_in_required, is_fresh
from orders.accounts.invitations import BY_LEAD, BY_OWNER, Place, invite, withdraw
from orders.accounts.members import remove_member
from orders.accounts.requests import SignedInRequest
from orders.errors import DomainError
from orders.models import Invitation, Member, Seller, Warehouse
from orders.words import say
from warehouse.badges.seats import by_password

ROLES = {
    Role.OWNER: "Everything, with settings, keys and members",
    Role.STAFF: "Orders, stock and returns, without settings",
    Role.LEAD: "The whole floor, runs and people",
    Role.PICKER: "Picking, receiving and returns",
    Role.PACKER: "Packing and hand-over",
    Role.COURIER: "The run of the day",
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.OWNER)
def members(request: SignedInRequest) -> HttpResponseBase:
    """Show the members of the viewer's sellers; POST invites one."""
    return _page(request, _of_sellers(request.viewer))


@require_POST
@role_required(Role.OWNER)
def remove(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Take a role with a seller away."""
    return _remove(request, members_of_sellers(request.viewer), pk, "dashboard_members")


@require_POST
@role_required(Role.OWNER)
def withdraw_invitation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Withdraw an invitation to a seller."""
    rows = open_invitations(request.viewer).filter(seller__isnull=False)
    return _withdraw(request, rows, pk, "dashboard_members")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@role_required(Role.LEAD)
@by_password
def crew(request: SignedInRequest) -> HttpResponseBase:
    """Show the people of the viewer's buildings; POST invites one."""
    return _page(request, _of_buildings(request.viewer))


@require_POST
@role_required(Role.LEAD)
@by_password
def remove_from_crew(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Take a role in a building away."""
    return _remove(request, members_of_buildings(request.viewer), pk, "warehouse_people")


@require_POST
@role_required(Role.LEAD)
@by_password
def withdraw_crew_invitation(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Withdraw an invitation to a building."""
    rows = open_invitations(request.viewer).filter(warehouse__isnull=False, business="")
    return _withdraw(request, rows, pk, "warehouse_people")


@dataclass(frozen=True)
class _Side:
    """What differs between the members of sellers and the people of buildings."""

    page: str
    heading: str
    places: "QuerySet[Seller] | QuerySet[Warehouse]"
    roles: tuple[Role, ...]
    members: QuerySet[Member]
    invitations: QuerySet[Invitation]

    @property
    def is_settings(self) -> bool:
        return self.page == "dashboard_members"

    def place(self, row: Seller | Warehouse) -> Place:
        return Place(seller=row) if isinstance(row, Seller) else Place(warehouse=row)


def _of_sellers(viewer: Viewer) -> _Side:
    return _Side(
        page="dashboard_members",
        heading="Members",
        places=sellers_of(viewer),
        roles=BY_OWNER,
        members=members_of_sellers(viewer),
        invitations=open_invitations(viewer).filter(seller__isnull=False),
    )


def _of_buildings(viewer: Viewer) -> _Side:
    return _Side(
        page="warehouse_people",
        heading="People",
        places=buildings_of(viewer),
        roles=BY_LEAD,
        members=members_of_buildings(viewer),
        invitations=open_invitations(viewer).filter(warehouse__isnull=False, business=""),
    )


def _page(request: SignedInRequest, side: _Side) -> HttpResponseBase:
    if request.method == "POST":
        return _invite(request, side)
    return _show(request, side, InviteForm(places=side.places))


@fresh_sign_in_required
def _invite(request: SignedInRequest, side: _Side) -> HttpResponse:
    form = InviteForm(request.POST, places=side.places)
    if form.is_valid():
        given = form.cleaned_data
        row: Any = get_object_or_404(side.places, pk=given["place"])
        try:
            invite(given["email"], given["role"], side.place(row), viewer=request.viewer)
        except DomainError as error:
            form.add_error("email", str(error))
        else:
            messages.success(
                request, say("Invitation mailed to {email}: open for 7 days.", email=given["email"])
            )
            return redirect(side.page)
    return _show(request, side, form, status=422)


def _show(
    request: SignedInRequest, side: _Side, form: InviteForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "side": side,
        "members": side.members[:MOST_SHOWN],
        "invitations": side.invitations[:MOST_SHOWN],
        "places": list(side.places[:MOST_SHOWN]),
        "roles": [(role, role.label, ROLES[role]) for role in side.roles],
        "form": form,
        "is_fresh": is_fresh(request),
    }
    return render(request, "account/members.html", context, status=status)


def _remove(
    request: SignedInRequest, rows: QuerySet[Member], pk: UUID, page: str
) -> HttpResponseBase:
    return _remove_freshly(request, get_object_or_404(rows, pk=pk), page)


@fresh_sign_in_required
def _remove_freshly(request: SignedInRequest, member: Member, page: str) -> HttpResponse:
    user = remove_member(member, actor=request.user)
    messages.success(
        request, say("{user} no longer has this role and is signed out everywhere.", user=user)
    )
    return redirect(page if user != request.user else "home")


def _withdraw(
    request: SignedInRequest, rows: QuerySet[Invitation], pk: UUID, page: str
) -> HttpResponse:
    invitation = get_object_or_404(rows, pk=pk)
    withdraw(invitation, actor=request.user)
    messages.success(request, say("Invitation of {email} withdrawn.", email=invitation.email))
    return redirect(page)
