"""Who may see which rows and open which doors: roles, viewer, one tenant filter, one decorator."""

import functools
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, TextChoices
from django.shortcuts import redirect
from django.urls import reverse


class Role(TextChoices):
    """What a member does, with a seller or in a warehouse."""

    OWNER = "owner", "Seller owner"
    STAFF = "staff", "Seller staff"
    LEAD = "lead", "Warehouse lead"
    PICKER = "picker", "Picker"
    PACKER = "packer", "Packer"
    COURIER = "courier", "Courier"
    OPERATOR = "operator", "Operator"
    API_KEY = "api_key", "API key"


SELLER_ROLES = (Role.OWNER, Role.STAFF)
WAREHOUSE_ROLES = (Role.LEAD, Role.PICKER, Role.PACKER)


@dataclass(frozen=True)
class Viewer:
    """Who asks: loaded once a request, so that a permission check never queries."""

    user: Any = None
    roles: frozenset = frozenset()
    seller_ids: frozenset = frozenset()
    warehouse_ids: frozenset = frozenset()
    courier_id: object = None
    memberships: tuple = ()
    zone: str = "UTC"

    @classmethod
    def of(cls, user):
        """The viewer of a signed-in user whose `memberships` were loaded with it."""
        if not user.is_authenticated:
            return cls()
        held = tuple(user.memberships)
        roles = {member["role"] for member in held} | (
            {Role.OPERATOR} if user.is_superuser else set()
        )
        zones = [member["zone"] for member in held if member["zone"]]
        viewer = cls(
            user=user, roles=frozenset(roles), memberships=held, zone=zones[0] if zones else "UTC"
        )
        return viewer.through(*roles)

    def through(self, *roles):
        """The viewer with the reach of these roles only: a picker's key opens no seller's books."""
        held = [member for member in self.memberships if member["role"] in roles]
        return replace(
            self,
            seller_ids=frozenset(member["seller"] for member in held if member["seller"]),
            warehouse_ids=frozenset(
                member["warehouse"] for member in held if member["role"] in WAREHOUSE_ROLES
            ),
            courier_id=self.user.pk if Role.COURIER in self.roles.intersection(roles) else None,
        )

    @property
    def is_operator(self):
        return Role.OPERATOR in self.roles

    def has_role(self, *roles):
        return self.is_operator or not self.roles.isdisjoint(roles)


class TenantQuerySet(QuerySet):
    """The one tenant filter. A model says by path where its seller, warehouse and courier are."""

    def visible_to(self, viewer):
        """Rows of the viewer's sellers, warehouses or tours; an operator's are all. No query."""
        if viewer.is_operator:
            return self
        reach = Q(pk__in=[])
        for path, ids in (
            (self.model.SELLER_PATH, viewer.seller_ids),
            (self.model.WAREHOUSE_PATH, viewer.warehouse_ids),
            (self.model.COURIER_PATH, viewer.courier_id and {viewer.courier_id}),
        ):
            if path and ids:
                reach |= Q(**{f"{path}__in": ids})
        return self.filter(reach)


def role_required(*roles):
    """Open a page to these roles: a stranger is asked to sign in, others get 403."""

    def decorate(view):
        @functools.wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                back = urlencode({"next": request.get_full_path()})
                return redirect(f"{reverse(settings.LOGIN_URL)}?{back}")
            if not request.viewer.has_role(*roles):
                raise PermissionDenied
            request.viewer = request.viewer.through(*roles)
            return view(request, *args, **kwargs)

        guarded.roles = roles
        return guarded

    return decorate


def public(view):
    """Open a page to everybody, on purpose: the sweep over all addresses refuses a silent one."""
    view.roles = "public"
    return view
