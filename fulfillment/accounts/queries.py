"""Queries of the pages about accounts."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from orders.access import Role, Viewer
from orders.accounts.browsers import browser_named
from orders.accounts.members import with_last
from orders.accounts.second_factor import lagging
from orders.models import Invitation, Member, Seller, SellerApplication, User, Warehouse

MOST_SHOWN = 200


def sessions_of(user: User) -> list[UserSession]:
    """The sessions of a person that still work, newest first, each with its `browser`."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    for session in found:
        session.browser = browser_named(session.user_agent)
    return sorted(found, key=lambda session: session.created_at, reverse=True)


def factors_of(user: User) -> QuerySet[Authenticator]:
    """The second factors of a person, recovery codes included."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user)
    return found


def members_of_sellers(viewer: Viewer) -> QuerySet[Member]:
    """Members of the viewer's sellers."""
    rows = with_last(lagging(Member.objects.visible_to(viewer).filter(seller__isnull=False)))
    return rows.select_related("user", "seller").order_by("seller__name", "role", "user__name")


def members_of_buildings(viewer: Viewer) -> QuerySet[Member]:
    """Members of the viewer's buildings."""
    rows = lagging(Member.objects.visible_to(viewer).filter(warehouse__isnull=False))
    return rows.select_related("user", "warehouse").order_by(
        "warehouse__name", "role", "user__name"
    )


def operators(viewer: Viewer) -> QuerySet[Member]:
    """Members who are operators."""
    rows = with_last(lagging(Member.objects.visible_to(viewer).filter(role=Role.OPERATOR)))
    return rows.select_related("user").order_by("user__name")


def open_invitations(viewer: Viewer) -> QuerySet[Invitation]:
    """Invitations that can still be accepted, newest first."""
    rows = Invitation.objects.open().visible_to(viewer)
    return rows.select_related("seller", "warehouse", "invited_by").order_by("-created_at")


def undecided(viewer: Viewer) -> QuerySet[SellerApplication]:
    """Applications that wait for the operator, oldest first."""
    rows = SellerApplication.objects.visible_to(viewer).filter(decided_at=None)
    return rows.order_by("created_at")


def sellers_of(viewer: Viewer) -> QuerySet[Seller]:
    return Seller.objects.visible_to(viewer).order_by("name")


def buildings_of(viewer: Viewer) -> QuerySet[Warehouse]:
    rows = Warehouse.objects.visible_to(viewer).filter(closed_at__isnull=True)
    return rows.order_by("name")
