"""Permissions: roles, the viewer, the one tenant filter, and the decorator of views."""

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, Concatenate, NotRequired, ParamSpec, Self, TypedDict, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet, TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from orders.row_security import ALL_SELLERS, Reach, narrow_to, reach_of, reach_of_ids


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


class Scope(TextChoices):
    """What an API key may do; each door of the API asks for one."""

    READ = "read", "Read orders, stock and events"
    ORDERS = "orders", "Create and change orders"
    STOCK = "stock", "Change products, announce goods"
    WEBHOOKS = "webhooks", "Read webhook endpoints"
    SERVICES = "services", "Add, change and delete services"
    CHANGE_WEBHOOKS = "change_webhooks", "Add, change and delete webhook endpoints"


# Those that a door of the API asks for: only they can be chosen.
OFFERED_SCOPES = tuple(Scope)


def all_scopes() -> list[str]:
    """Every scope: what a key may do of which nothing else was said."""
    return list(Scope.values)


# The end of a path through the list of a seller's warehouses.
HOUSES = "houses__warehouse"
SELLER_ROLES = (Role.OWNER, Role.STAFF)
WAREHOUSE_ROLES = (Role.LEAD, Role.PICKER, Role.PACKER)


class Membership(TypedDict):
    """A role of a user, with a seller or in a warehouse, and the time zone there."""

    role: str
    seller: UUID | None
    warehouse: UUID | None
    zone: str | None
    floor_zone: NotRequired[str]  # from whose places this person picks in that warehouse
    building: NotRequired[dict[str, Any] | None]  # columns of the warehouse, where it was read too
    sees: NotRequired[str | None]  # the ids of that warehouse and of the sellers it serves


@dataclass(frozen=True)
class Viewer:
    """The user of a request with roles and tenants: loaded once, so that checks never query."""

    user: Any = None  # a User; that model imports this module
    roles: frozenset[str] = frozenset()
    seller_ids: frozenset[UUID] = frozenset()
    warehouse_ids: frozenset[UUID] = frozenset()
    building_ids: frozenset[UUID] = frozenset()  # where they work, as staff or courier
    courier_id: UUID | None = None
    scopes: frozenset[str] = frozenset()  # of the API key
    memberships: tuple[Membership, ...] = ()
    zone: str = "UTC"
    is_demo: bool = False  # looks at demo data: its sellers are the demos of those they work for

    @classmethod
    def of(cls, user: Any) -> Self:
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

    def through(self, *roles: str) -> Self:
        """The viewer with only the tenants of these roles.

        Who is both a picker and staff of a seller sees no rows of the seller on a picker's page.
        """
        held = [member for member in self.memberships if member["role"] in roles]
        return replace(
            self,
            seller_ids=frozenset(seller for member in held if (seller := member["seller"])),
            warehouse_ids=frozenset(
                warehouse
                for member in held
                if (warehouse := member["warehouse"]) and member["role"] in WAREHOUSE_ROLES
            ),
            building_ids=frozenset(
                warehouse for member in held if (warehouse := member["warehouse"])
            ),
            courier_id=self.user.pk if Role.COURIER in self.roles.intersection(roles) else None,
        )

    @property
    def is_operator(self) -> bool:
        return Role.OPERATOR in self.roles

    @property
    def only_seller(self) -> UUID | None:
        """The seller whose rows are all that this viewer sees; None where there are others."""
        is_one = len(self.seller_ids) == 1 and not (self.warehouse_ids or self.courier_id)
        return next(iter(self.seller_ids)) if is_one and not self.is_operator else None

    @property
    def reach(self) -> Reach:
        """What row-level security lets this viewer touch: whole tenants, also for couriers."""
        if self.is_operator:
            return ALL_SELLERS
        if not self.seller_ids and len(self.building_ids) == 1:
            held = [one for one in self.memberships if one["warehouse"] in self.building_ids]
            if held and (ids := held[0].get("sees")):
                return reach_of_ids(ids)
        return reach_of(sellers=self.seller_ids, buildings=self.building_ids)

    def has_role(self, *roles: str) -> bool:
        return self.is_operator or not self.roles.isdisjoint(roles)


Row = TypeVar("Row", bound=Model, covariant=True)


class TenantQuerySet(QuerySet[Row, Row]):
    """The one tenant filter; each model names the look-up paths to seller, warehouse, courier."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Rows of the viewer's sellers, warehouses or runs; all rows for an operator. No query."""
        if viewer.is_operator:
            return self
        # No rows unless a role adds some: an anonymous viewer sees none.
        reach = Q(pk__in=[])
        model: Any = self.model  # a Row or a User: both name the paths
        for path, ids in (
            (model.SELLER_PATH, viewer.seller_ids),
            (model.WAREHOUSE_PATH, viewer.warehouse_ids),
            (courier_path(model), viewer.courier_id and {viewer.courier_id}),
        ):
            if path and ids:
                reach |= _among(path, ids)
        return self.filter(reach)


def _among(path: str, ids: Collection[UUID]) -> Q:
    """Rows whose path leads to one of these; of warehouses, those that serve the seller.

    By a subquery there: a seller that two of them serve would be found twice.
    """
    if not path.endswith(HOUSES):
        return Q(**{f"{path}__in": ids})
    seller = path.removesuffix(HOUSES).removesuffix("__") or "pk"
    served = apps.get_model("orders", "SellerWarehouse")._default_manager
    return Q(**{f"{seller}__in": served.filter(warehouse__in=ids).values("seller")})


def courier_path(model: Any) -> str | None:
    """The look-up path to a model's courier: its own, or that of settings.COURIER_PATHS."""
    path: str | None = settings.COURIER_PATHS.get(model._meta.label, model.COURIER_PATH)
    return path


class ViewerRequest(HttpRequest):
    """A request behind ViewerMiddleware; its viewer may be anonymous."""

    viewer: Viewer


Given = ParamSpec("Given")
Asked = TypeVar("Asked", bound=ViewerRequest)
Answer = TypeVar("Answer", bound=HttpResponseBase)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def role_required(
    *roles: Role,
) -> Callable[
    [Callable[Concatenate[Asked, Given], Answer]],
    Callable[Concatenate[Asked, Given], HttpResponseBase],
]:
    """Allow a view to these roles: anonymous users are asked to sign in, others get 403."""

    def decorate(
        view: Callable[Concatenate[Asked, Given], Answer],
    ) -> Callable[Concatenate[Asked, Given], HttpResponseBase]:
        @functools.wraps(view)
        def guarded(
            request: Asked, /, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                back = urlencode({"next": request.get_full_path()})
                return redirect(f"{reverse(settings.LOGIN_URL)}?{back}")
            if not request.viewer.has_role(*roles):
                raise PermissionDenied
            request.viewer = request.viewer.through(*roles)
            narrow_to(request.viewer.reach)
            return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]  # read by the test of all URLs
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view as open to everybody; a view that names neither roles nor this fails a test."""
    view.roles = "public"  # type: ignore[attr-defined]  # read by the test of all URLs
    return view
