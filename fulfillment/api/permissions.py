"""Default permission of the API: a view that names no roles is refused."""

from collections.abc import Sequence
from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from fulfillment.api.authentication import ApiRequest


class NamesItsRoles(BasePermission):
    """Allow the roles of the view's `roles`; `roles = "public"` allows everybody."""

    message = "Your role does not allow this."

    def has_permission(self, request: Request, view: object) -> bool:
        roles: Sequence[str] = getattr(view, "roles", ())
        if roles == "public":
            return True
        return bool(roles) and cast(ApiRequest, request)._request.viewer.has_role(*roles)
