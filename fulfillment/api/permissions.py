"""A view of the API that names no role is refused: silence is not permission."""

from collections.abc import Sequence
from typing import cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from fulfillment.api.authentication import ApiRequest


class NamesItsRoles(BasePermission):
    """Allow what the view's `roles` name; `roles = "public"` is everybody."""

    message = "Your role does not allow this."

    def has_permission(self, request: Request, view: object) -> bool:
        roles: Sequence[str] = getattr(view, "roles", ())
        if roles == "public":
            return True
        return bool(roles) and cast(ApiRequest, request)._request.viewer.has_role(*roles)
